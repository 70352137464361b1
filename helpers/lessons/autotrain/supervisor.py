"""Runs one program and makes sure that nothing it starts outlives it, or outlives us.

A script of its own (standard library and psutil): `python supervisor.py MARK COMMAND…`. It ends the whole
family of processes when the command ends, when its own standard input closes (the notebook's kernel is
gone, however it went), or when it is asked to stop. AutoTrain's web page puts its server into another
process group, so a group is not enough: members are found by parentage and by the mark that they inherit in
their environment.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import FrameType

import psutil

MARK = "COURSE_AUTOTRAIN_MARK"
PATIENCE_SECONDS = 5.0


def family(mark: str) -> list[psutil.Process]:
    """Every living process that carries the mark in its environment, except this one.

    >>> family("no such mark")
    []
    """
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.pid != os.getpid() and process.environ().get(MARK) == mark
            if marked and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def end_family(mark: str) -> None:
    """Ask every marked process to end, wait a little, then insist."""
    members = family(mark)
    for member in members:
        _signal(member, insist=False)
    _, stubborn = psutil.wait_procs(members, timeout=PATIENCE_SECONDS)
    left = [*{*stubborn, *family(mark)}]
    for member in left:
        _signal(member, insist=True)
    psutil.wait_procs(left, timeout=PATIENCE_SECONDS)


def _signal(member: psutil.Process, *, insist: bool) -> None:
    with suppress(psutil.Error):
        member.kill() if insist else member.terminate()


def _adopt_orphans() -> None:
    """On Linux, grandchildren whose parent died become our children instead of the system's (prctl(2))."""
    if sys.platform.startswith("linux"):
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _watch_parent(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1):
        continue
    stop.set()


def supervise(mark: str, command: list[str]) -> int:
    """Run the command until it ends or we are told to stop; return its exit status (143 when stopped)."""
    stop = threading.Event()

    def asked(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _adopt_orphans()
    threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, env={**os.environ, MARK: mark})
    try:
        while child.poll() is None and not stop.is_set():
            time.sleep(0.1)
    finally:
        end_family(mark)
    return 143 if stop.is_set() else child.wait()


if __name__ == "__main__":
    sys.exit(supervise(sys.argv[1], sys.argv[2:]))
