"""Real jobs on a tiny model in AutoTrain's environment: success, failure, stop, tokens, the page."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.lessons.autotrain.gui import Gui, form_parameters
from helpers.lessons.autotrain.gui_front import rewrite
from helpers.lessons.autotrain.hub_stand_in import HubStandIn
from helpers.lessons.autotrain.jobs import job_config, write_config
from helpers.lessons.autotrain.live_job import LiveJob, start_job
from helpers.lessons.autotrain.projects import ProjectExists, remove_secrets, result_file
from helpers.lessons.autotrain.runner import run_command, run_yaml
from helpers.lessons.autotrain.supervisor import family
from helpers.lessons.autotrain.training_log import TrainingLog


def silent(job: LiveJob) -> None:
    """No view."""


def tiny_job(name: str, model: Path, **params: Any) -> dict[str, Any]:
    return job_config(
        name, model, "data", **{"epochs": 1, "block_size": 32, "mixed_precision": None, **params}
    )


def test_a_job_file_trains_and_a_second_run_is_refused(
    autotrain_environment: Path, tiny_export: Path, work: Path
) -> None:
    file = write_config(tiny_job("first", tiny_export))
    run = run_yaml(file, watch=silent)
    assert run.succeeded, run
    assert result_file(run.project).name == "adapter_model.safetensors"
    assert len(run.losses) > 3
    assert run.peak_memory_mb > 100
    before = result_file(run.project).stat().st_mtime_ns
    with pytest.raises(ProjectExists, match="first"):
        run_yaml(file, watch=silent)
    assert result_file(run.project).stat().st_mtime_ns == before


def test_a_failed_job_is_seen_although_its_exit_code_is_zero(
    autotrain_environment: Path, tiny_export: Path, work: Path
) -> None:
    from helpers.lessons.autotrain.jobs import command_line

    run = run_command(command_line(tiny_job("fails", tiny_export, block_size=4096)), watch=silent)
    assert run.exit_code == 0
    assert not run.succeeded
    assert "packed" in run.reason
    assert "no trained weights" in str(run)


def test_stop_ends_a_job_and_all_its_processes(
    autotrain_environment: Path, tiny_export: Path, work: Path
) -> None:
    from helpers.lessons.autotrain.runner import follow

    file = write_config(tiny_job("stopped", tiny_export, epochs=5000))
    job = start_job(["autotrain", "--config", str(file)], "stopped", way="YAML")

    def press(live: LiveJob) -> None:
        if live.log.losses:
            threading.Thread(target=live.stop).start()

    run = follow(job, press)
    assert run.stopped
    assert not run.succeeded
    assert family(job.program.mark) == []


def test_the_page_trains_over_http_and_leaves_nothing(
    autotrain_environment: Path, tiny_export: Path, work: Path
) -> None:
    config = tiny_job("from-page", tiny_export)
    with Gui.start(tiny_export, say=lambda line: None) as gui:
        from helpers.lessons.autotrain.runner import follow

        run = follow(gui.submit(config), silent)
        assert run.succeeded, run
        parameters = json.loads((run.project / "training_params.json").read_text())
        assert "token" not in parameters
        assert "hf_not_a_real_token" not in (run.project / "training_params.json").read_text()
        mark = gui.program.mark
        assert family(mark)
    assert family(mark) == []


def test_the_stand_in_answers_three_calls_and_no_more() -> None:
    stand_in = HubStandIn()
    try:
        assert httpx.get(f"{stand_in.url}/api/models?task=x").json() == []
        assert httpx.get(f"{stand_in.url}/api/whoami-v2").json()["name"] == "laptop"
        missing = httpx.get(f"{stand_in.url}/api/models/laptop/demo")
        assert (missing.status_code, missing.headers["X-Error-Code"]) == (404, "RepoNotFound")
        assert httpx.post(f"{stand_in.url}/api/repos/create").status_code == 501
    finally:
        stand_in.close()


def test_the_front_needs_nothing_from_other_sites() -> None:
    page = (
        '<html><head><script src="https://cdn.tailwindcss.com"></script>'
        '<link href="https://cdnjs.cloudflare.com/x.css" rel="stylesheet" />'
        '<script src="/static/scripts/logs.js?cb=1" defer></script></head>'
        '<img src="https://raw.githubusercontent.com/x/logo.png"\n alt="x" /></html>'
    )
    shown = rewrite(page, "/user/me/proxy/7860")
    assert "https://" not in shown
    assert '"/user/me/proxy/7860/static/scripts/logs.js?cb=1"' in shown
    assert (
        rewrite("xhr.open('POST', '/ui/create_project')", "/p") == "xhr.open('POST', '/p/ui/create_project')"
    )
    assert rewrite("`/ui/params/${t}`", "") == "`/ui/params/${t}`"


def test_tokens_are_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "training_params.json"
    file.write_text(json.dumps({"model": "m", "token": "hf_secret"}))
    assert remove_secrets(tmp_path) == ["training_params.json"]
    assert json.loads(file.read_text()) == {"model": "m"}
    assert remove_secrets(tmp_path) == []
    file.write_text("broken")
    assert remove_secrets(tmp_path) == []


def test_the_form_never_pushes_to_the_hub() -> None:
    said = form_parameters(job_config("demo", "m", "d"))
    assert said["push_to_hub"] is False
    assert said["quantization"] == "none"


def test_the_log_is_read_as_it_grows(tmp_path: Path) -> None:
    file = tmp_path / "job.log"
    file.write_bytes(b"INFO | start\n 50%|#####     | 1/2 [00:01<00:01]\r")
    log = TrainingLog(file)
    assert log.read()
    assert (log.step, log.total_steps) == (1, 2)
    with file.open("ab") as stream:
        stream.write(b"{'loss': 2.5, 'epoch': 1.0}\n{'loss': 2.")
    log.read()
    assert log.losses == [(1, 2.5)]
    with file.open("ab") as stream:
        stream.write(b"25}\nValueError: too few\n")
    log.read()
    assert (log.losses[-1], log.errors) == ((2, 2.25), ["ValueError: too few"])
    assert not log.read()


def test_a_missing_environment_is_said(work: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from helpers.lessons.autotrain.environment import EnvironmentNotReady

    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(EnvironmentNotReady, match="prepare_environment"):
        run_yaml(write_config(job_config("demo", "m", "d")))
