"""Programs of AutoTrain's environment, run in a folder with a log file, and ended with everything they
started.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from helpers.lessons.autotrain import supervisor
from helpers.lessons.autotrain.environment import environment_folder

_NEVER_PASSED_ON = (
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "MPLBACKEND",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
)


def tool_environment(extra: dict[str, str] | None = None, *, folder: Path | None = None) -> dict[str, str]:
    """The environment variables AutoTrain runs with: its own programs first, no hub, no key of the learner's.

    >>> tool_environment()["HF_HUB_OFFLINE"]
    '1'
    """
    programs = (folder or environment_folder()) / ("Scripts" if os.name == "nt" else "bin")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _NEVER_PASSED_ON and not name.endswith("_API_KEY")
    }
    kept["PATH"] = f"{programs}{os.pathsep}{kept.get('PATH', '')}"
    kept.setdefault("OMP_NUM_THREADS", str(_processors()))
    kept.update(
        HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", PYTHONUNBUFFERED="1", HF_HUB_DISABLE_TELEMETRY="1"
    )
    kept["ALLOW_REMOTE_CODE"] = "false"  # AutoTrain would run the Python files that come with a model
    return {**kept, **(extra or {})}


def _processors() -> int:
    """Processors that this process may use. `accelerate launch --cpu` takes one unless it is told."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class Program:
    """One running program and its family.

    >>> program = Program.start([sys.executable, "-c", "print('hi')"], folder=Path("."), log=Path("hi.log"))
    >>> program.process.wait(), program.log.read_text().strip()
    (0, 'hi')
    """

    process: subprocess.Popen[bytes]
    mark: str
    log: Path
    peak_memory_mb: float = field(default=0.0)

    @classmethod
    def start(
        cls, command: list[str], *, folder: Path, log: Path, environment: dict[str, str] | None = None
    ) -> Program:
        """Start `command` in `folder`, its output in the file `log`; it ends at the latest when this
        Python ends.
        """
        mark = uuid.uuid4().hex
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(Path(supervisor.__file__)), mark, *command],
                stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
                cwd=folder, env=environment or tool_environment(), start_new_session=True,
            )  # fmt: skip
        return cls(process, mark, log)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self.process.poll()

    def measure_memory(self) -> float:
        """The family's memory now, in MB (proportional share where Linux tells it); the highest value is
        kept.
        """
        now = sum(_memory_mb(member) for member in supervisor.family(self.mark))
        self.peak_memory_mb = max(self.peak_memory_mb, now)
        return now

    def stop(self) -> None:
        """End the program and everything it started; harmless when it has ended already."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=2 * supervisor.PATIENCE_SECONDS + 5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        supervisor.end_family(self.mark)

    def sweep(self) -> None:
        """After an end that may have been violent: leave no process behind."""
        if not self.running:
            supervisor.end_family(self.mark)


def _memory_mb(process: psutil.Process) -> float:
    try:
        if sys.platform == "linux":
            return process.memory_full_info().pss / 1e6
        return process.memory_info().rss / 1e6
    except (psutil.Error, OSError):
        return 0.0
