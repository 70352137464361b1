"""Start, find and stop the mock cloud: a process of its own that outlives the kernel.

The first kernel that needs it starts it; later ones find it through `service.json` of `COURSE_HOME`.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from helpers.connect.proof import proven
from helpers.ground.paths import chosen_home, course_root
from helpers.ground.private import private_folder
from helpers.ground.settings import environment_for_mock_cloud, settings
from helpers.ground.texts import _
from helpers.ground.trouble import Trouble
from helpers.ground.version import VERSION
from helpers.mock_cloud.state import service_file
from helpers.mock_cloud.state.service_file import Service

START_SECONDS, STOP_SECONDS = 90.0, 15.0


class MockCloudError(Trouble):
    """The mock cloud cannot be started or reached; says why and what to do."""


def ensure_mock_cloud() -> Service:
    """The running mock cloud of this `COURSE_HOME`, started if there is none.

    Two kernels that ask at once get the same one. One of another version is stopped and started anew.
    Raises MockCloudError, with the end of its log, if it does not come up.

    >>> ensure_mock_cloud().base_url  # doctest: +ELLIPSIS
    'http://127.0.0.1:.../v1'
    """
    running = find_mock_cloud()
    if running is not None:
        return running
    from filelock import FileLock

    folder = _own_folder()
    with FileLock(folder / "start.lock", mode=0o600):
        running = find_mock_cloud()
        if running is not None:
            return running
        _stop_stale(folder)
        return _start(folder)


def find_mock_cloud() -> Service | None:
    """The mock cloud that answers now and has this course's version, or None."""
    service = service_file.read(_folder())
    health = _health(service) if service else None
    return service if health and health.get("version") == VERSION else None


def stop_mock_cloud() -> None:
    """Stop the mock cloud. Its files, jobs and models stay; a running job goes on at the next start.

    >>> service = ensure_mock_cloud()
    >>> stop_mock_cloud()
    The mock cloud has stopped. Files, jobs and models are kept.
    """
    service = service_file.read(_folder())
    if service is None or _health(service) is None:
        print(_("The mock cloud is not running."))
        return
    _stop(service)
    print(_("The mock cloud has stopped. Files, jobs and models are kept."))


def mock_call(path: str, *, method: str = "GET", body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Call one of the mock cloud's own routes (`/mock/…`), starting it if need be; gives the JSON answer."""
    service = ensure_mock_cloud()
    return _call(service, path, method=method, body=body, timeout=30)


def _folder() -> Path:
    return service_file.service_folder(chosen_home())


def _own_folder() -> Path:
    """The folder, made if need be."""
    try:
        return private_folder(_folder())
    except OSError as error:
        message = _(
            "The course's state folder {folder} cannot be used: {why}. Set COURSE_HOME to a folder that "
            "you may write to. `python3 -m helpers doctor` tells more."
        )
        raise MockCloudError(message.format(folder=chosen_home(), why=error.strerror or error)) from error


def _start(folder: Path) -> Service:
    log = folder / "start.log"
    process = _spawn(folder.parent, log)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        service = find_mock_cloud()
        if service is not None:
            return service
        if process.poll() is not None:
            raise MockCloudError(_trouble(_("The mock cloud stopped while starting."), log, folder))
        time.sleep(0.05)
    process.kill()
    raise MockCloudError(_trouble(_("The mock cloud did not answer in time."), log, folder))


def _spawn(home: Path, log: Path) -> subprocess.Popen[bytes]:
    """A process in a session of its own, so that restarting or closing the kernel leaves it alone."""
    current = settings()
    wishes = {"home": home, "port": current.mock_cloud_port, "idle-minutes": current.mock_cloud_idle_minutes}
    command = [sys.executable, "-m", "helpers.mock_cloud", "--quiet"]
    command += [part for name, value in wishes.items() for part in (f"--{name}", str(value))]
    windows = (getattr(subprocess, name, 0) for name in ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW"))
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=course_root(),
            env=environment_for_mock_cloud(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=os.name != "nt",
            creationflags=sum(windows),
        )


def _stop_stale(folder: Path) -> None:
    """End what the folder's file names, also where it hangs or cannot prove itself: it holds the lock."""
    service = service_file.read(folder)
    if service is not None and _alive(service.pid):
        _stop(service)
    (folder / service_file.NAME).unlink(missing_ok=True)


def _stop(service: Service) -> None:
    try:
        _call(service, "/mock/shutdown", method="POST", timeout=5)
    except OSError:
        _terminate(service.pid)
    deadline = time.monotonic() + STOP_SECONDS
    while _alive(service.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    if _alive(service.pid):
        _terminate(service.pid)


def _alive(pid: int) -> bool:
    """Whether the pid is a live mock cloud, not a zombie of ours or another program that got the number."""
    import psutil

    try:
        process = psutil.Process(pid)
        ours = "helpers.mock_cloud" in " ".join(process.cmdline())
        return ours and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _terminate(pid: int) -> None:
    import psutil

    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        process.terminate()
        try:
            process.wait(5)
        except psutil.TimeoutExpired:
            process.kill()


def _health(service: Service) -> dict[str, Any] | None:
    try:
        with _connected(service, timeout=5) as (_unused, health):
            return json.loads(health)
    except (OSError, ValueError):
        return None


@contextlib.contextmanager
def _connected(service: Service, timeout: float) -> Iterator[tuple[http.client.HTTPConnection, bytes]]:
    """A connection on which the mock cloud has proven itself, and what it said of its health."""
    with contextlib.closing(http.client.HTTPConnection(service.host, service.port, timeout)) as connection:
        connection.connect()
        health = proven(connection.sock, service)
        connection.sock.settimeout(timeout)
        yield connection, health


def _call(
    service: Service, path: str, *, method: str = "GET", body: dict[str, Any] | None = None, timeout: float
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {service.token}", "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    with _connected(service, timeout) as (connection, _health_said):
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        text = answer.read()
    if answer.status >= 400:
        raise HTTPError(
            service.root_url + path, answer.status, answer.reason, answer.headers, io.BytesIO(text)
        )
    return json.loads(text or b"{}")


def _trouble(what: str, log: Path, folder: Path) -> str:
    lines = [line for file in (log, folder / "service.log") for line in _tail(file)]
    said = "\n".join(f"    {line}" for line in lines) or "    " + _("(nothing)")
    advice = _(
        "Run `python3 -m helpers doctor` in a terminal, it looks for the usual causes. The log is {log}."
    )
    return "\n".join([what, _("It said last:"), said, advice.format(log=folder / "service.log")])


def _tail(file: Path, lines: int = 8) -> list[str]:
    try:
        return file.read_text("utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        return []
