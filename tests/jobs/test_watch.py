"""Watching a job: its state, picture and words; on a terminal, without a front end, in trouble."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx2
import nbclient
import nbformat
import openai
import pytest

import helpers
from helpers.dataset.file_tokens import token_statistics
from helpers.jobs.job_progress import StillRunning, watch
from helpers.jobs.job_state import JobState
from helpers.jobs.job_view import as_html, as_text
from tests.jobs.scripted_jobs import ScriptedClient

WATCH = """
import helpers
from tests.jobs.scripted_jobs import ScriptedClient
job = helpers.watch(ScriptedClient(steps=5), "ftjob-scripted", interval=0.01)
"""


def watched(**options: Any) -> JobState:
    state = JobState(ScriptedClient(**options), "ftjob-scripted")
    while not state.is_resting:
        state.refresh()
    return state


def test_on_a_terminal_lines_and_then_the_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    job = watch(ScriptedClient(steps=3), "ftjob-scripted", interval=0)
    shown = capsys.readouterr().out
    assert job.status == "succeeded"
    assert "ftjob-scripted  running  step 1/3  training loss 2.00" in shown
    assert "Fine-tuned model: ft:gpt-4o-mini" in shown
    assert "Training loss fell from 2.00 at step 1 to 0.67 at step 3." in shown


def test_checkpoints_appear_as_they_are_announced() -> None:
    state = watched(steps=6, checkpoints=(2, 4))
    assert state.losses.checkpoints == [2, 4]
    assert "Checkpoint at step 4." in as_text(state)
    assert sum(message.startswith("Checkpoint created") for message in state.messages) == 2


def test_a_failed_job_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert watch(ScriptedClient(end="failed"), "ftjob-scripted", interval=0).status == "failed"
    assert "The service says: the data is bad" in capsys.readouterr().out


def test_a_paused_job_says_how_to_resume(capsys: pytest.CaptureFixture[str]) -> None:
    assert watch(ScriptedClient(end="paused"), "ftjob-scripted", interval=0).status == "paused"
    assert 'client.fine_tuning.jobs.resume("ftjob-scripted")' in capsys.readouterr().out


def test_interrupted_it_says_how_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    client = ScriptedClient(steps=100)

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("helpers.jobs.job_progress.time.sleep", interrupt)
    with pytest.raises(StillRunning, match=r'helpers.watch\(client, "ftjob-scripted"\)'):
        watch(client, "ftjob-scripted", interval=0)
    assert client.status == "running"


def test_a_service_that_is_away_for_a_while_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    client, away = ScriptedClient(steps=2), [1, 2, 3]
    retrieve = client.retrieve

    def sometimes(job_id: str) -> Any:
        if away and away.pop():
            raise openai.APIConnectionError(request=httpx2.Request("GET", "http://127.0.0.1"))
        return retrieve(job_id)

    monkeypatch.setattr(client, "retrieve", sometimes)
    monkeypatch.setattr("helpers.jobs.job_progress.time.sleep", lambda _seconds: None)
    assert watch(client, "ftjob-scripted", interval=0).status == "succeeded"


def test_without_a_front_end_one_output_stays_with_words_and_picture() -> None:
    cells = [nbformat.v4.new_code_cell(WATCH), nbformat.v4.new_code_cell("print(job.status)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(
        notebook, timeout=60, resources={"metadata": {"path": helpers.course_root()}}
    ).execute()
    outputs = notebook.cells[0].outputs
    assert [output.output_type for output in outputs] == ["display_data"]
    assert "succeeded: ftjob-scripted" in outputs[0].data["text/plain"]
    assert 'alt="Training loss fell' in outputs[0].data["text/html"]
    assert "widgets" not in notebook.metadata


def test_states_of_azure_are_followed_too() -> None:
    client = ScriptedClient(steps=2)
    client.status = "pending"
    state = JobState(client, "ftjob-scripted")
    assert not state.is_resting
    while not state.is_resting:
        state.refresh()
    assert state.status == "succeeded"


def test_the_pace_gives_the_time_left() -> None:
    state = JobState(ScriptedClient(steps=10), "ftjob-scripted")
    assert state.seconds_left() is None
    for _ in range(4):
        state.refresh()
    assert state.seconds_left() == pytest.approx(6 * 0.5)


def test_events_are_taken_once_and_in_order() -> None:
    state = watched(steps=7)
    assert [step for step, _ in state.losses.train_loss] == list(range(1, 8))
    assert [step for step, _ in state.losses.full_valid_loss] == [3, 6]
    assert state.messages == ["Created fine-tuning job"]


def test_a_hosted_job_without_metrics_in_its_events() -> None:
    client = ScriptedClient(steps=1)
    client.events.append(SimpleNamespace(id="x", type="message", message="no data", data=None, created_at=1))
    state = JobState(client, "ftjob-scripted")
    state.refresh()
    assert "no data" in as_text(state) or "no data" in as_html(state)


def test_what_a_service_says_is_shown_as_text() -> None:
    client = ScriptedClient(steps=1, job_id="<script>alert(1)</script>")
    state = JobState(client, client.id)
    state.refresh()
    assert "<script>" not in as_html(state)


def test_the_public_statistics_call_survives_an_estimate() -> None:
    path = helpers.data("recipes/train.jsonl")
    helpers.estimate_cost(path)
    assert helpers.token_statistics(path).total == token_statistics(path).total
