"""What `python3 -m helpers test` runs, as lanes: each has a name, and can be asked for alone."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from helpers.bootstrap import machine
from helpers.bootstrap.tally import Tally
from helpers.ground.paths import course_home, course_root

CELL_TIMEOUT = 2700
SECONDS_TO_END = 60
GB_PER_WORKER = 3.0
CHECKED = ("helpers", "tests", "data", "conftest.py")
TRAIN_AGAIN = ("05-hugging-face", "06-autotrain")
"""Lessons that train outside the mock cloud, so nothing is replayed: the version with solutions would repeat
minutes of training. `tests/lessons/test_solutions.py` runs its solutions instead."""


@dataclass(frozen=True)
class Lane:
    """`run` gives an exit code; an `extra` lane is no part of a learner's run."""

    name: str
    what: str
    run: Callable[[str, Tally], int]
    extra: bool = False


def chosen(names: list[str], in_ci: bool) -> list[Lane]:
    """The lanes by these names, `all` for every one; without names a learner's, in CI every one.

    Raises LookupError for a name that no lane has.

    >>> [lane.name for lane in chosen(["tests"], in_ci=False)]
    ['tests']
    """
    unknown = set(names) - {lane.name for lane in LANES} - {"all"}
    if unknown:
        raise LookupError(f"There is no lane {unknown.pop()!r}; there are: all, {', '.join(BY_NAME)}.")
    everything = "all" in names or (in_ci and not names)
    return [lane for lane in LANES if everything or lane.name in names or not (names or lane.extra)]


def run_tests(python: str, tally: Tally, paths: list[Path] | None = None) -> int:
    """Ruff, mypy and pytest; without `paths` all tests, and the examples in the docstrings of `helpers/`."""
    named = [str(path) for path in paths or ()]
    codes = [_ruff(python), _mypy(python), _pytest(python, named or parallel(), tally, "pytest")]
    return _worst(codes)


def run_foreign_clients(python: str, tally: Tally) -> int:
    """The tests that no plain run takes: other people's clients, in an environment of their own."""
    file = course_root() / "tests" / "foreign_clients" / "test_foreign_clients.py"
    return _pytest(python, [str(file)], tally, "foreign clients")


def run_notebooks(python: str, tally: Tally, paths: list[Path]) -> int:
    """Each notebook by nbval, until the deadline; in those with solutions every answer must be right."""
    return _worst([_notebook(python, tally, path) for path in paths])


def _notebook(python: str, tally: Tally, path: Path) -> int:
    """One that the deadline ends early fails only for cells that failed before."""
    name = "/".join(path.parts[-2:])
    if time.monotonic() > tally.deadline:
        tally.not_run[f"{name}: no time left of the minutes given to this run"] = 1
        return 0
    tally.notebooks, failed = tally.notebooks + 1, tally.failed
    options = ["--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIMEOUT}"]
    options += ["-p", "no:cacheprovider", "-o", f"timeout={CELL_TIMEOUT + 60}", str(path)]
    strict = {"COURSE_CHECKS": "strict"} if path.parent.name == "solutions" else None
    code = _pytest(python, options, tally, name, strict, tally.deadline)
    if time.monotonic() < tally.deadline:
        return code
    tally.not_run[f"{name}: its last cells, when the minutes given to this run were over"] = 1
    return int(tally.failed > failed)


def notebooks(pattern: str) -> list[Path]:
    """The learners' notebooks that match, in order."""
    return sorted((course_root() / "notebooks").glob(f"{pattern}.ipynb"))


def parallel() -> list[str]:
    """Options for pytest: two workers where processors and memory allow it, each file in one of them.

    Each has a mock cloud, a JupyterLab and a browser of its own. `COURSE_TEST_WORKERS` says otherwise.
    """
    _total, available = machine.memory_gb() or (0.0, 0.0)
    room = min(os.cpu_count() or 1, int(available / GB_PER_WORKER), 2)
    workers = int(os.environ.get("COURSE_TEST_WORKERS") or room)
    return ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []


def call(command: list[str], extra: dict[str, str] | None = None, seconds: float = math.inf) -> int:
    """Run a command in the clone, in mock mode, with the tests' own state folder.

    After `seconds` it is interrupted, as by Ctrl+C, so that it can still write its report.
    """
    own = {"COURSE_MODE": "mock", "COURSE_HOME": str(_tests_home())}
    process = subprocess.Popen(command, cwd=course_root(), env={**os.environ, **own, **(extra or {})})
    try:
        return process.wait(None if math.isinf(seconds) else max(seconds, 0))
    except subprocess.TimeoutExpired:
        process.terminate() if sys.platform == "win32" else process.send_signal(signal.SIGINT)
    try:
        return process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _ruff(python: str) -> int:
    print("== ruff", flush=True)
    checks = (["check"], ["format", "--check"])
    return _worst([call([python, "-m", "ruff", *check, "--quiet", *CHECKED]) for check in checks])


def _mypy(python: str) -> int:
    print("== mypy", flush=True)
    return call([python, "-m", "mypy", "helpers"])


def _pytest(
    python: str,
    arguments: list[str],
    tally: Tally,
    title: str,
    extra: dict[str, str] | None = None,
    until: float = math.inf,
) -> int:
    print(f"== {title}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["--durations=15", "-rs", f"--junitxml={report}", *arguments]
        code = call([python, "-m", "pytest", *options], extra, until - time.monotonic())
        if report.exists():
            tally.add(report)
    return code


def _worst(codes: list[int]) -> int:
    """The first exit code that is not 0; one that was killed has a negative one."""
    return next((code for code in codes if code), 0)


def _tests_home() -> Path:
    home = course_home()
    return home if home.name == "tests" else home / "tests"


def _learners(pattern: str) -> Callable[[str, Tally], int]:
    return lambda python, tally: run_notebooks(python, tally, notebooks(pattern))


def _solutions(python: str, tally: Tally) -> int:
    found = notebooks("solutions/*")
    for path in found:
        if path.stem in TRAIN_AGAIN:
            reason = f"notebooks/solutions/{path.name} would train everything once more; name it to run it"
            tally.not_run[reason] = 1
    return run_notebooks(python, tally, [path for path in found if path.stem not in TRAIN_AGAIN])


LANES = (
    Lane("tests", "ruff, mypy, the tests, the examples in the docstrings", run_tests),
    Lane("notebooks-00-04", "notebooks 00 to 04 as a learner gets them", _learners("0[0-4]-*")),
    Lane("notebooks-05-08", "notebooks 05 to 08 as a learner gets them", _learners("0[5-8]-*")),
    Lane("solutions", "the notebooks with solutions, every answer right", _solutions, extra=True),
    Lane("foreign-clients", "LangChain, instructor, DSPy, LiteLLM, llm", run_foreign_clients, extra=True),
)
BY_NAME = {lane.name: lane for lane in LANES}
