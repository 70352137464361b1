"""`python3 -m helpers bench [NAME …]`: run the benchmarks in `tests/benchmarks/` and keep their numbers.

Each benchmark prints a table and, as its last line, one JSON object. Here that object is stored, with a
description of the machine, in `tests/benchmarks/results/<name>.json`, and printed again at the very end.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from helpers.ground.paths import course_root

NAMES = ("training", "generation", "memory", "scaling", "dataset_checks", "profile", "function_calling")
LIBRARIES = ("torch", "transformers", "trl", "peft")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the named benchmarks (all by default); options after `--` go to each of them.

    Returns 0 if all ran. The last line printed is the last benchmark's JSON object (of all, if several ran).
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    names, options = _split(arguments)
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    results = {name: _run(name, options) for name in names or NAMES}
    failed = [name for name, result in results.items() if result is None]
    if failed:
        print(f"These benchmarks did not finish: {', '.join(failed)}.", file=sys.stderr)
        return 1
    print(json.dumps(next(iter(results.values())) if len(results) == 1 else results))
    return 0


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    first = next((i for i, text in enumerate(arguments) if text.startswith("-")), len(arguments))
    return arguments[:first], [text for text in arguments[first:] if text != "--"]


def _run(name: str, options: Sequence[str]) -> dict[str, Any] | None:
    print(f"## {name}", flush=True)
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", *options]
    lines: list[str] = []
    with subprocess.Popen(command, cwd=course_root(), stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if not line.startswith("{"):
                print(line, end="", flush=True)
    if process.returncode or not lines:
        return None
    result = json.loads(lines[-1])
    folder = course_root() / "tests" / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    stored = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "result": result}
    (folder / f"{name}.json").write_text(json.dumps(stored, indent=1) + "\n")
    return result


def machine() -> dict[str, Any]:
    """What the numbers depend on: processor, cores, memory, system, versions, and how busy it was."""
    import psutil

    return {
        "processor": _processor(),
        "cores": psutil.cpu_count(logical=False) or os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
        "load": [round(value, 1) for value in psutil.getloadavg()],
    }


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
