"""`python3 -m helpers notebooks build|check [NAME …]`, for authors."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from helpers.authoring.source import lesson_names


def main(arguments: list[str]) -> int:
    """Returns the exit code: 1 when a notebook has drifted from its source or does not run."""
    options = _parser().parse_args(arguments)
    unknown = sorted(set(options.names) - set(lesson_names()))
    if unknown:
        print(f"There is no source for {', '.join(unknown)}. Known: {', '.join(lesson_names())}")
        return 2
    names = options.names or lesson_names()
    return _check(names) if options.action == "check" else _build(names, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m helpers notebooks", description=__doc__)
    parser.add_argument("action", choices=["build", "check"])
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as 03-openai; all by default")
    parser.add_argument("--home", type=Path, help="keep the state in this folder between builds")
    parser.add_argument("--without-running", action="store_true", help="unchanged cells keep their outputs")
    return parser


def _build(names: list[str], options: argparse.Namespace) -> int:
    from nbclient.exceptions import CellExecutionError

    from helpers.authoring.build import build, write_without_running

    if options.without_running:
        for name in names:
            write_without_running(name)
        return 0
    try:
        build(names, options.home)
    except CellExecutionError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _check(names: list[str]) -> int:
    from helpers.authoring.drift import drift

    found = drift(names)
    print("\n".join(found) or f"Lessons that agree with their sources: {len(names)}.")
    return 1 if found else 0
