"""Keeps the engine's memory small: few prepared kernels, one pool, free pages go back to the system."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from contextlib import suppress

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
LARGE_BYTES, KEPT_BYTES = 32 << 20, 1 << 30
KEPT_KERNELS = 64


def hold_little() -> None:
    """Keep freed memory small from now on; called before the first computation.

    torch and oneDNN keep up to 1,024 prepared kernels each (torch: in every thread), a set per length of
    input: 170 MB after 30 rows, growing with use. glibc (Linux) opens a pool per thread: one is enough. Freed
    blocks stay in it from layer to layer, where the system would have to clear their pages each time
    (9-19 thousand page faults a training step), until `give_back_pages`.
    """
    for cache in ("LRU_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY"):
        os.environ.setdefault(cache, str(KEPT_KERNELS))
    with suppress(OSError, AttributeError):
        if sys.platform == "linux":
            library = ctypes.CDLL("libc.so.6")
            library.mallopt(M_ARENA_MAX, 1)
            library.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
            library.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)


def give_back() -> None:
    """Collect garbage and return free pages to the system."""
    gc.collect()
    give_back_pages()


def give_back_pages() -> None:
    """Return free pages to the system. Rows of many lengths leave gaps in glibc's pool: 250 MB in 30."""
    with suppress(OSError, AttributeError):
        if sys.platform == "linux":
            ctypes.CDLL("libc.so.6").malloc_trim(0)
