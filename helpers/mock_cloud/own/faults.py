"""Faults on demand: what can go wrong with a hosted service, turned on by name and for a number of times.

On by `helpers.inject_fault(…)`, by the header `x-mock-cloud-fault: NAME` on one request, or by the option
`--fault NAME[:TIMES]` of the command that starts the mock cloud.

>>> parse("rate-limit:2")
Fault(name='rate-limit', times=2, seconds=None)
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from helpers.mock_cloud.own.fault_answers import locked_out, rate_limited, server_error
from helpers.mock_cloud.state.hooks import Hooks, JobFailed
from helpers.mock_cloud.state.store import Deployment, File, Job
from helpers.mock_cloud.state.surfaces import owner_of

EVERYBODY = "*"
HEADER = "x-mock-cloud-fault"
SLOW_SECONDS = 5.0
CUT_AFTER_CHUNKS = 3
SCENARIOS = {
    "locked-out": "creating a job answers 403 training_not_available",
    "rate-limit": "requests answer 429 with retry-after",
    "server-error": "requests answer 500",
    "slow": "requests take some seconds longer",
    "cut-stream": "the connection breaks in the middle of a streamed answer",
    "job-fails-in-validation": "jobs fail while their files are validated",
    "job-fails-in-training": "jobs fail after their first training step",
    "file-stuck": "uploaded files stay unprocessed",
    "deployment-stuck": "deployments stay in Creating",
    "empty-error": "jobs that did not fail show `error: {}`",
    "base64-results": "results files come base64-encoded",
}


class UnknownFault(ValueError):
    """No scenario of that name."""


@dataclass(frozen=True)
class Fault:
    """`times`: how many requests, files, jobs or deployments it hits (None: all); `seconds` is for `slow`."""

    name: str
    times: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.name not in SCENARIOS:
            raise UnknownFault(f"There is no fault {self.name!r}. Choose one of: {', '.join(SCENARIOS)}.")
        if self.times is not None and self.times < 1:
            raise UnknownFault("A fault happens at least once: 'times' is 1 or more.")


def parse(text: str) -> Fault:
    """`NAME` or `NAME:TIMES`. Raises UnknownFault."""
    name, _, times = text.strip().partition(":")
    if times and not times.isdecimal():
        raise UnknownFault(f"{text!r} is not NAME or NAME:TIMES.")
    return Fault(name, int(times) if times else None)


class Switchboard:
    """Which faults are on, for which organisation, and what each has hit. Lost with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: dict[tuple[str, str], Fault] = {}
        self._hit: dict[tuple[str, str], list[str]] = {}

    def turn_on(self, org: str, fault: Fault) -> None:
        with self._lock:
            self._on[owner_of(org), fault.name] = fault
            self._hit[owner_of(org), fault.name] = []

    def turn_off(self, org: str, name: str | None = None) -> None:
        """One fault, or all."""
        with self._lock:
            for key in [key for key in self._on if key[0] == owner_of(org) and name in {None, key[1]}]:
                del self._on[key], self._hit[key]

    def active(self, org: str) -> list[dict[str, object]]:
        with self._lock:
            return [
                {"name": name, "times": fault.times, "hit": len(self._hit[owner, name])}
                for (owner, name), fault in self._on.items()
                if owner == owner_of(org)
            ]

    def hits(self, org: str, name: str, subject: str) -> Fault | None:
        """The fault, if it is on and this subject is, or becomes, one of those it hits."""
        key = (owner_of(org), name)
        with self._lock:
            fault = self._on.get(key) or self._on.get((EVERYBODY, name))
            if fault is None:
                return None
            hit = self._hit.setdefault(key, [])
            if subject in hit:
                return fault
            if fault.times is not None and len(hit) >= fault.times:
                return None
            hit.append(subject)
            return fault


class Faults(Hooks):
    """The hooks of a mock cloud in which things can be made to go wrong."""

    def __init__(self) -> None:
        self.board = Switchboard()

    async def before_route(self, request: Request) -> Response | None:
        """A refusal in place of the answer, or None; `request.state.fault_org` names who asks."""
        org, subject = request.state.fault_org, request.state.request_id
        slow = self._on_request(request, org, "slow", subject)
        if slow is not None:
            await asyncio.sleep(SLOW_SECONDS if slow.seconds is None else slow.seconds)
        if _creates_job(request) and self._on_request(request, org, "locked-out", subject):
            return locked_out()
        if self._on_request(request, org, "rate-limit", subject):
            return rate_limited(request)
        if self._on_request(request, org, "server-error", subject):
            return server_error(request)
        self._take_header(request, org)
        return None

    def cut_stream(self, request: Request, chunk_number: int) -> bool:
        if chunk_number < CUT_AFTER_CHUNKS:
            return False
        org = getattr(request.state, "fault_org", None)
        return bool(
            org and self._on_request(request, org, "cut-stream", getattr(request.state, "request_id", ""))
        )

    def keep_file_waiting(self, file: File) -> bool:
        return self.board.hits(file.org, "file-stuck", file.id) is not None

    def keep_deployment_creating(self, deployment: Deployment) -> bool:
        return self.board.hits(deployment.org, "deployment-stuck", deployment.id) is not None

    def encode_results(self, file: File) -> bool:
        results = file.purpose == "fine-tune-results"
        return results and self.board.hits(file.org, "base64-results", file.id) is not None

    def on_validation(self, job: Job) -> None:
        if self.board.hits(job.org, "job-fails-in-validation", job.id):
            message = (
                "The job failed due to an invalid training file. Invalid file format. Example 1, message 2 "
                "Discriminator 'role' is missing in value"
            )
            raise JobFailed("invalid_training_file", message, "training_file")

    def on_step(self, job: Job, step: int, total_steps: int) -> None:
        if self.board.hits(job.org, "job-fails-in-training", job.id):
            message = "The job failed due to an internal error. Please create the job again."
            raise JobFailed("server_error", message)

    def empty_error(self, job: Job) -> bool:
        return self.board.hits(job.org, "empty-error", job.id) is not None

    def _on_request(self, request: Request, org: str, name: str, subject: str) -> Fault | None:
        if name in wanted_by_header(request):
            return Fault(name)
        return self.board.hits(org, name, subject)

    def _take_header(self, request: Request, org: str) -> None:
        """A header that asks for what comes later (a stuck file, a failing job) is kept for one object."""
        later = ("job-fails-in-validation", "job-fails-in-training", "file-stuck", "deployment-stuck")
        for name in later:
            if name in wanted_by_header(request):
                self.board.turn_on(org, Fault(name, times=1))


def wanted_by_header(request: Request) -> set[str]:
    return {name.strip() for name in request.headers.get(HEADER, "").split(",")} & set(SCENARIOS)


def _creates_job(request: Request) -> bool:
    return request.method == "POST" and request.url.path.rstrip("/").endswith("/fine_tuning/jobs")
