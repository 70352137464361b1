"""How the C library keeps memory: one pool, and free pages go back when asked. Linux only, else nothing."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

M_ARENA_MAX = -8


def one_pool_for_all_threads() -> None:
    """Stop glibc from opening a pool per thread, each of which would keep a step's worth of freed memory."""
    with suppress(OSError, AttributeError):
        if sys.platform == "linux":
            ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Collect garbage and return free pages to the system."""
    gc.collect()
    with suppress(OSError, AttributeError):
        if sys.platform == "linux":
            ctypes.CDLL("libc.so.6").malloc_trim(0)
