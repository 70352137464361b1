"""The results file of a job: one row per step, empty where nothing was measured."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any


def results_csv(metrics: Sequence[dict[str, Any]], columns: Sequence[tuple[str, str]]) -> bytes:
    """`columns` are pairs of the CSV's name and the metric's.

    >>> results_csv([{"step": 1, "loss": 2.5}], [("step", "step"), ("train_loss", "loss"), ("v", "v")])
    b'step,train_loss,v\\n1,2.5,\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(name for name, _ in columns)
    for row in metrics:
        writer.writerow(_cell(row.get(metric)) for _, metric in columns)
    return text.getvalue().encode("utf-8")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return round(value, 5) if isinstance(value, float) else value
