"""What a step measures, and how each place calls it: one row per measurement.

>>> columns("openai")[2]
('train_accuracy', 'train_mean_token_accuracy')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

TABLE = """
field                           event         openai          azure                           checkpoint  unit    title
step                            =             =               =                               =           -       step
train_loss                      =             =               =                               =           nats    training loss
total_steps                     =             -               -                               -           -       steps in all
train_mean_token_accuracy       =             train_accuracy  =                               =           share   training accuracy
valid_loss                      =             =               =                               =           nats    validation loss
valid_mean_token_accuracy       =             =               validation_mean_token_accuracy  =           share   validation accuracy
full_valid_loss                 =             -               =                               =           nats    full validation loss
full_valid_mean_token_accuracy  =             -               =                               =           share   full validation accuracy
seconds                         step_seconds  -               -                               -           s       time of the step
epoch                           =             -               -                               -           -       epoch
trained_tokens                  -             -               -                               -           tokens  trained tokens
"""  # noqa: E501
"""`=`: named like the field; `-`: it does not stand there, or has no unit."""


class Metric(NamedTuple):
    """`field` of StepMetrics; the key in an event's data; the columns of OpenAI's and Azure's results files;
    the key in a checkpoint's metrics; unit; what the services' messages call it.
    """

    field: str
    event: str
    openai: str
    azure: str
    checkpoint: str
    unit: str
    title: str

    @property
    def column(self) -> str:
        """The name in the table that `helpers.read_results` gives, whichever service wrote the file."""
        return self.field.replace("mean_token_accuracy", "accuracy")


def _metric(line: str) -> Metric:
    names = re.split(r" {2,}", line)
    return Metric._make({"=": names[0], "-": ""}.get(name, name) for name in names)


METRICS = tuple(map(_metric, TABLE.strip().splitlines()[1:]))
LOSSES = tuple(metric for metric in METRICS if metric.unit == "nats")


def event_data(measured: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a metrics event from the fields of a step; what was not measured is left out.

    >>> event_data({"step": 3, "train_loss": 0.5, "seconds": 1.25, "valid_loss": None})
    {'step': 3, 'train_loss': 0.5, 'step_seconds': 1.25}
    """
    return _renamed(measured, "event")


def checkpoint_metrics(measured: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics of a checkpoint from the fields of its step, likewise.

    >>> checkpoint_metrics({"step": 3, "full_valid_loss": 0.5, "epoch": 1})
    {'step': 3, 'full_valid_loss': 0.5}
    """
    return _renamed(measured, "checkpoint")


def from_event(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a step from an event's data: the way back of `event_data`.

    >>> from_event({"step": 3, "step_seconds": 1.25})
    {'step': 3, 'seconds': 1.25}
    """
    return {metric.field: data[metric.event] for metric in METRICS if metric.event in data}


def columns(surface: str) -> list[tuple[str, str]]:
    """The columns of a `openai`'s or `azure`'s results file, each with the event's key that fills it."""
    rows = [(getattr(metric, surface), metric.event) for metric in METRICS]
    return [(column, event) for column, event in rows if column]


def _renamed(measured: Mapping[str, Any], place: str) -> dict[str, Any]:
    pairs = [(getattr(metric, place), measured.get(metric.field)) for metric in METRICS]
    return {name: value for name, value in pairs if name and value is not None}
