"""`python3 -m helpers setup [--here]`: packages and the base model's weights, nothing else."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from helpers.bootstrap import environment
from helpers.bootstrap.setup_errors import SetupError
from helpers.ground.paths import course_root


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m helpers setup", description=__doc__)
    parser.add_argument("--here", action="store_true", help="into the Python that runs this, not into .venv")
    set_up(here=parser.parse_args(arguments).here)
    print("Ready. Open the course with: python3 -m helpers lab")
    return 0


def set_up(here: bool = False) -> Path:
    """The Python of the course, with packages and weights in place; raises SetupError in words."""
    python = environment.ensure(here)
    fetch_weights(python)
    return python


def fetch_weights(python: Path) -> None:
    """Fetch, verify and convert the base model once; quick where that is done."""
    command = [str(python), "-m", "helpers.engine.model.weights"]
    if subprocess.run(command, cwd=course_root(), check=False).returncode != 0:
        raise SetupError(
            "The base model is not in place; the lines above say why. Then run the same command again."
        )
