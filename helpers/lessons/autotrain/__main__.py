"""`python -m helpers.lessons.autotrain prepare|check|remove`: AutoTrain's environment from a terminal."""

from __future__ import annotations

import argparse
import sys

from helpers.lessons.autotrain.environment import (
    EnvironmentNotReady,
    check_environment,
    prepare_environment,
    remove_environment,
)


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well, 1 with the reason in words."""
    parser = argparse.ArgumentParser(prog="python -m helpers.lessons.autotrain", description=__doc__)
    parser.add_argument("what", choices=("prepare", "check", "remove"))
    what = parser.parse_args(arguments).what
    if what == "remove":
        print("Removed." if remove_environment() else "There is no AutoTrain environment.")
        return 0
    try:
        problems = check_environment() if what == "check" else []
        if what == "prepare":
            prepare_environment()
    except EnvironmentNotReady as error:
        problems = [str(error)]
    print("\n".join(problems) or "AutoTrain's environment is ready.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
