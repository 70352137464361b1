"""The service process: takes a port, tells kernels where it is, stops when asked or when nobody needs it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from helpers.ground import paths, state_check
from helpers.ground.private import FOR_OTHERS, close, close_all, private_folder, write_private
from helpers.ground.version import VERSION
from helpers.mock_cloud.app import create_app
from helpers.mock_cloud.http import auth
from helpers.mock_cloud.own.faults import SCENARIOS, UnknownFault, parse
from helpers.mock_cloud.repair import repair
from helpers.mock_cloud.state import secret, service_file
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.config import Config, replay_wanted
from helpers.mock_cloud.state.service_file import Service, service_folder
from helpers.mock_cloud.worker.worker_process import PATIENCE, end_orphans

WORKER_IDLE_SECONDS = 900
OWN_FOLDERS = (state_check.SERVICE, "checklists", "decision-records", "autotrain")
log = logging.getLogger("mock_cloud")


def main(argv: Sequence[str] | None = None) -> int:
    """Run in the foreground; print the two settings another OpenAI program needs. Returns the exit status."""
    arguments = _parser().parse_args(argv)
    home = Path(arguments.home).expanduser().absolute() if arguments.home else paths.chosen_home()
    os.umask(FOR_OTHERS)
    try:
        return _run_in(home, arguments)
    except (OSError, sqlite3.Error) as error:
        log.info("stopped", exc_info=True)
        print(state_check.in_words(error, home))
        return 1


def _run_in(home: Path, arguments: argparse.Namespace) -> int:
    """Look at the home, take its lock, then repair it or serve."""
    wrong = [] if arguments.repair else [" ".join(trouble) for trouble in state_check.troubles(home)]
    if wrong:
        print("\n".join(wrong))
        return 1
    folder = private_folder(service_folder(private_folder(home)))
    alone = FileLock(folder / "service.lock", mode=0o600)
    try:
        alone.acquire(timeout=0)
    except Timeout:
        print(_already(folder))
        return 1
    _close_to_others(home)
    if arguments.repair:
        print("\n".join(repair(folder)))
        return 0
    return _open(folder, arguments)


def _close_to_others(home: Path) -> None:
    """What an earlier version left readable by others, as far as it is the course's own."""
    for name in OWN_FOLDERS:
        if (home / name).is_dir():
            close_all(home / name)
    for file in home.glob("*.json*"):
        close(file)


def _open(folder: Path, arguments: argparse.Namespace) -> int:
    _log_to(folder / "service.log", quiet=arguments.quiet)
    try:
        listener = _listen(arguments.host, arguments.port)
    except OSError as error:
        print(
            f"Port {arguments.port} on {arguments.host} cannot be used: {error.strerror}. Choose another one."
        )
        return 1
    config = Config(
        folder=folder,
        token=_token(folder),
        secret=secret.of_folder(folder),
        host=arguments.host,
        port=listener.getsockname()[1],
        idle_minutes=arguments.idle_minutes,
        replay=replay_wanted(),
        allowed_hosts=tuple(arguments.allow_host),
        faults=tuple(arguments.fault),
        worker_patience=arguments.worker_patience,
    )
    return _serve(config, listener, quiet=arguments.quiet)


def _already(folder: Path) -> str:
    running = service_file.read(folder)
    where = f" at {running.root_url}" if running else ""
    return f"A mock cloud is already running for {folder.parent}{where}. Stop it, or choose another --home."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m helpers mock-cloud", description="Run the mock cloud.")
    parser.add_argument("--home", metavar="FOLDER", help="keep state in FOLDER (default: COURSE_HOME)")
    parser.add_argument("--port", type=int, default=0, help="port (default: any free one)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--allow-host", metavar="NAME", action="append", default=[], help="further Host name")
    parser.add_argument("--idle-minutes", type=float, default=0, help="stop after idling so long (0: never)")
    parser.add_argument(
        "--fault",
        metavar="NAME[:TIMES]",
        action="append",
        default=[],
        type=_fault,
        help=f"let something go wrong: {', '.join(SCENARIOS)}",
    )
    parser.add_argument(
        "--worker-patience",
        metavar="SECONDS",
        type=float,
        default=PATIENCE,
        help="replace a worker that says nothing for so long (default: %(default)s)",
    )
    parser.add_argument("--repair", action="store_true", help="mend a damaged state folder, then end")
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    return parser


def _fault(text: str) -> str:
    try:
        parse(text)
    except UnknownFault as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _serve(config: Config, listener: socket.socket, *, quiet: bool) -> int:
    end_orphans(config.folder)
    app = create_app(config)
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=2
        )
    )
    service = Service(
        os.getpid(),
        _reachable(config.host),
        config.port,
        config.token,
        int(time.time()),
        VERSION,
        config.secret.key(service_file.PROOF),
    )
    for wish in (signal.SIGINT, signal.SIGTERM):  # the server raises them once more after its shutdown
        signal.signal(wish, lambda number, frame: setattr(app.state.cloud, "stopping", True))
    return asyncio.run(_run(server, listener, app.state.cloud, service, quiet=quiet))


async def _run(
    server: uvicorn.Server, listener: socket.socket, cloud: Cloud, service: Service, *, quiet: bool
) -> int:
    """The exit status: 1 where the state folder went away."""
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    service_file.write(cloud.folder, service)
    here = _identity(cloud.folder)
    if not quiet:
        _introduce(cloud, service)
    try:
        while not serving.done() and not cloud.stopping and not _idle(cloud):
            if _identity(cloud.folder) != here:
                log.error("the state folder %s is gone or another one: stopped", cloud.folder)
                print(
                    f"The mock cloud has stopped: its state folder {cloud.folder} is gone.", file=sys.stderr
                )
                return 1
            await asyncio.sleep(0.2)
            if cloud.worker.idle_for() > WORKER_IDLE_SECONDS and not cloud.queue.busy():
                cloud.worker.stop()
    finally:
        service_file.remove(cloud.folder, service.pid)
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    return 0


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder stands under this name; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _introduce(cloud: Cloud, service: Service) -> None:
    """The two settings on standard output, the way to the human page beside it."""
    print(f"OPENAI_BASE_URL={service.base_url}\nOPENAI_API_KEY={service.token}", flush=True)
    organization = auth.find_organization(cloud, service.token)
    assert organization is not None
    link = f"{service.root_url}/?link={cloud.links.make(organization.org)}"
    print(f"Page for people, opens once: {link}\nStop with Ctrl-C.", file=sys.stderr, flush=True)


def _idle(cloud: Cloud) -> bool:
    minutes = cloud.config.idle_minutes
    if minutes <= 0 or time.monotonic() - cloud.last_request < minutes * 60:
        return False
    return not cloud.queue.busy()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host


def _token(folder: Path) -> str:
    """The folder's token, made once, so that a restarted service takes the keys its clients hold."""
    file = folder / "token"
    with contextlib.suppress(FileNotFoundError):
        return file.read_text("utf-8").strip()
    token = auth.new_token()
    write_private(file, token)
    return token


def _log_to(file: Path, *, quiet: bool) -> None:
    if file.exists() and file.stat().st_size > 2**20:
        file.replace(file.with_suffix(".old.log"))
    handlers: list[logging.Handler] = [logging.FileHandler(file, encoding="utf-8")]
    if not quiet:
        handlers.append(logging.StreamHandler())
        handlers[-1].setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, handlers=handlers, format="%(asctime)s %(levelname)s %(message)s")
