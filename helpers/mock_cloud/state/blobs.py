"""The bytes of files: written beside, synced, then renamed, so that a name never shows half a file."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Blob:
    """What was written: its size in bytes and its sha256 (hexadecimal)."""

    bytes: int
    sha256: str


class Blobs:
    """Files by id in one folder; ids are ours, so nothing a client sends becomes a path.

    >>> blobs = Blobs(Path("files"))
    >>> blobs.write("file-1", [b"hello"]).bytes
    5
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, id: str) -> Path:
        """Where a blob lies; raises ValueError on anything that is not an id of ours."""
        if not _NAME.fullmatch(id):
            raise ValueError(f"{id!r} is not an id")
        return self.folder / id

    def write(self, id: str, chunks: Iterable[bytes]) -> Blob:
        digest, size = hashlib.sha256(), 0
        target = self.path(id)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(self.folder)
        return Blob(size, digest.hexdigest())

    def delete(self, id: str) -> None:
        self.path(id).unlink(missing_ok=True)


def read_chunks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of an open file, a megabyte at a time."""
    while chunk := file.read(CHUNK):
        yield chunk


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder durable, where the platform can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link_folder(source: Path, target: Path) -> None:
    """Make `target` hold the files of `source`, by hard links where the disk allows; all or nothing."""
    beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=".part-"))
    shutil.copytree(source, beside, copy_function=hard_link, dirs_exist_ok=True)
    if target.exists():
        shutil.rmtree(target)
    beside.replace(target)
    sync_folder(target.parent)


def hard_link(source: str | Path, target: str | Path) -> None:
    """A second name for the same bytes, or a copy where the disk cannot."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(source, target)
