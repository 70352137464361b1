"""`python3 -m helpers test [--lane NAME] [PATH …]`: code checks, tests and, by nbval, every notebook.

State of the tests lives in a folder of its own inside `COURSE_HOME`, so no learner's work is touched.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from pathlib import Path

from helpers.bootstrap import lanes
from helpers.bootstrap.lanes import Lane
from helpers.bootstrap.setup import set_up
from helpers.bootstrap.tally import Tally


def main(arguments: list[str]) -> int:
    """Exit code 0 only when everything that was asked for ran and passed; 2 for a path or lane unknown."""
    asked = _parser().parse_args(arguments)
    paths = [Path(path).resolve() for path in asked.paths]
    missing = [path for path in paths if not path.exists()]
    if missing:
        print(f"There is no {missing[0]}.", file=sys.stderr)
        return 2
    try:
        chosen = lanes.chosen(asked.lane, in_ci=bool(os.environ.get("CI")))
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    deadline = time.monotonic() + 60 * asked.minutes
    return run(str(set_up()), _lanes_for(paths) if paths else chosen, deadline)


def run(python: str, chosen: list[Lane], deadline: float = math.inf) -> int:
    """Run lanes one after another, all of them even if one fails, and print what came of it."""
    tally, code = Tally(deadline=deadline), 0
    for lane in chosen:
        started = time.monotonic()
        failed = lane.run(python, tally)
        tally.lanes.append((lane.name, time.monotonic() - started, not failed))
        code = 1 if failed else code
    lanes.call([python, "-c", "import helpers; helpers.stop_mock_cloud()"])
    print(f"\n{tally}")
    return code


def _parser() -> argparse.ArgumentParser:
    offered = "; ".join(f"{lane.name}: {lane.what}" for lane in lanes.LANES)
    extras = ", ".join(lane.name for lane in lanes.LANES if lane.extra)
    parser = argparse.ArgumentParser(prog="python3 -m helpers test", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="test files, folders or notebooks")
    parser.add_argument(
        "--lane", action="append", default=[], metavar="NAME",
        help=f"only this lane (may be repeated), or all: with {extras}, as where CI is set. {offered}",
    )  # fmt: skip
    parser.add_argument(
        "--minutes", type=float, default=math.inf, metavar="N",
        help="after N minutes begin no notebook and end the one under way; the last lines tell what is left",
    )  # fmt: skip
    return parser


def _lanes_for(paths: list[Path]) -> list[Lane]:
    """Tests and notebooks that were named."""
    tests = [path for path in paths if path.suffix != ".ipynb"]
    notebooks = [path for path in paths if path.suffix == ".ipynb"]
    found = []
    if tests:
        found.append(Lane("tests", "", lambda python, tally: lanes.run_tests(python, tally, tests)))
    if notebooks:
        found.append(
            Lane("notebooks", "", lambda python, tally: lanes.run_notebooks(python, tally, notebooks))
        )
    return found
