"""`python3 -m helpers lab`: set up, then open the course in JupyterLab."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

from helpers.bootstrap.setup import set_up
from helpers.ground.paths import course_root

START = "/lab/tree/notebooks/00-start.ipynb"


def main(arguments: list[str]) -> int:
    """Options such as `--no-browser` and `--port` go to JupyterLab as they are."""
    python = str(set_up())
    command = [python, "-m", "jupyterlab", *lab_options(), *arguments]
    print("Opening JupyterLab. Leave this terminal open; Ctrl+C ends it.", flush=True)
    if sys.platform == "win32":
        return subprocess.run(command, cwd=course_root(), check=False).returncode
    return _become(command)


def _become(command: list[str]) -> NoReturn:
    """Ctrl+C then reaches JupyterLab alone, which asks before it stops."""
    os.chdir(course_root())
    os.execv(command[0], command)


def lab_options() -> list[str]:
    """Where JupyterLab opens; root, a container's usual user, must be let in by name."""
    root = ["--ServerApp.allow_root=True"] if _is_root() else []
    return [f"--ServerApp.root_dir={course_root()}", f"--LabApp.default_url={START}", *root]


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
