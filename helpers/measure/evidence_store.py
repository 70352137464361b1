"""What the notebooks have measured, kept in `<COURSE_HOME>/evidence.jsonl`, one line per result.

A notebook records each measurement by one call; later notebooks and `python3 -m helpers evidence` read it.

>>> read_evidence(task="no such task")
[]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.ground import journal
from helpers.ground.paths import course_home
from helpers.ground.settings import settings
from helpers.ground.texts import _
from helpers.measure.scores import Scores
from helpers.mock_cloud.training.run_identity import base_title

KEY = ("task", "approach", "metric")


def record_evidence(
    *,
    task: str,
    approach: str,
    metric: str,
    value: float,
    n: int,
    tokens: int | None = None,
    seconds: float | None = None,
    model: str | None = None,
    interval: tuple[float, float] | None = None,
    mode: str | None = None,
    answered_by: str | None = None,
    data: str | None = None,
    scores: Sequence[float] | None = None,
    clusters: Sequence[Hashable] | None = None,
) -> None:
    """Keep one measured result.

    `value` is the metric over `n` items, `interval` its uncertainty; `tokens` and `seconds` are totals;
    `model` is the name that was asked for, `answered_by` what really answered and `mode` where (`"mock"`,
    `"live"`, `"local"`, `"code"`): as the settings say unless told. `data` is the hash of the items' file,
    `scores` one score per item, `clusters` what each belongs to, for comparing item by item. Raises
    ValueError for a value that is not finite, or of no items.

    >>> record_evidence(task="letters", approach="base", metric="f1", value=0.4, n=20, interval=(0.3, 0.5))
    """
    if n < 1 or not math.isfinite(value):
        raise ValueError(f"Only measured results are kept: value={value!r} of n={n!r} items is none.")
    mode = mode or settings().mode
    row = {
        "task": task,
        "approach": approach,
        "metric": metric,
        "value": float(value),
        "interval": None if interval is None else [float(bound) for bound in interval],
        "n": int(n),
        "tokens": None if tokens is None else int(tokens),
        "seconds": None if seconds is None else round(float(seconds), 3),
        "model": model,
        "mode": mode,
        "answered_by": answered_by or (base_title() if mode == "mock" else model),
        "data": data,
        "scores": None if scores is None else [round(float(score), 4) for score in scores],
        "clusters": None if clusters is None else [list(dict.fromkeys(clusters)).index(c) for c in clusters],
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    journal.add(_file(), row)


def record_scores(
    task: str,
    approach: str,
    metric: str,
    scores: Scores,
    split: Path,
    model: str = "",
    seconds: float | None = None,
) -> None:
    """Keep what an approach reached on the items of the file `split`, with who answered, item by item.

    >>> from helpers.ground.paths import data
    >>> scores = Scores([1.0, 0.5], [True, True])
    >>> record_scores("letters", "plain code", "f1", scores, data("lines/test.jsonl"))
    """
    record_evidence(
        task=task, approach=approach, metric=metric, value=scores.mean, n=scores.n, tokens=scores.tokens,
        seconds=seconds, model=model or None, interval=scores.interval, mode=scores.mode,
        answered_by=scores.answered_by or ("plain code" if scores.mode == "code" else None),
        data=hashlib.sha256(split.read_bytes()).hexdigest()[:16],
        scores=scores.values if not scores.n_failed else None, clusters=scores.clusters,
    )  # fmt: skip


def read_evidence(task: str | None = None, *, history: bool = False) -> list[dict[str, Any]]:
    """The newest result per task, approach and metric, in the order first recorded.

    Each is a dictionary with the arguments of `record_evidence` and `when`. `history=True` gives every run
    ever recorded instead.

    >>> record_evidence(task="invoices", approach="few-shot", metric="f1", value=0.75, n=20)
    >>> [(row["approach"], row["value"]) for row in read_evidence("invoices")]
    [('few-shot', 0.75)]
    """
    rows = [row for row in _rows() if task is None or row["task"] == task]
    if history:
        return rows
    newest: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        newest[tuple(row[name] for name in KEY)] = row
    return list(newest.values())


def main(arguments: list[str]) -> int:
    """`python3 -m helpers evidence [--json] [--history]`."""
    parser = argparse.ArgumentParser(
        prog="python3 -m helpers evidence", description=_("What you have measured.")
    )
    parser.add_argument("--json", action="store_true", help=_("as JSON, for other programs"))
    parser.add_argument("--history", action="store_true", help=_("every run, not only the newest"))
    options = parser.parse_args(arguments)
    rows = read_evidence(history=options.history)
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print(
            as_table(rows)
            if rows
            else _("Nothing measured yet: run a notebook, and its results appear here.")
        )
    return 0


def as_table(rows: Iterable[dict[str, Any]]) -> str:
    """Results as plain text, one per line."""
    columns = ("task", "approach", "metric", "value", "n", "tokens", "seconds", "answered_by", "mode", "when")
    cells = [list(columns)] + [[_cell(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _file() -> Path:
    return course_home() / "evidence.jsonl"


def _rows() -> list[dict[str, Any]]:
    return [row for row in journal.rows(_file()) if all(name in row for name in KEY)]
