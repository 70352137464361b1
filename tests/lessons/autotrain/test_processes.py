"""Whatever ends, nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from helpers.lessons.autotrain.processes import Program, tool_environment
from helpers.lessons.autotrain.supervisor import family

FAMILY = """
import subprocess, sys, time
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", deaf], start_new_session=True)
print("started", flush=True)
time.sleep(float(sys.argv[1]))
"""


def start(folder: Path, seconds: float) -> Program:
    environment = {**os.environ}
    program = Program.start(
        [sys.executable, "-c", FAMILY, str(seconds)],
        folder=folder,
        log=folder / "log.txt",
        environment=environment,
    )
    wait_for(lambda: "started" in program.log.read_text() and len(family(program.mark)) >= 2)
    return program


def wait_for(what: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen")


@pytest.mark.skipif(sys.platform == "win32", reason="sessions and SIGTERM as on Linux and macOS")
def test_stop_ends_even_a_child_that_will_not_listen(tmp_path: Path) -> None:
    program = start(tmp_path, 600)
    assert program.measure_memory() > 0
    program.stop()
    assert not program.running
    assert family(program.mark) == []


def test_a_program_that_ends_takes_its_children_along(tmp_path: Path) -> None:
    program = start(tmp_path, 1)
    program.process.wait(timeout=60)
    assert family(program.mark) == []
    assert program.exit_code == 0


def test_a_killed_program_leaves_nothing(tmp_path: Path) -> None:
    program = start(tmp_path, 600)
    main = next(p for p in family(program.mark) if FAMILY in p.cmdline())
    main.kill()
    program.process.wait(timeout=60)
    assert family(program.mark) == []


def test_a_killed_supervisor_is_swept_up(tmp_path: Path) -> None:
    program = start(tmp_path, 600)
    program.process.kill()
    program.process.wait(timeout=60)
    program.sweep()
    assert family(program.mark) == []


KERNEL = """
import os, sys, time
from pathlib import Path
from helpers.lessons.autotrain.processes import Program
folder = Path(sys.argv[1])
command = [sys.executable, sys.argv[2], "600"]
program = Program.start(command, folder=folder, log=folder / "log.txt", environment=dict(os.environ))
print(program.mark, flush=True)
time.sleep(600)
"""


def test_a_killed_kernel_leaves_nothing(tmp_path: Path) -> None:
    """The notebook's kernel dies without a word; its jobs end by themselves."""
    (tmp_path / "family.py").write_text(FAMILY)
    command = [sys.executable, "-c", KERNEL, str(tmp_path), str(tmp_path / "family.py")]
    kernel = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    mark = kernel.stdout.readline().strip()
    wait_for(lambda: len(family(mark)) >= 2)
    os.kill(kernel.pid, signal.SIGKILL)
    kernel.wait()
    wait_for(lambda: family(mark) == [])


def test_no_key_of_the_learner_reaches_the_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "HF_TOKEN"):
        monkeypatch.setenv(name, "secret")
    assert "secret" not in tool_environment().values()


def test_this_process_is_not_in_its_own_family() -> None:
    assert psutil.Process().pid not in [p.pid for p in family("")]


def test_a_job_gets_all_processors_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert tool_environment()["OMP_NUM_THREADS"] == str(usable)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert tool_environment()["OMP_NUM_THREADS"] == "1"
