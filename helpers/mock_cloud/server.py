"""The service process: takes a port, tells kernels where it is, stops when asked or when nobody needs it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from helpers.ground import paths
from helpers.ground.version import VERSION
from helpers.mock_cloud.app import create_app
from helpers.mock_cloud.http import auth
from helpers.mock_cloud.own.faults import SCENARIOS, UnknownFault, parse
from helpers.mock_cloud.state import service_file
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.config import Config, replay_wanted
from helpers.mock_cloud.state.service_file import Service, service_folder

WORKER_IDLE_SECONDS = 900


def main(argv: Sequence[str] | None = None) -> int:
    """Run in the foreground; print the two settings another OpenAI program needs. Returns the exit status."""
    arguments = _parser().parse_args(argv)
    folder = service_folder(
        Path(arguments.home).expanduser().absolute() if arguments.home else paths.course_home()
    )
    folder.mkdir(parents=True, exist_ok=True)
    alone = FileLock(folder / "service.lock")
    try:
        alone.acquire(timeout=0)
    except Timeout:
        print(_already(folder))
        return 1
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
        host=arguments.host,
        port=listener.getsockname()[1],
        idle_minutes=arguments.idle_minutes,
        replay=replay_wanted(),
        allowed_hosts=tuple(arguments.allow_host),
        faults=tuple(arguments.fault),
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
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    return parser


def _fault(text: str) -> str:
    try:
        parse(text)
    except UnknownFault as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _serve(config: Config, listener: socket.socket, *, quiet: bool) -> int:
    app = create_app(config)
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=2
        )
    )
    service = Service(
        os.getpid(), _reachable(config.host), config.port, config.token, int(time.time()), VERSION
    )
    for wish in (signal.SIGINT, signal.SIGTERM):  # the server raises them once more after its shutdown
        signal.signal(wish, lambda number, frame: setattr(app.state.cloud, "stopping", True))
    asyncio.run(_run(server, listener, app.state.cloud, service, quiet=quiet))
    return 0


async def _run(
    server: uvicorn.Server, listener: socket.socket, cloud: Cloud, service: Service, *, quiet: bool
) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    service_file.write(cloud.folder, service)
    if not quiet:
        _introduce(cloud, service)
    try:
        while not serving.done() and not cloud.stopping and not _idle(cloud):
            await asyncio.sleep(0.2)
            if cloud.worker.idle_for() > WORKER_IDLE_SECONDS and not cloud.queue.busy():
                cloud.worker.stop()
    finally:
        service_file.remove(cloud.folder, service.pid)
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving


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
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(token)
    return token


def _log_to(file: Path, *, quiet: bool) -> None:
    if file.exists() and file.stat().st_size > 2**20:
        file.replace(file.with_suffix(".old.log"))
    handlers: list[logging.Handler] = [logging.FileHandler(file, encoding="utf-8")]
    if not quiet:
        handlers.append(logging.StreamHandler())
        handlers[-1].setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, handlers=handlers, format="%(asctime)s %(levelname)s %(message)s")
