"""What the examples in the docstrings of `helpers/` find around them when pytest runs them."""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.ground.paths import data
from tests.running_cloud import RunningCloud, wait_for_job

CLOUD_CALLS = {
    "azure_client",
    "azure_credential",
    "azure_management",
    "azure_v1_client",
    "cleanup",
    "control_plane",
    "ensure_mock_cloud",
    "faults",
    "mock_call",
    "mock_cloud_page",
    "openai_client",
}
"""Examples that name one of these find the tests' mock cloud running in their state folder."""


@pytest.fixture(autouse=True)
def example_world(request: pytest.FixtureRequest) -> None:
    """An example of a docstring runs in an empty folder, in mock mode, with a state folder of its own.

    It may use a `client` of the tests' mock cloud, a finished `job`, the folder `tiny_model`, a `path` to a
    training file and an AutoTrain `config` without saying where they come from.
    """
    if not isinstance(request.node, pytest.DoctestItem):
        return
    patch, folder = request.getfixturevalue("monkeypatch"), request.getfixturevalue("tmp_path")
    example = request.node.dtest
    assert example is not None
    run = [part.source for part in example.examples if not part.options.get(doctest.SKIP)]
    names = set(re.findall(r"\w+", "".join(run)))
    cloud = request.getfixturevalue("mock_cloud") if names & CLOUD_CALLS else None
    missing = names - set(example.globs)
    example.globs.update({name: make(request) for name, make in GIVEN.items() if name in missing})
    patch.chdir(folder)
    patch.setenv("COURSE_MODE", "mock")
    patch.setenv("COURSE_HOME", str(cloud.home if cloud else folder / "home"))


def _job_config(request: pytest.FixtureRequest) -> dict[str, Any]:
    from helpers.lessons.autotrain.base_model import autotrain_base_model
    from helpers.lessons.autotrain.jobs import job_config

    return job_config("demo", autotrain_base_model(), data("recipes"))


GIVEN: dict[str, Callable[[pytest.FixtureRequest], Any]] = {
    "Path": lambda request: Path,
    "client": lambda request: request.getfixturevalue("mock_cloud").client(max_retries=2),
    "job": lambda request: request.getfixturevalue("finished_job"),
    "tiny_model": lambda request: request.getfixturevalue("tiny_model"),
    "path": lambda request: data("recipes/train.jsonl"),
    "config": _job_config,
}


@pytest.fixture(scope="session")
def finished_job(mock_cloud: RunningCloud) -> Any:
    """A fine-tuning job of the tests' mock cloud that has succeeded."""
    from tests.mock_cloud.conftest import jsonl, named, rows

    client = mock_cloud.client()
    file = client.files.create(file=named(jsonl(rows())), purpose="fine-tune")
    options: Any = {"n_epochs": 1, "batch_size": 12}
    job = client.fine_tuning.jobs.create(
        model="gpt-4o-mini", training_file=file.id, hyperparameters=options, suffix="example"
    )
    return wait_for_job(client, job.id)
