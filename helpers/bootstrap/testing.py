"""`python3 -m helpers test [PATH …]`: ruff, pytest and, by nbval, every notebook.

State of the tests lives in a folder of its own inside `COURSE_HOME`, so no learner's work is touched.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from helpers.bootstrap.setup import set_up
from helpers.ground.paths import course_home, course_root

CELL_TIMEOUT = 1200
TRAIN_AGAIN = ("05-hugging-face", "06-autotrain")
"""Lessons that train outside the mock cloud, so nothing is replayed: the version with solutions would repeat
minutes of training. `tests/lessons/test_solutions.py` runs its solutions instead."""


@dataclass
class Tally:
    """What ran and how it ended."""

    passed: int = 0
    failed: int = 0
    notebooks: int = 0
    not_run: dict[str, int] = field(default_factory=dict)

    def add(self, report: Path) -> None:
        """Count the cases of a JUnit report; a skipped one is kept with its reason."""
        for case in ElementTree.parse(report).iter("testcase"):
            skipped = case.find("skipped")
            if skipped is not None:
                reason = skipped.get("message") or "no reason given"
                self.not_run[reason] = self.not_run.get(reason, 0) + 1
            elif case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            else:
                self.passed += 1


def main(arguments: list[str]) -> int:
    """Exit code 0 only when everything that was asked for ran and passed."""
    parser = argparse.ArgumentParser(prog="python3 -m helpers test", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="test files, folders or notebooks")
    paths = [Path(path).resolve() for path in parser.parse_args(arguments).paths]
    missing = [path for path in paths if not path.exists()]
    if missing:
        print(f"There is no {missing[0]}.", file=sys.stderr)
        return 2
    return _run_all(str(set_up()), paths)


def _run_all(python: str, paths: list[Path]) -> int:
    tally, codes = Tally(), [_ruff(python)]
    tests = [path for path in paths if path.suffix != ".ipynb"] if paths else [course_root() / "tests"]
    notebooks = [path for path in paths if path.suffix == ".ipynb"] if paths else all_notebooks()
    if tests:
        codes.append(_pytest(python, [str(path) for path in tests], tally, "pytest"))
    if notebooks:
        codes.append(_nbval(python, notebooks, tally))
    if not paths:
        _say_left_out(tally)
    _stop_mock_cloud(python)
    _say_result(tally)
    return 0 if not any(codes) else 1


def all_notebooks() -> list[Path]:
    """The learners' notebooks in order, then those with solutions, but for `TRAIN_AGAIN`."""
    folder = course_root() / "notebooks"
    solved = [path for path in sorted(folder.glob("solutions/*.ipynb")) if path.stem not in TRAIN_AGAIN]
    return [*sorted(folder.glob("*.ipynb")), *solved]


def _ruff(python: str) -> int:
    print("== ruff", flush=True)
    checks = (["check"], ["format", "--check"])
    folders = ["helpers", "tests", "data"]
    return max(_call([python, "-m", "ruff", *check, "--quiet", *folders]) for check in checks)


def _nbval(python: str, notebooks: list[Path], tally: Tally) -> int:
    """Learners' notebooks as they are; those with solutions must have every answer right."""
    tally.notebooks = len(notebooks)
    solved = [path for path in notebooks if path.parent.name == "solutions"]
    learners = [path for path in notebooks if path not in solved]
    options = ["--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIMEOUT}"]
    options += ["-p", "no:cacheprovider", "-o", f"timeout={CELL_TIMEOUT + 60}"]
    runs = (("notebooks", learners, {}), ("notebooks with solutions", solved, {"COURSE_CHECKS": "strict"}))
    return max(
        _pytest(python, [*options, *map(str, paths)], tally, title, extra)
        for title, paths, extra in runs
        if paths
    )


def _pytest(
    python: str, arguments: list[str], tally: Tally, title: str, extra: dict[str, str] | None = None
) -> int:
    print(f"== {title}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["--durations=15", "-rs", f"--junitxml={report}", *arguments]
        code = _call([python, "-m", "pytest", *options], extra)
        if report.exists():
            tally.add(report)
    return code


def _stop_mock_cloud(python: str) -> None:
    _call([python, "-c", "import helpers; helpers.stop_mock_cloud()"])


def _call(command: list[str], extra: dict[str, str] | None = None) -> int:
    own = {"COURSE_MODE": "mock", "COURSE_HOME": str(_tests_home())}
    environment = {**os.environ, **own, **(extra or {})}
    return subprocess.run(command, cwd=course_root(), env=environment, check=False).returncode


def _tests_home() -> Path:
    home = course_home()
    return home if home.name == "tests" else home / "tests"


def _say_left_out(tally: Tally) -> None:
    for name in TRAIN_AGAIN:
        if (course_root() / "notebooks" / "solutions" / f"{name}.ipynb").exists():
            reason = f"notebooks/solutions/{name}.ipynb would train everything once more; name it to run it"
            tally.not_run[reason] = 1


def _say_result(tally: Tally) -> None:
    skipped = sum(tally.not_run.values())
    print(f"\n{tally.notebooks} notebooks ran; their cells count as tests.")
    print(f"Tests: {tally.passed} passed, {tally.failed} failed, {skipped} skipped")
    for reason, count in sorted(tally.not_run.items()):
        print(f"Not run ({count}): {reason}")
