"""A table made from a record class: insert, find, change, page. Newest first, as the hosted lists are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, Literal, TypeVar

from helpers.mock_cloud.state.store.database import Database

Record = TypeVar("Record")


@dataclass(frozen=True)
class Page(Generic[Record]):
    """One page of a list; `has_more` tells that older (or, ascending, newer) ones follow."""

    data: list[Record]
    has_more: bool


class UnknownCursor(LookupError):
    """`after` names an object that is not in this list."""


class Table(Generic[Record]):
    """Records of one class.

    >>> from pathlib import Path
    >>> from helpers.mock_cloud.state.store.records import UploadPart
    >>> part = UploadPart("part-1", org="org-1", upload="upload-1", bytes=5, created_at=0)
    >>> parts = Table(Database(Path("example.db")), UploadPart)
    >>> parts.add(part)
    True
    >>> parts.find("org-1", "part-1") == part
    True
    >>> parts.change("part-1", {"bytes": 6}, when={"bytes": 5})
    True
    """

    def __init__(self, database: Database, record: type[Record]) -> None:
        self.database = database
        self.record = record
        self.name: str = record.TABLE  # type: ignore[attr-defined]  # every record class names its table
        described = fields(record)  # type: ignore[arg-type]  # records are dataclasses
        self.columns = [field.name for field in described]
        self._json = {field.name for field in described if field.type.startswith(("dict", "list"))}
        self._create()

    def add(self, record: Record, *, if_new: bool = False) -> bool:
        """Insert; with `if_new`, a record whose id or unique fields exist is left as it was (False)."""
        verb = "INSERT OR IGNORE" if if_new else "INSERT"
        marks = ", ".join("?" * len(self.columns))
        values = [self._encode(name, getattr(record, name)) for name in self.columns]
        with self.database.transaction() as connection:
            cursor = connection.execute(
                f"{verb} INTO {self.name} ({', '.join(self.columns)}) VALUES ({marks})", values
            )
        return cursor.rowcount > 0

    def find(self, org: str, id: str) -> Record | None:
        """The organisation's record of this id, or None."""
        return self.first({"org": org, "id": id})

    def get(self, id: str) -> Record | None:
        """The record of this id whoever owns it: for the service's own work, never for a request."""
        return self.first({"id": id})

    def first(self, where: Mapping[str, Any], *, oldest: bool = False) -> Record | None:
        found = self.all(where, limit=1, order="asc" if oldest else "desc")
        return found[0] if found else None

    def all(
        self, where: Mapping[str, Any], *, limit: int = -1, order: Literal["asc", "desc"] = "desc"
    ) -> list[Record]:
        """Records whose columns equal the given values; a list or tuple means one of them."""
        condition, values = self._where(where)
        rows = self.database.connection.execute(
            f"SELECT * FROM {self.name} WHERE {condition} ORDER BY seq {order} LIMIT ?", [*values, limit]
        )
        return [self._decode(row) for row in rows]

    def page(
        self,
        where: Mapping[str, Any],
        *,
        after: str | None = None,
        limit: int = 20,
        order: Literal["asc", "desc"] = "desc",
        metadata: Mapping[str, str] | None = None,
    ) -> Page[Record]:
        """One page after the cursor; raises `UnknownCursor` where `after` is not in the list."""
        condition, values = self._where(where)
        if after is not None:
            condition += f" AND seq {'<' if order == 'desc' else '>'} ?"
            values.append(self._position(where, after))
        for key, value in (metadata or {}).items():
            condition += " AND EXISTS (SELECT 1 FROM json_each(metadata) WHERE key = ? AND value = ?)"
            values += [key, value]
        rows = self.database.connection.execute(
            f"SELECT * FROM {self.name} WHERE {condition} ORDER BY seq {order} LIMIT ?", [*values, limit + 1]
        ).fetchall()
        return Page([self._decode(row) for row in rows[:limit]], len(rows) > limit)

    def change(
        self,
        id: str,
        values: Mapping[str, Any],
        *,
        when: Mapping[str, Any] | None = None,
        durable: bool = True,
    ) -> bool:
        """Set columns of one record; with `when`, only if it still has these values. Tells whether it did.

        A change that is not `durable` may be lost with the computer's power, and does not wait for the disk.
        """
        condition, bound = self._where({"id": id, **(when or {})})
        sets = ", ".join(f"{name} = ?" for name in values)
        encoded = [self._encode(name, value) for name, value in values.items()]
        with self.database.transaction(durable=durable) as connection:
            cursor = connection.execute(
                f"UPDATE {self.name} SET {sets} WHERE {condition}", [*encoded, *bound]
            )
        return cursor.rowcount > 0

    def remove(self, where: Mapping[str, Any]) -> int:
        """Delete all that match; the number deleted."""
        condition, values = self._where(where)
        with self.database.transaction() as connection:
            return connection.execute(f"DELETE FROM {self.name} WHERE {condition}", values).rowcount

    def count(self, where: Mapping[str, Any]) -> int:
        condition, values = self._where(where)
        row = self.database.connection.execute(
            f"SELECT COUNT(*) FROM {self.name} WHERE {condition}", values
        ).fetchone()
        return int(row[0])

    def _position(self, where: Mapping[str, Any], id: str) -> int:
        condition, values = self._where({**where, "id": id})
        row = self.database.connection.execute(
            f"SELECT seq FROM {self.name} WHERE {condition}", values
        ).fetchone()
        if row is None:
            raise UnknownCursor(id)
        return int(row["seq"])

    def _where(self, where: Mapping[str, Any]) -> tuple[str, list[Any]]:
        parts = ["1"]
        values: list[Any] = []
        for name, value in where.items():
            if name not in self.columns:
                raise ValueError(f"{self.name} has no column {name!r}")
            if isinstance(value, list | tuple):
                parts.append(f"{name} IN ({', '.join('?' * len(value))})")
                values += value
            else:
                parts.append(f"{name} IS ?")
                values.append(value)
        return " AND ".join(parts), values

    def _encode(self, name: str, value: Any) -> Any:
        if name in self._json and value is not None:
            return json.dumps(value, ensure_ascii=False)
        return value

    def _decode(self, row: sqlite3.Row) -> Record:
        values = {name: row[name] for name in self.columns}
        for name in self._json:
            if values[name] is not None:
                values[name] = json.loads(values[name])
        return self.record(**values)

    def _create(self) -> None:
        columns = ", ".join(f"{name} UNIQUE NOT NULL" if name == "id" else name for name in self.columns)
        unique: Iterable[str] = getattr(self.record, "UNIQUE", ())
        constraints = "".join(f", UNIQUE ({names})" for names in unique)
        with self.database.transaction() as connection:
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {self.name} "
                f"(seq INTEGER PRIMARY KEY AUTOINCREMENT, {columns}{constraints})"
            )
            if "job" in self.columns:
                connection.execute(f"CREATE INDEX IF NOT EXISTS {self.name}_job ON {self.name} (job, seq)")
            self._add_missing_columns(connection)

    def _add_missing_columns(self, connection: sqlite3.Connection) -> None:
        """A database of an earlier version gets the columns that are new."""
        present = {row["name"] for row in connection.execute(f"PRAGMA table_info({self.name})")}
        for name in self.columns:
            if name not in present:
                connection.execute(f"ALTER TABLE {self.name} ADD COLUMN {name}")
