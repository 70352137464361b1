"""Takes `b-mc2/sql-create-context` (hub) instead of the lesson's own set: 78,577 rows, CC-BY-4.0.

Its columns are `question`, `context` (CREATE TABLE statements without rows) and `answer` (the query). There
are no databases behind it, so answers can only be compared as text: good for training, not for a score.
Source: https://huggingface.co/datasets/b-mc2/sql-create-context (seen 2026-11-22).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.lessons.sql.databases import SchemaError
from helpers.lessons.sql.prompts import prompt_messages

if TYPE_CHECKING:
    from datasets import Dataset

HUB_ID = "b-mc2/sql-create-context"
COLUMNS = ("question", "context", "answer")


def load_sql_create_context(rows: int, source: str | Path = HUB_ID, seed: int = 42) -> Dataset:
    """`rows` shuffled rows with the columns `prompt` and `completion`, ready for `SFTTrainer`.

    `source` is the hub id or a folder with JSON or JSONL files of the same columns. Rows whose tables SQLite
    cannot read are left out. Raises ValueError when the columns are others, ConnectionError without a hub.

    >>> import json, tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> row = {"question": "How many?", "context": "CREATE TABLE pet (id INTEGER)", "answer": "SELECT 1"}
    >>> written = (folder / "rows.jsonl").write_text(json.dumps(row))
    >>> load_sql_create_context(1, folder)[0]["completion"]
    [{'role': 'assistant', 'content': 'SELECT 1'}]
    """
    from datasets import load_dataset

    data = load_dataset(str(source), split="train")
    missing = [name for name in COLUMNS if name not in data.column_names]
    if missing:
        raise ValueError(
            f"{source} lacks the columns {', '.join(missing)}; it has {', '.join(data.column_names)}."
        )
    chosen = data.shuffle(seed=seed).filter(_is_readable)
    chosen = chosen.select(range(min(rows, len(chosen))))
    return chosen.map(_to_messages, remove_columns=chosen.column_names)


def _is_readable(row: dict[str, Any]) -> bool:
    try:
        prompt_messages(row["question"], row["context"])
    except SchemaError:
        return False
    return True


def _to_messages(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "prompt": prompt_messages(row["question"], row["context"]),
        "completion": [{"role": "assistant", "content": row["answer"]}],
    }
