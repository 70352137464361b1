"""A real mock cloud process for tests: started, killed and restarted like a learner's."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.ground.paths import course_root
from helpers.mock_cloud.state import service_file
from helpers.mock_cloud.state.service_file import Service

if TYPE_CHECKING:
    import openai

ENDED = {"succeeded", "failed", "cancelled"}
COMMAND = [sys.executable, "-m", "helpers.mock_cloud"]


class RunningCloud:
    """`base_url` and `token` for clients, `home` its COURSE_HOME; `kill` is SIGKILL."""

    def __init__(self, home: Path, environment: dict[str, str], arguments: Sequence[str] = ()) -> None:
        self.home, self.environment, self.arguments = home, environment, list(arguments)
        self.process: subprocess.Popen[bytes] | None = None
        self.service: Service | None = None
        self.port = 0

    def start(self) -> RunningCloud:
        command = [*COMMAND, "--home", str(self.home), "--port", str(self.port), *self.arguments]
        self.process = subprocess.Popen(
            command,
            cwd=course_root(),
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdout is not None
        self.printed = [self.process.stdout.readline().decode().strip() for _ in range(2)]
        self.service = service_file.read(self.folder)
        assert self.service is not None, f"the mock cloud did not start: {self.printed}"
        self.port = self.service.port
        return self

    @property
    def folder(self) -> Path:
        return service_file.service_folder(self.home)

    @property
    def base_url(self) -> str:
        return f"{self.root_url}/v1"

    @property
    def root_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return (self.folder / "token").read_text("utf-8")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            if self.process.stdout is not None:
                self.process.stdout.close()

    def restart(self) -> None:
        """Kill it and start it again on the same port."""
        self.kill()
        self.start()

    def client(self, **options: Any) -> openai.OpenAI:
        """The unmodified client, strict about every answer, without retries unless asked."""
        import openai

        return openai.OpenAI(**self._strict(options))

    def async_client(self, **options: Any) -> openai.AsyncOpenAI:
        """The asynchronous client, as strict."""
        import openai

        return openai.AsyncOpenAI(**self._strict(options))

    def _strict(self, options: dict[str, Any]) -> dict[str, Any]:
        settings = {"max_retries": 0, "_strict_response_validation": True, "timeout": 120}
        return {"api_key": self.token, "base_url": self.base_url, **settings, **options}

    def call(self, path: str, body: Any = None, *, method: str | None = None) -> dict[str, Any]:
        """One of the mock cloud's own calls (`/mock/…`)."""
        request = urllib.request.Request(
            self.root_url + path,
            data=None if body is None and method != "POST" else json.dumps(body).encode(),
            headers={"authorization": f"Bearer {self.token}", "content-type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def new_organization(self, title: str = "other") -> str:
        """The token of a further organisation."""
        return str(self.call("/mock/organizations", {"title": title}, method="POST")["token"])


def wait_for_job(client: openai.OpenAI, id: str, statuses: set[str] = ENDED, seconds: float = 180) -> Any:
    """Poll a job until it has one of the statuses."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job = client.fine_tuning.jobs.retrieve(id)
        if job.status in statuses:
            return job
        time.sleep(0.1)
    raise AssertionError(f"job {id} is still {job.status} after {seconds} s")


def run_async(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a thread of its own: browser tests leave an event loop running in the main one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()
