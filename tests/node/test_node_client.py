"""The Node client, unmodified, goes from upload to chat."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers.ground.paths import course_cache
from tests.running_cloud import RunningCloud

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The locked packages, installed once into the cache."""
    folder = course_cache() / "node"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = all((folder / n).exists() and (folder / n).read_bytes() == (HERE / n).read_bytes() for n in FILES)
    if not (fresh and (folder / "node_modules" / "openai").exists()):
        for name in FILES:
            shutil.copy(HERE / name, folder / name)
        install = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, timeout=300
        )
        assert install.returncode == 0, install.stderr[-2000:]
    return folder


@pytest.mark.node
@pytest.mark.conformance(
    "POST /v1/fine_tuning/jobs", "specification", "the Node client: upload, job, events, chat, tools"
)
def test_the_node_client_goes_from_upload_to_chat(mock_cloud: RunningCloud, node_modules: Path) -> None:
    shutil.copy(HERE / "flow.mjs", node_modules / "flow.mjs")
    environment = {"OPENAI_BASE_URL": mock_cloud.base_url, "OPENAI_API_KEY": mock_cloud.token}
    run = subprocess.run(
        ["node", "flow.mjs"],
        cwd=node_modules,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    seen = json.loads(run.stdout)
    assert seen["status"] == "succeeded"
    assert seen["events"][0] == "The job has successfully completed"
    assert seen["events"][-1].startswith("Created fine-tuning job: ftjob-")
    assert seen["finish"] in {"stop", "length"} and seen["chunks"] >= 2
    assert len(seen["gates"]) == 4 and set(seen["gates"]) <= {"north", "south"}
    assert seen["refused"] == {"status": 404, "code": "fine_tune_not_found"}
