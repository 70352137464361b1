"""What is wrong with a state folder and what helps, in one sentence each: for the service and for the doctor.

Standard library only.

>>> import tempfile
>>> list(troubles(Path(tempfile.mkdtemp())))
[]
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

SERVICE, DATABASE, TOKEN = "mock-cloud", "mock-cloud.db", "token"
REPAIR = "Repair it with: python3 -m helpers mock-cloud --repair"
ELSEWHERE = "Make it writable for you, or set COURSE_HOME to another folder."
FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
LITTLE = 2**16
_TOLD_FULL = ("no space left", "disk is full", "os error 28", "storagefull", "quota exceeded")
_TOLD_CORRUPT = ("malformed", "not a database", "file is encrypted")
_TOLD_READ_ONLY = ("readonly", "read-only", "unable to open database")


def troubles(home: Path) -> Iterator[tuple[str, str]]:
    """What is wrong with a course home that the mock cloud uses: pairs of a sentence and what helps."""
    folder = home / SERVICE
    for each in (home, folder):
        problem = _unwritable(each) if each == home or each.exists() else None
        if problem:
            yield problem
            return
    token, database = folder / TOKEN, folder / DATABASE
    if token.exists() and not _readable_text(token):
        yield f"The key of the mock cloud, {token}, is empty or no text.", REPAIR
    if database.exists() and (why := _emptied(database) or corrupt(database)):
        yield f"The database of the mock cloud, {database}, is damaged ({why}).", REPAIR


def _emptied(database: Path) -> str | None:
    held = any(next(folder.iterdir(), None) for folder in _kept(database.parent))
    wal = database.with_name(f"{database.name}-wal")
    nothing = not database.stat().st_size and not (wal.exists() and wal.stat().st_size)
    return "it is empty" if held and nothing else None


def _kept(folder: Path) -> Iterator[Path]:
    return (folder / name for name in ("files", "jobs") if (folder / name).is_dir())


def corrupt(database: Path) -> str | None:
    """Why SQLite cannot read a database, or None."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        return str(error) if told(error) == "corrupt" else None
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else str(found).splitlines()[-1]


def told(error: BaseException) -> str | None:
    """`full`, `corrupt`, `read-only` or `failing`: what an error says of the disk under the state, else None.

    >>> told(sqlite3.OperationalError("database or disk is full")), told(ValueError("x"))
    ('full', None)
    """
    number, text = getattr(error, "errno", None), str(error).lower()
    if number in FULL or _any(text, _TOLD_FULL):
        return "full"
    if isinstance(error, sqlite3.Error) and _any(text, _TOLD_CORRUPT):
        return "corrupt"
    if number == errno.EROFS or isinstance(error, sqlite3.Error) and _any(text, _TOLD_READ_ONLY):
        return "read-only"
    return "failing" if number == errno.EIO or "disk i/o error" in text else None


def in_words(error: BaseException, home: Path) -> str:
    """A sentence about an error of the disk, with what helps.

    >>> print(in_words(OSError(28, "No space left on device"), Path(".")))
    The disk under . is full. Free some space, then try again.
    """
    kind = told(error)
    if not home.is_dir():
        return f"The state folder {home} is gone. Bring it back, or set COURSE_HOME to another folder."
    if kind == "full" or shutil.disk_usage(home).free < LITTLE:
        return f"The disk under {home} is full. Free some space, then try again."
    if kind == "corrupt":
        return f"The database of the mock cloud in {home} is damaged. {REPAIR}"
    if kind == "read-only" or isinstance(error, PermissionError):
        return f"The state folder {home} cannot be written to. {ELSEWHERE}"
    if kind == "failing":
        return f"The disk under {home} could not be written to: it may be full or damaged. Look at it."
    return f"The state folder {home} cannot be used ({error})."


def _any(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _unwritable(folder: Path) -> tuple[str, str] | None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"0" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        why = error.strerror or str(error)
        if told(error) == "full":
            return f"The disk under {folder} is full.", "Free some space, then try again."
        return f"The state folder {folder} cannot be written to ({why}).", ELSEWHERE
    return None


def _readable_text(file: Path) -> bool:
    try:
        return bool(file.read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return False
