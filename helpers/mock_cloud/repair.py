"""Mend a state folder of which a part is damaged: what can be read is kept, what cannot is set aside."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from helpers.ground.private import write_private
from helpers.ground.state_check import DATABASE, SERVICE, TOKEN, troubles
from helpers.mock_cloud.http.auth import add_organization, new_token, token_sha256
from helpers.mock_cloud.state.config import ORGANIZATION_TITLE
from helpers.mock_cloud.state.store import Organization, Store
from helpers.mock_cloud.state.store.table import Table
from helpers.mock_cloud.state.surfaces import owner_of

BROKEN = ".broken"


def repair(folder: Path) -> Iterator[str]:
    """Mend the folder of a mock cloud that does not run; a sentence on each thing that was done.

    Raises OSError where the folder cannot be written to.

    >>> list(repair(Path("mock-cloud")))
    ['Nothing is damaged.']
    """
    assert folder.name == SERVICE
    wrong = [what for what, _ in troubles(folder.parent)]
    if any(DATABASE in what for what in wrong):
        yield _mend_database(folder)
    if any(f"{folder / TOKEN}" in what for what in wrong):
        yield _new_token(folder)
    if not wrong:
        yield "Nothing is damaged."


def _mend_database(folder: Path) -> str:
    """A new database with every row that can still be read."""
    aside = _set_aside(folder / DATABASE)
    store = Store(folder / DATABASE)
    with closing(sqlite3.connect(aside)) as broken:
        broken.row_factory = sqlite3.Row
        kept = sum(_copy(broken, table) for table in store.tables)
    _keep_owner(folder, store)
    return f"The database was damaged: {kept} entries could be kept. The damaged one is now {aside}."


def _copy(broken: sqlite3.Connection, table: Table[Any]) -> int:
    """Read from both ends up to the damage."""
    with table.database.transaction() as connection:
        for order in ("asc", "desc"):
            with suppress(sqlite3.DatabaseError):
                for row in broken.execute(f"SELECT * FROM {table.name} ORDER BY seq {order}"):
                    names = [name for name in row.keys() if name in {"seq", *table.columns}]  # noqa: SIM118
                    marks = ", ".join("?" * len(names))
                    connection.execute(
                        f"INSERT OR IGNORE INTO {table.name} ({', '.join(names)}) VALUES ({marks})",
                        [row[name] for name in names],
                    )
                break
    return table.count({})


def _keep_owner(folder: Path, store: Store) -> None:
    """Where the organisation could not be read, what it owns is still known by its id."""
    owned = store.jobs.first({}) or store.files.first({})
    if owned is not None and not store.organizations.count({}):
        id = owner_of(owned.org)
        with suppress(OSError, UnicodeDecodeError):
            token = (folder / TOKEN).read_text("utf-8").strip()
            digest = token_sha256(token)
            store.organizations.add(Organization(id, id, ORGANIZATION_TITLE, digest, int(time.time())))


def _new_token(folder: Path) -> str:
    """A new key for the same organisation, so that its files, jobs and models stay its own."""
    _set_aside(folder / TOKEN)
    token, store = new_token(), Store(folder / DATABASE)
    first = store.organizations.first({}, oldest=True)
    if first is None:
        add_organization(store, token, ORGANIZATION_TITLE)
    else:
        store.organizations.change(first.id, {"token_sha256": token_sha256(token)})
    write_private(folder / TOKEN, token)
    return "The key was lost: there is a new one. Give it to programs that had the old one."


def _set_aside(file: Path) -> Path:
    """Rename a file, and what SQLite keeps beside it, to a name that says that it is broken."""
    aside = file.with_name(f"{file.name}{BROKEN}-{time.strftime('%Y%m%d-%H%M%S')}")
    for ending in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).replace(aside.with_name(aside.name + ending))
    return aside
