"""The HTTP client of live mode: each attempt of each call is looked at before and settled after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
from openai import DefaultHttpxClient

from helpers.connect.live import budget, guard
from helpers.connect.live.calls import Kind, kind_of_call, nothing_was_made
from helpers.connect.live.consent import LiveRefused
from helpers.connect.live.created import remember
from helpers.connect.live.metered import Metered
from helpers.ground.texts import _

TICKET = "course_ticket"
NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


@dataclass
class Call:
    """One call of the learner's, with all the attempts that the client makes of it.

    `cost` is what the yes was given for; `in_doubt` while the service may have done what was asked.
    """

    cost: guard.Cost | None = None
    in_doubt: bool = False


@dataclass(frozen=True)
class Ticket:
    """What a request was let through for: exactly this method and address."""

    kind: Kind
    method: str
    url: httpx2.URL
    call: Call = field(default_factory=Call)
    charge: str | None = None


class LiveHttp(DefaultHttpxClient):
    """Sends what has a ticket, to `root` and below it. `surface` is whose prices hold."""

    def __init__(self, root: str, surface: str) -> None:
        self.root, self.surface = httpx2.URL(root), surface
        super().__init__(event_hooks={"request": [self._only_with_ticket], "response": [self._after]})

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """As in httpx2; without a connection nothing was sent, and nothing is kept set aside."""
        try:
            return super().send(request, **options)
        except NEVER_SENT:
            self._nothing_made(request.extensions[TICKET])
            raise

    def let_through(
        self, request: httpx2.Request, call: Call, estimate: Callable[[Kind], guard.Cost]
    ) -> None:
        """Give the request a ticket, after a yes and a charge where it may cost. Raises LiveRefused."""
        path = request.url.path
        if _origin(request.url) != _origin(self.root) or not path.startswith(self.root.path):
            raise LiveRefused(
                _(
                    "Nothing was sent: the key of {home} goes to no other address, and {address} is one."
                ).format(home=self.root, address=request.url)
            )
        kind = kind_of_call(request.method, path[len(self.root.path) :])
        if kind is None:
            raise LiveRefused(guard.not_known(request.method, path))
        charge = None if kind == "free" else self._pay(kind, call, estimate)
        request.extensions[TICKET] = Ticket(kind, request.method, request.url, call, charge)

    def _pay(self, kind: Kind, call: Call, estimate: Callable[[Kind], guard.Cost]) -> str:
        if call.in_doubt and kind != "answer":
            raise LiveRefused(
                _(
                    "Not sent again: the service failed without saying whether the job was made, so its "
                    "price stays set aside. Look with client.fine_tuning.jobs.list() before you start anew."
                )
            )
        if call.cost is None:
            call.cost = guard.agreed(estimate(kind))
        charge = budget.charge(call.cost.usd, call.cost.what)
        call.in_doubt = True
        return charge

    def _only_with_ticket(self, request: httpx2.Request) -> None:
        ticket = request.extensions.get(TICKET)
        if ticket is None or (ticket.method, ticket.url) != (request.method, request.url):
            raise LiveRefused(
                _("Nothing was sent: {method} {address} did not pass the guard of live mode.").format(
                    method=request.method, address=request.url
                )
            )

    def _after(self, response: httpx2.Response) -> None:
        """Settle what the attempt cost and remember what it created."""
        ticket = response.request.extensions[TICKET]
        if nothing_was_made(response.status_code):
            self._nothing_made(ticket)
        elif response.is_success and ticket.kind == "answer":
            self._after_answer(response, ticket)
        elif response.is_success and response.request.method == "POST":
            self._remember(response, ticket)

    def _nothing_made(self, ticket: Ticket) -> None:
        ticket.call.in_doubt = False
        if ticket.charge:
            guard.noted(budget.settle, ticket.charge, 0.0)

    def _after_answer(self, response: httpx2.Response, ticket: Ticket) -> None:
        def settle(usage: Any) -> None:
            usd = ticket.call.cost and ticket.call.cost.of_usage(usage)
            if ticket.charge and usd is not None:
                guard.noted(budget.settle, ticket.charge, usd)

        if response.headers.get("content-type", "").startswith("text/event-stream"):
            response.stream = Metered(response.stream, settle)
        else:
            settle(guard.json_body(response.read()).get("usage"))

    def _remember(self, response: httpx2.Response, ticket: Ticket) -> None:
        path, service = response.request.url.path, str(ticket.url.copy_with(path="/", query=None))
        if ticket.kind == "job":
            job = guard.json_body(response.read())
            if job.get("id"):
                guard.noted(remember, service, "job", str(job["id"]), str(job.get("model", "")))
                ticket.call.in_doubt = False
        elif path.rstrip("/").endswith(("/files", "/complete")):
            answer = guard.json_body(response.read())
            file = answer.get("file") or answer
            guard.noted(remember, service, "file", str(file.get("id")), str(file.get("filename", "")))


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
