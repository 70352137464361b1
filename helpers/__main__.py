"""`python3 -m helpers COMMAND`: works before anything is installed."""

from __future__ import annotations

import sys

from helpers.ground.version import NEWEST_PYTHON, OLDEST_PYTHON

USAGE = """\
usage: python3 -m helpers COMMAND [OPTION ...]

  lab                   set the course up and open it in JupyterLab (--no-browser, --port N)
  test [PATH ...]       run ruff, pytest and the notebooks
  setup [--here]        only set up; --here into the Python that runs this
  doctor                look at this machine: what is ready, what to do
  mock-cloud            run the mock cloud in this terminal (--port N, --home FOLDER, --repair)
  evidence [--json]     what your notebooks have measured
  progress [FOLDER]     a table and a picture of many learners' progress
  bench [NAME]          measure speed and memory side by side
  notebooks build|check make the notebooks from their sources (for authors)
"""


def main(arguments: list[str]) -> int:
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        print(_wrong_python())
        return 1
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    from helpers.bootstrap.commands import run

    return run(arguments[0], arguments[1:], USAGE)


def _wrong_python() -> str:
    have = ".".join(map(str, sys.version_info[:3]))
    return (
        f"The course needs Python 3.{OLDEST_PYTHON[1]} to 3.{NEWEST_PYTHON[1]}; this is Python {have}. "
        "Install one of these and start the command with it, for example: "
        f"python3.{OLDEST_PYTHON[1]} -m helpers lab"
    )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.")
        sys.exit(130)
