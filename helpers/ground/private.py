"""State for its owner only, whatever the umask says: folders 0700, files 0600. Nothing of it on Windows.

>>> import tempfile
>>> folder = private_folder(Path(tempfile.mkdtemp()) / "state")
>>> write_private(folder / "kept.json", "{}")
>>> (folder / "kept.json").read_text("utf-8")
'{}'
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

FOR_OTHERS = 0o077


def private_folder(folder: Path) -> Path:
    """Make the folder where it is missing, and close it to others where it is ours alone.

    Raises OSError where it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder not in {Path.home(), Path(folder.anchor)}:
        close(folder)
    return folder


def write_private(file: Path, text: str, *, durable: bool = True) -> None:
    """Give a file this text at once: written beside it, on the disk when this returns (unless not `durable`).

    Raises OSError where the disk is full or must not be written to; the file is then as it was.
    """
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # made with 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            if durable:
                os.fsync(opened.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def close(path: Path) -> None:
    """Take from others what they may do with it; a folder that everybody shares (`/tmp`) stays as it is."""
    with contextlib.suppress(OSError):
        mode = path.lstat().st_mode
        if os.name != "nt" and mode & FOR_OTHERS and not mode & stat.S_ISVTX and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~FOR_OTHERS)


def close_all(folder: Path) -> None:
    """Close a folder to others with everything in it."""
    close(folder)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            close(Path(parent, name))
