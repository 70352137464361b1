"""The memory of this process: now, and at most since it began."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil

MEGABYTE = 1_000_000


def memory_mb() -> float:
    """The memory that this process holds now, in MB (resident set size).

    >>> memory_mb() > 1
    True
    """
    return psutil.Process().memory_info().rss / MEGABYTE


def peak_mb() -> float:
    """The most that this process has held since it began, in MB, as the system has kept count.

    >>> peak_mb() >= 0.9 * memory_mb()
    True
    """
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / MEGABYTE
    if sys.platform == "linux":
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / MEGABYTE
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEGABYTE
