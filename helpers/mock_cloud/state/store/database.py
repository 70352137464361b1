"""SQLite in WAL mode: a connection per thread, readers never wait, a commit is on disk when it returns."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Database:
    """Connections to one database file.

    >>> database = Database(Path("example.db"))
    >>> with database.transaction() as connection:
    ...     connection.execute("SELECT 1").fetchone()[0]
    1
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._local = threading.local()
        self._write = threading.RLock()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit: single statements are transactions of their own."""
        if getattr(self._local, "connection", None) is None:
            self._local.connection = self._connect()
        return self._local.connection

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Several statements that happen together or not at all; nested uses join the outer one.

        One that is not `durable` is not on disk yet when it is over.
        """
        connection = self.connection
        with self._write:
            if connection.in_transaction:
                yield connection
                return
            if not durable:
                connection.execute("PRAGMA synchronous=NORMAL")
            try:
                with _committed(connection):
                    yield connection
            finally:
                if not durable:
                    connection.execute("PRAGMA synchronous=FULL")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection


@contextmanager
def _committed(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
