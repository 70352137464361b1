"""Sends each command of `python3 -m helpers` to the room that does it."""

from __future__ import annotations

import importlib
import subprocess
import sys

from helpers.bootstrap import environment
from helpers.bootstrap.setup_errors import SetupError
from helpers.ground.paths import course_root

STANDARD_LIBRARY_ONLY = {
    "setup": "helpers.bootstrap.setup",
    "doctor": "helpers.bootstrap.doctor",
    "lab": "helpers.bootstrap.lab",
    "test": "helpers.bootstrap.testing",
}
IN_ENVIRONMENT = {
    "mock-cloud": "helpers.mock_cloud.__main__",
    "evidence": "helpers.measure.evidence_store",
    "progress": "helpers.learning.classroom",
    "bench": "helpers.authoring.bench",
    "notebooks": "helpers.authoring.cli",
}


def run(command: str, arguments: list[str], usage: str) -> int:
    """The exit code of one command; set-up problems are told in words, without a traceback."""
    try:
        if command in STANDARD_LIBRARY_ONLY:
            return importlib.import_module(STANDARD_LIBRARY_ONLY[command]).main(arguments)
        if command in IN_ENVIRONMENT:
            return _run_in_environment(command, arguments)
    except SetupError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(f"There is no command {command!r}.\n\n{usage}", file=sys.stderr)
    return 2


def _run_in_environment(command: str, arguments: list[str]) -> int:
    if environment.course_packages_are_here():
        return importlib.import_module(IN_ENVIRONMENT[command]).main(arguments)
    python = environment.ensure()
    call = [str(python), "-m", "helpers", command, *arguments]
    return subprocess.run(call, cwd=course_root(), check=False).returncode
