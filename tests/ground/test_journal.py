"""Files of state hold every row that was added, whatever was cut off and whoever adds at the same time."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpers.ground import journal


def test_rows_come_back_in_order_with_their_letters(tmp_path: Path) -> None:
    for name in ("ž", "b\nc"):
        journal.add(tmp_path / "j", {"name": name})
    assert [row["name"] for row in journal.rows(tmp_path / "j")] == ["ž", "b\nc"]


def test_a_row_behind_one_that_was_cut_off_is_whole(tmp_path: Path) -> None:
    (tmp_path / "j").write_bytes(b'{"id": 1}\n{"id": 2, "us')
    journal.add(tmp_path / "j", {"id": 3})
    assert [row["id"] for row in journal.rows(tmp_path / "j")] == [1, 3]


@pytest.mark.parametrize("line", ["[1]", "3", "nonsense", "\x00", "{"])
def test_lines_that_are_no_row_are_left_out(tmp_path: Path, line: str) -> None:
    (tmp_path / "j").write_text(f'{line}\n{{"id": 1}}\n', "utf-8")
    assert list(journal.rows(tmp_path / "j")) == [{"id": 1}]


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: journal.add(tmp_path / "j", {"n": n, "text": "x" * 2000}), range(200)))
    assert sorted(row["n"] for row in journal.rows(tmp_path / "j")) == list(range(200))


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: whole(descriptor, data[:5]))
    with pytest.raises(OSError, match="space"):
        journal.add(tmp_path / "j", {"id": 1})


def test_where_there_is_no_file_there_are_no_rows(tmp_path: Path) -> None:
    assert list(journal.rows(tmp_path / "none")) == []
