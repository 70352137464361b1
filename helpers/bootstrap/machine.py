"""What the set-up must know of this machine: platform, disk, memory, processor, graphics card."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from pathlib import Path

TORCH_PLATFORMS = {
    ("linux", "x86_64"),
    ("linux", "aarch64"),
    ("darwin", "arm64"),
    ("win32", "amd64"),
}
_BF16_FLAGS = ("avx512_bf16", "amx_bf16", "bf16")


def platform_key() -> tuple[str, str]:
    """System and processor, as PyTorch's wheels name them: `('linux', 'x86_64')`."""
    return sys.platform, platform.machine().lower()


def has_torch_wheel(key: tuple[str, str] | None = None) -> bool:
    """Whether PyTorch publishes a wheel for this platform.

    >>> has_torch_wheel(("darwin", "x86_64"))
    False
    """
    return (key or platform_key()) in TORCH_PLATFORMS and platform.libc_ver()[0] != "musl"


def has_nvidia_gpu() -> bool:
    return bool(shutil.which("nvidia-smi")) or Path("/proc/driver/nvidia/version").exists()


def free_disk_gb(folder: Path) -> float:
    """Free space in GB where `folder` is or will be."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(existing).free / 1e9


def memory_gb() -> tuple[float, float] | None:
    """Total and available memory in GB, the container's limit counted; None where it cannot be read."""
    try:
        import psutil

        memory = psutil.virtual_memory()
        total, available = memory.total / 1e9, memory.available / 1e9
    except ImportError:
        read = _memory_from_proc()
        if read is None:
            return None
        total, available = read
    limit = _container_limit_gb()
    return (min(total, limit), min(available, limit)) if limit else (total, available)


def _memory_from_proc() -> tuple[float, float] | None:
    source = Path("/proc/meminfo")
    if not source.exists():
        return None
    lines = re.findall(r"^(MemTotal|MemAvailable):\s+(\d+) kB", source.read_text(), re.MULTILINE)
    found = {name: int(kilobytes) / 1e6 for name, kilobytes in lines}
    return found["MemTotal"], found.get("MemAvailable", found["MemTotal"])


def _container_limit_gb() -> float | None:
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        source = Path("/sys/fs/cgroup") / name
        if source.exists():
            text = source.read_text().strip()
            return int(text) / 1e9 if text.isdigit() and int(text) < 1 << 50 else None
    return None


def processor() -> tuple[str, int, bool | None]:
    """Name, usable cores, and whether it has bfloat16 instructions (None where that cannot be read)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine(), cores, None
    text = info.read_text()
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.MULTILINE)
    words = set(flags[1].split()) if flags else set()
    return name[1] if name else platform.machine(), cores, any(flag in words for flag in _BF16_FLAGS)
