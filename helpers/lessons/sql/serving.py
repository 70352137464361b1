"""Serves a model folder behind an OpenAI-compatible address with `transformers serve`, and stops it again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from helpers.ground.texts import _
from helpers.lessons.loopback import free_port

START_SECONDS = 180.0
STOP_SECONDS = 10.0


class ServingError(RuntimeError):
    """The server did not start; carries the end of what it printed."""


@dataclass(frozen=True)
class Server:
    """`base_url` for the `openai` client and `model`, the name to ask for: the exact folder."""

    base_url: str
    model: str


@contextmanager
def serve(folder: Path) -> Iterator[Server]:
    """Within the block, `folder` answers at `base_url`, on this computer only; then the process is gone.

    There is no key: whoever can reach the port of this computer can ask. Raises `ServingError`.

        with serve(merged) as server:
            client = OpenAI(base_url=server.base_url, api_key="not needed")

    >>> with serve(Path("/no/such/folder")):
    ...     pass  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers...ServingError: ... holds no model (no config.json). Save the merged model first.
    """
    folder = Path(folder).absolute()
    if not (folder / "config.json").exists():
        raise ServingError(
            _("{folder} holds no model (no config.json). Save the merged model first.").format(folder=folder)
        )
    work = Path(tempfile.mkdtemp(prefix="serve-"))
    log = work / "log.txt"
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(folder, port),
            env=_environment(work),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_ready(process, port, log)
        yield Server(f"http://127.0.0.1:{port}/v1", str(folder))
    finally:
        _stop(process)
        shutil.rmtree(work, ignore_errors=True)


def _command(folder: Path, port: int) -> list[str]:
    program = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(folder)]
    return [*program, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]


def _environment(work: Path) -> dict[str, str]:
    """Offline, and with a hub cache folder that exists: the server's model list fails without one."""
    cache = work / "hub"
    cache.mkdir()
    return {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(cache)}


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    ending = log.read_text(encoding="utf-8", errors="replace")[-1500:]
    raise ServingError(_("`transformers serve` did not start. It printed:") + f"\n{ending}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
