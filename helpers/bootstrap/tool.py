"""`python3 -m helpers.bootstrap.tool MODULE [ARGUMENT …]`: run a tool with the course's Python, in its root.

For git hooks, which know only the system's Python. Installs nothing, so it needs no network.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from helpers.bootstrap import environment
from helpers.bootstrap.setup_errors import SetupError
from helpers.ground.paths import course_root


def main(arguments: list[str]) -> int:
    """The tool's own exit code; 1 with a sentence where the course is not set up."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        python = course_python()
    except SetupError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return subprocess.run([str(python), "-m", *arguments], cwd=course_root(), check=False).returncode


def course_python() -> Path:
    """The Python with the course's packages: this one or `.venv`'s. Raises SetupError where there is none."""
    if environment.course_packages_are_here():
        return Path(sys.executable)
    if environment.venv_python().exists():
        return environment.venv_python()
    raise SetupError("The course is not set up here yet. Run: python3 -m helpers setup")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
