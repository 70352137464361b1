"""What AutoTrain makes of a row: column mapping, chat template, and how packing cuts the text into blocks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.lessons.autotrain.data_checks import TEMPLATES, as_messages, block_size, read_rows, training_file
from helpers.lessons.autotrain.jobs import work_folder
from helpers.lessons.autotrain.validator import typed_parameters


@dataclass(frozen=True)
class Preview:
    """One row on its way to the model: its columns, the column that is read, the text that is trained on."""

    columns: list[str]
    text_column: str
    text: str

    def __str__(self) -> str:
        return f"columns: {', '.join(self.columns)}\ntext_column: {self.text_column}\ntext:\n{self.text}"


def preview_row(config: dict[str, Any], row: int = 0, *, folder: Path | None = None) -> Preview:
    """The text that AutoTrain will train on for one row of a job's data.

    Raises `Refused` for a file AutoTrain refuses, `FileNotFoundError` without data, `ValueError` for a row
    that is no chat although a chat template is asked for.

    >>> import tempfile
    >>> from helpers.lessons.autotrain.examples import toy_job
    >>> preview_row(toy_job(Path(tempfile.mkdtemp())), row=1).text
    'two two two'
    """
    p = typed_parameters(config)
    file = training_file(p, folder or work_folder())
    if file is None:
        raise FileNotFoundError(f"no {p['train_split']}.jsonl or .csv in {p['data_path']}")
    cells = read_rows(file)[row]
    return Preview(list(cells), p["text_column"], text_of(cells[p["text_column"]], p))


def text_of(value: Any, parameters: dict[str, Any]) -> str:
    """One cell as text, through the job's chat template.

    >>> text_of([{"role": "user", "content": "Hi"}], {"chat_template": "chatml"})
    '<|im_start|>user\\nHi<|im_end|>\\n'
    """
    template = parameters["chat_template"]
    if template not in TEMPLATES:
        return str(value)
    messages = as_messages(value)
    if messages is None:
        raise ValueError("this cell is no list of messages, so no chat template fits it")
    if template == "chatml":
        return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
    if template == "zephyr":
        return "".join(_zephyr(m) for m in messages)
    return _through_tokenizer(messages, Path(parameters["model"]))


def _zephyr(message: dict[str, str]) -> str:
    known = message["role"] in ("system", "user", "assistant")
    return f"<|{message['role']}|>\n{message['content']}</s>\n" if known else ""


def _through_tokenizer(messages: list[dict[str, str]], model: Path) -> str:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    settings = json.loads((model / "tokenizer_config.json").read_text(encoding="utf-8"))
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    tokens = {name: value for name, value in settings.items() if name.endswith("_token")}
    template = environment.from_string(settings["chat_template"])
    return template.render(messages=messages, add_generation_prompt=False, **tokens)


def packed_blocks(config: dict[str, Any], *, folder: Path | None = None, limit: int = 4) -> list[str]:
    """The first blocks of a packed job, as text: rows run into each other and are cut wherever a block is
    full.

    The tokenizer is the job's own; the joining token is its end-of-sequence token, as in TRL 0.13. Relative
    data paths start at `folder`, the work folder unless given. Raises `Refused` for a file AutoTrain refuses,
    FileNotFoundError without data.

    >>> import tempfile
    >>> from helpers.lessons.autotrain.examples import toy_job
    >>> packed_blocks(toy_job(Path(tempfile.mkdtemp()), block_size=3))
    ['one one one', '<end> two two', 'two <end> three', 'three three <end>']
    """
    from tokenizers import Tokenizer

    p = typed_parameters(config)
    rows = read_rows(training_file(p, folder or work_folder()) or Path())
    settings = json.loads((Path(p["model"]) / "tokenizer_config.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(Path(p["model"]) / "tokenizer.json"))
    size = block_size(p)
    end: Any = tokenizer.token_to_id(settings["eos_token"])
    ids: list[int] = []
    for row in rows:
        ids += tokenizer.encode(text_of(row[p["text_column"]], p)).ids
        ids.append(end)
        if len(ids) >= limit * size:
            break
    full = range(0, len(ids) - size + 1, size)
    return [tokenizer.decode(ids[start : start + size], skip_special_tokens=False) for start in full][:limit]
