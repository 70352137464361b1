"""30 clients at once for a minute while a job trains: errors, and how long calls take.

    python -m tests.benchmarks.load [--seconds 60] [--clients 30]

Starts a mock cloud of its own in an empty folder, replay off, on the real base model. Each client is one
learner who looks at files, jobs, events, models, uploads now and then, chats, and waits 0.2-0.6 s in between.
Prints a table in Markdown. The target: no error, calls other than chat under 100 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from tests.running_cloud import RunningCloud

ROWS = [
    {
        "messages": [
            {"role": "user", "content": f"Name the colour number {n} in one word, and say why you like it."},
            {"role": "assistant", "content": f"Colour {n} is green, because leaves in spring are green too."},
        ]
    }
    for n in range(60)
]
DATA = "\n".join(map(json.dumps, ROWS)).encode()
BASE = "gpt-4o-mini-2024-07-18"


class Load:
    """Durations in seconds by kind of call, and what went wrong."""

    def __init__(self, cloud: RunningCloud, job: str) -> None:
        self.cloud, self.job = cloud, job
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    async def client(self, number: int, until: float) -> None:
        """One learner, with connections of its own."""
        choose = random.Random(number)
        headers = {"authorization": f"Bearer {self.cloud.token}"}
        async with httpx.AsyncClient(
            base_url=self.cloud.base_url, headers=headers, timeout=120, trust_env=False
        ) as http:
            await asyncio.sleep(choose.uniform(0, 0.6))
            while time.monotonic() < until:
                kind, call = choose.choices(*zip(*self._calls(http), strict=True))[0]
                await self._timed(kind, call)
                await asyncio.sleep(choose.uniform(0.2, 0.6))

    def _calls(self, http: httpx.AsyncClient) -> list[tuple[Any, int]]:
        ask = {"model": BASE, "max_tokens": 12, "messages": [{"role": "user", "content": "Say hello."}]}
        job = f"/fine_tuning/jobs/{self.job}"
        return [
            (("GET job", lambda: http.get(job)), 6),
            (("GET events", lambda: http.get(f"{job}/events?limit=50")), 6),
            (("GET jobs", lambda: http.get("/fine_tuning/jobs")), 2),
            (("GET files", lambda: http.get("/files?limit=50")), 2),
            (("GET models", lambda: http.get("/models")), 2),
            (("POST file", lambda: http.post("/files", data={"purpose": "fine-tune"}, files=_file())), 1),
            (("POST chat", lambda: http.post("/chat/completions", json=ask)), 1),
        ]

    async def _timed(self, kind: str, call: Callable[[], Awaitable[httpx.Response]]) -> None:
        started = time.perf_counter()
        try:
            answer = await call()
            if answer.status_code != 200:
                self.errors.append(f"{kind}: {answer.status_code} {answer.text[:200]}")
        except httpx.HTTPError as error:
            self.errors.append(f"{kind}: {error!r}")
        self.seconds[kind].append(time.perf_counter() - started)


def _file() -> dict[str, Any]:
    return {"file": ("train.jsonl", DATA)}


def report(load: Load, clients: int, seconds: float, steps: int) -> str:
    """The table in Markdown."""
    lines = [
        f"{clients} clients for {seconds:.0f} s on {os.cpu_count()} cores, one job training "
        f"({steps} steps in that time), {len(load.errors)} errors.",
        "",
        "| call | number | median ms | 95th percentile ms | longest ms |",
        "|---|---|---|---|---|",
    ]
    other = [each for kind, every in load.seconds.items() if kind != "POST chat" for each in every]
    for kind, every in [*sorted(load.seconds.items()), ("all but chat", other)]:
        ms = sorted(1000 * each for each in every)
        p95 = statistics.quantiles(ms, n=20)[-1] if len(ms) > 1 else ms[0]
        lines.append(f"| {kind} | {len(ms)} | {statistics.median(ms):.0f} | {p95:.0f} | {ms[-1]:.0f} |")
    return "\n".join([*lines, *load.errors[:5]])


async def measure(cloud: RunningCloud, clients: int, seconds: float) -> str:
    client = cloud.client()
    file = client.files.create(file=("train.jsonl", DATA), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=file.id, hyperparameters={"n_epochs": 50, "batch_size": 4}
    )
    while not _steps(client, job.id):
        await asyncio.sleep(0.5)
    load, before = Load(cloud, job.id), _steps(client, job.id)
    until = time.monotonic() + seconds
    await asyncio.gather(*(load.client(number, until) for number in range(clients)))
    steps = _steps(client, job.id) - before
    client.fine_tuning.jobs.cancel(job.id)
    return report(load, clients, seconds, steps)


def _steps(client: Any, job: str) -> int:
    events = client.fine_tuning.jobs.list_events(job, limit=1).data
    return events[0].data.get("step", 0) if events and events[0].type == "metrics" else 0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        cloud = RunningCloud(Path(home), {"COURSE_REPLAY": "off"}).start()
        try:
            print(asyncio.run(measure(cloud, arguments.clients, arguments.seconds)))
        finally:
            cloud.stop()


if __name__ == "__main__":
    main()
