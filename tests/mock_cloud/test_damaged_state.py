"""A damaged or unusable state folder: a helpful sentence from service and doctor, and a repair that keeps."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from helpers.bootstrap import doctor
from helpers.mock_cloud import server
from helpers.mock_cloud.http import auth
from helpers.mock_cloud.state import service_file
from tests.mock_cloud.conftest import BASE, jsonl, named, rows
from tests.mock_cloud.test_queues import Service
from tests.running_cloud import COMMAND, RunningCloud
from tests.small_disk import small_disk


@pytest.fixture(autouse=True)
def own_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def start(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Start a service that cannot: its exit code and everything that it printed."""

    def started(home: Path, *arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = server.main(["--home", str(home), *arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return code, printed.out + printed.err

    return started


@pytest.fixture
def used(course_home: Path) -> Path:
    """A home with files and a finished job in it, whose service has ended; the doctor looks at it too."""
    service = Service(course_home / "mock-cloud")
    (course_home / "mock-cloud" / "token").write_text("sk-mock-1")
    service.cloud.queue.start()
    for topic in map(str, range(40)):
        service.upload(topic)
    assert service.train().status == "succeeded"
    service.cloud.queue.stop()
    time.sleep(0.05)
    service.cloud.store.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    service.cloud.store.database.connection.close()
    return course_home


def _state_row() -> doctor.Row:
    return next(row for row in doctor.rows() if row.name == "State")


def _seen(home: Path) -> tuple[int, int]:
    """How many files and jobs the holder of the folder's key sees."""
    token = (home / "mock-cloud" / "token").read_text()
    service = Service(home / "mock-cloud")
    found = auth.find_organization(service.cloud, token)
    where = {"org": found.org if found else None}
    return service.cloud.store.files.count(where), service.cloud.store.jobs.count(where)


def _zero(file: Path, begin: float, end: float) -> None:
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(int(size * begin))
        opened.write(bytes(int(size * (end - begin))))


def _as_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


KEYS: dict[str, Callable[[Path], Any]] = {
    "empty": lambda token: token.write_text(""),
    "blank": lambda token: token.write_text(" \n"),
    "no text": lambda token: token.write_bytes(b"\xff\xfe\x00"),
    "a folder": _as_folder,
}
DATABASES: dict[str, Callable[[Path], Any]] = {
    "empty": lambda database: database.write_bytes(b""),
    "text": lambda database: database.write_text("hello" * 5000),
    "no beginning": lambda database: _zero(database, 0, 0.02),
    "cut": lambda database: os.truncate(database, database.stat().st_size // 2),
    "a hole": lambda database: _zero(database, 0.6, 0.7),
}


@pytest.mark.parametrize("damage", KEYS)
def test_a_key_that_is_lost(used: Path, start: Any, damage: str) -> None:
    KEYS[damage](used / "mock-cloud" / "token")
    code, said = start(used)
    assert code == 1 and "is empty or no text" in said and said.count("\n") == 1
    row = _state_row()
    assert not row.ok and row.detail in said and row.advice in said
    code, said = start(used, "--repair")
    assert code == 0 and "new one" in said
    assert _state_row().ok and _seen(used) == (42, 1), "files, jobs and models stay the same owner's"


@pytest.mark.parametrize("damage", DATABASES)
def test_a_database_that_is_damaged(used: Path, start: Any, damage: str) -> None:
    DATABASES[damage](used / "mock-cloud" / "mock-cloud.db")
    code, said = start(used)
    assert code == 1 and "is damaged" in said and "--repair" in said and said.count("\n") == 1
    row = _state_row()
    assert not row.ok and row.detail in said and row.advice in said
    code, said = start(used, "--repair")
    assert code == 0 and "entries could be kept" in said
    assert _state_row().ok
    files, jobs = _seen(used)
    assert damage in {"empty", "text", "no beginning", "cut"} or files > 0
    assert len(list((used / "mock-cloud" / "files").iterdir())) == 42, "nothing is swept away"


def test_what_is_whole_is_left_alone(used: Path, start: Any) -> None:
    assert _state_row().ok
    assert start(used, "--repair") == (0, "Nothing is damaged.\n")
    assert _seen(used) == (42, 1) and (used / "mock-cloud" / "token").read_text() == "sk-mock-1"


def _a_file(home: Path) -> Path:
    home.write_text("")
    return home


UNUSABLE: dict[str, Callable[[Path], Path]] = {
    "a file": _a_file,
    "under a file": lambda home: _a_file(home) / "home",
    "nowhere": lambda home: Path("/proc/nowhere"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_home_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Any, kind: str
) -> None:
    home = UNUSABLE[kind](tmp_path / "home")
    monkeypatch.setenv("COURSE_HOME", str(home))
    code, said = start(home)
    assert code == 1 and str(home) in said and "COURSE_HOME" in said and said.count("\n") == 1
    row = _state_row()
    assert not row.ok and row.detail in said and row.advice in said
    from helpers.connect.mock_cloud_control import MockCloudError, ensure_mock_cloud

    with pytest.raises(MockCloudError, match="COURSE_HOME"):
        ensure_mock_cloud()


@pytest.mark.parametrize("kind", ["read-only", "full"])
def test_a_disk_that_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Any, kind: str
) -> None:
    home = tmp_path / "disk"
    with small_disk(home, "1m") as disk:
        monkeypatch.setenv("COURSE_HOME", str(home))
        disk.fill() if kind == "full" else disk.read_only()
        code, said = start(home)
        assert code == 1 and said.count("\n") == 1
        assert ("is full" if kind == "full" else "cannot be written to") in said
        row = _state_row()
        assert not row.ok and row.detail in said and row.advice in said
        if kind == "full":
            disk.free()
            assert _state_row().ok


@pytest.mark.parametrize("how", ["gone", "another"])
def test_a_home_that_vanishes_ends_its_service(own_cloud: RunningCloud, how: str) -> None:
    """Its files are gone; the next start begins anew instead of finding the place taken."""
    own_cloud.start()
    assert own_cloud.process is not None
    shutil.rmtree(own_cloud.home)
    if how == "another":
        own_cloud.folder.mkdir(parents=True)
    assert own_cloud.process.wait(timeout=20) == 1
    if how == "gone":
        assert own_cloud.start().client().models.list().data


def test_a_full_disk_refuses_in_words_and_keeps_what_it_has(own_cloud: RunningCloud) -> None:
    with small_disk(own_cloud.home, "8m") as disk:
        client = own_cloud.start().client()
        kept = client.files.create(file=named(jsonl(rows())), purpose="fine-tune")
        disk.fill()
        calls: list[Callable[[], Any]] = [
            lambda: client.files.create(file=named(b"x" * 100_000), purpose="user_data"),
            lambda: client.fine_tuning.jobs.create(model=BASE, training_file=kept.id),
        ]
        for call in calls:
            with pytest.raises(openai.InternalServerError, match="is full. Free some space"):
                for _ in range(200):
                    call()
        assert client.files.content(kept.id).content == jsonl(rows())
        disk.free()
        assert calls[0]().bytes == 100_000
        assert not [path for path in (own_cloud.folder / "files").iterdir() if path.name.startswith(".")]
        own_cloud.kill()


def test_the_command_line_repairs(used: Path) -> None:
    (used / "mock-cloud" / "token").write_text("")
    done = subprocess.run(
        [*COMMAND, "--home", str(used), "--repair"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and done.stdout.startswith("The key was lost") and not done.stderr
    assert service_file.read(used / "mock-cloud") is None
