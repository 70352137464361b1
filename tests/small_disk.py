"""A small disk for a test, which can be full or read-only. Only an administrator can mount one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A file system in memory under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"

    def fill(self) -> None:
        """Leave no room, not even for a byte."""
        with self._ballast.open("wb", buffering=0) as file:
            size = 2**20
            while size:
                try:
                    size = size if file.write(bytes(size)) == size else size // 2
                except OSError:
                    size //= 2

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)


def can_mount(folder: Path) -> bool:
    """Whether a disk can be mounted here."""
    if not _mount(folder, "64k"):
        return False
    _unmount(folder)
    return True


def _mount(folder: Path, size: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=False)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    """Mounted while the block lasts; skips the test where mounting is not possible."""
    folder.mkdir(parents=True, exist_ok=True)
    if not _mount(folder, size):
        pytest.skip("a disk can be mounted by an administrator on Linux only")
    try:
        yield SmallDisk(folder)
    finally:
        _unmount(folder)
