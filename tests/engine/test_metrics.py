"""The table of a step's metrics is complete and says what goes over the wire."""

from __future__ import annotations

from dataclasses import fields

from openai.types.fine_tuning.jobs.fine_tuning_job_checkpoint import Metrics

from helpers.engine.types.metrics import (
    LOSSES,
    METRICS,
    checkpoint_metrics,
    columns,
    event_data,
    from_event,
)
from helpers.engine.types.training import StepMetrics

MEASURED = {field.name: number for number, field in enumerate(fields(StepMetrics), start=1)}


def test_every_field_of_a_step_has_one_row() -> None:
    assert sorted(metric.field for metric in METRICS) == sorted(MEASURED)


def test_the_columns_are_the_services_own() -> None:
    assert [name for name, _event in columns("openai")] == [
        "step", "train_loss", "train_accuracy", "valid_loss", "valid_mean_token_accuracy",
    ]  # fmt: skip
    assert [name for name, _event in columns("azure")] == [
        "step", "train_loss", "train_mean_token_accuracy", "valid_loss", "validation_mean_token_accuracy",
        "full_valid_loss", "full_valid_mean_token_accuracy",
    ]  # fmt: skip


def test_a_column_is_filled_by_a_key_of_the_event() -> None:
    data = event_data(MEASURED)
    for surface in ("openai", "azure"):
        assert {event for _name, event in columns(surface)} <= set(data)


def test_a_checkpoint_has_the_clients_metrics() -> None:
    assert set(checkpoint_metrics(MEASURED)) == set(Metrics.model_fields)


def test_an_event_and_back_loses_nothing_but_the_token_count() -> None:
    assert from_event(event_data(MEASURED)) == {
        name: value for name, value in MEASURED.items() if name != "trained_tokens"
    }


def test_what_was_not_measured_is_left_out() -> None:
    assert event_data({**MEASURED, "valid_loss": None}).keys() == event_data(MEASURED).keys() - {"valid_loss"}


def test_losses_are_those_that_have_nats() -> None:
    assert [loss.title for loss in LOSSES] == ["training loss", "validation loss", "full validation loss"]
