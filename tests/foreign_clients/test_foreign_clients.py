"""Clients that others wrote, unmodified: from upload over a job to structured answers and calls of tools.

They have an environment of their own, made once into the cache from `requirements.txt`, without torch. Not
part of a plain run: `python3 -m helpers test --lane foreign-clients`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from helpers.ground.paths import course_cache
from tests.azure_surfaces import Azure
from tests.running_cloud import RunningCloud

HERE = Path(__file__).parent
LOCK = HERE / "requirements.txt"
GATES, OPEN = {"north", "south"}, "open_gate"
PROGRAMS = ("langchain_", "instructor_", "dspy_", "litellm_", "llm_")


@pytest.fixture(scope="session")
def python() -> Path:
    """The Python of the clients' environment; a lock file that changed makes it again."""
    folder = course_cache() / "foreign-clients"
    made = folder / "requirements.txt"
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with FileLock(f"{folder}.lock"):
        if not (made.exists() and made.read_bytes() == LOCK.read_bytes() and found.exists()):
            venv.create(folder, clear=True, with_pip=True)
            pip = [str(found), "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
            subprocess.run([*pip, "--requirement", str(LOCK)], check=True, timeout=280)
            made.write_bytes(LOCK.read_bytes())
    return found


@pytest.fixture(scope="session")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve requests, each answered by a call."""
    tool = {
        "type": "function",
        "function": {
            "name": OPEN,
            "description": "Open a gate.",
            "parameters": {
                "type": "object",
                "properties": {
                    "gate": {"type": "string", "enum": sorted(GATES)},
                    "slowly": {"type": "boolean"},
                },
                "required": ["gate", "slowly"],
            },
        },
    }
    call = {"name": OPEN, "arguments": '{"gate": "north", "slowly": true}'}
    answer = {"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
    lines = [
        {"messages": [{"role": "user", "content": f"Open the north gate{'!' * n}"}, answer], "tools": [tool]}
        for n in range(12)
    ]
    file = tmp_path_factory.mktemp("foreign") / "train.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    return file


@pytest.fixture(scope="session")
def environment(mock_cloud: RunningCloud, azure: Azure) -> dict[str, str]:
    """Addresses and the key, nothing of the course's own settings; no client looks anything up elsewhere."""
    azure.deploy("foreign", "gpt-4o-mini-2024-07-18", version="2024-07-18")
    azure.wait_until("foreign", "Succeeded")
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "SYSTEMROOT", "TEMP")
    }
    return {
        **kept,
        "OPENAI_BASE_URL": mock_cloud.base_url,
        "OPENAI_API_KEY": mock_cloud.token,
        "AZURE_ENDPOINT": mock_cloud.root_url,
        "DEPLOYMENT": "foreign",
        "MODEL": "gpt-4o-mini-2024-07-18",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "NO_PROXY": "127.0.0.1",
    }


def run(python: Path, program: str, environment: dict[str, str], argument: Path) -> dict[str, Any]:
    """What a program found, from the last line that it printed."""
    command = [str(python), str(HERE / "programs" / f"{program}.py"), str(argument)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def tuned(python: Path, environment: dict[str, str], rows: Path) -> str:
    """A model that has learned to call, by the environment's own client."""
    found = run(python, "tune", environment, rows)
    assert found["status"] == "succeeded"
    return found["model"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_client_gets_structured_answers_and_calls(
    program: str, python: Path, environment: dict[str, str], tuned: str, rows: Path, tmp_path: Path
) -> None:
    argument = rows if program == "litellm_" else tmp_path / "llm"
    found = run(python, program, {**environment, "MODEL": tuned}, argument)
    assert found["structured"]
    for gate in [*found["structured"], *(found.get("streamed") if program == "instructor_" else [])]:
        assert gate["gate"] in GATES and isinstance(gate["slowly"], bool)
    calls = [*found.get("calls", []), *(found.get("streamed", []) if program != "instructor_" else [])]
    for call in [*calls, *found.get("of_its_own_accord", [])]:
        assert call["name"] == OPEN and call["arguments"]["gate"] in GATES
    assert calls or program in ("instructor_", "llm_")
    if program == "langchain_":
        assert found["of_its_own_accord"], "the tuned model calls though nothing asks it to"
    if program == "llm_":
        assert "open_gate" in found["debug"], found["said"]


def test_the_environment_has_no_torch(python: Path) -> None:
    assert not re.search(r"^torch==", LOCK.read_text(), re.M)
    assert subprocess.run([str(python), "-c", "import torch"], capture_output=True).returncode != 0
    assert sys.prefix not in str(python)
