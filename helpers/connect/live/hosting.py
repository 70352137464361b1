"""The guard of the control plane: a deployment is billed by the hour from the moment it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy

from helpers.connect.live import budget, guard
from helpers.connect.live.calls import kind_of_management, nothing_was_made
from helpers.connect.live.consent import LiveRefused
from helpers.connect.live.created import remember, take_back
from helpers.ground.settings import settings
from helpers.ground.texts import _

HOSTING = "course_hosting"


class Hosting:
    """One call that makes or changes a deployment, from its yes to the service's last word."""

    def __init__(self, address: str, body: dict[str, Any]) -> None:
        self.url = urlsplit(address)
        self.name = self.url.path.rstrip("/").split("/")[-1]
        cost = guard.agreed(guard.deployment_cost(body, self.name))
        tier = str((body.get("sku") or {}).get("name", "standard"))
        self.made = (guard.deployed_model(body), tier)
        self.charge = budget.charge(cost.usd, cost.what)
        self._note(remember)

    def ended(self, statuses: list[int | None]) -> None:
        """What became of all attempts (None: no answer): only if each was refused, nothing was made."""
        if all(status is not None and nothing_was_made(status) for status in statuses):
            guard.noted(budget.settle, self.charge, 0.0)
            self._note(take_back)

    def _note(self, write: Callable[..., None]) -> None:
        """For clean-up: before it is sent, since a kernel may end before the answer comes."""
        if self.made[0]:
            service = f"{self.url.scheme}://{self.url.netloc}/"
            guard.noted(write, service, "deployment", self.name, " ".join(self.made))


def before_management(method: str, address: str, content: bytes) -> Hosting | None:
    """Let a call of the management plane through; what costs by the hour is asked about and charged.

    Raises LiveRefused for what is neither free nor a deployment, and for any other service's address.
    """
    path, home = urlsplit(address).path, settings().azure_management_url
    if urlsplit(address)[:2] != urlsplit(home)[:2]:
        raise LiveRefused(
            _("Nothing was sent: the token of {home} goes to no other address, and {address} is one.").format(
                home=home, address=address
            )
        )
    kind = kind_of_management(method, path)
    if kind is None:
        raise LiveRefused(guard.not_known(method, path))
    return Hosting(address, guard.json_body(content)) if kind == "deployment" else None


def guarded(options: dict[str, Any], *policies: Any) -> dict[str, Any]:
    """Options of a management client, the caller's own policies behind the guard and the course's."""
    if "pipeline" in options:
        raise LiveRefused(_("Live mode guards the client's own pipeline; leave the option pipeline out."))
    own = options.get("per_call_policies") or []
    theirs = list(own) if isinstance(own, (list, tuple)) else [own]
    return {**options, "per_call_policies": [*policies, *theirs, HostingPolicy()]}


class HostingPolicy(SansIOHTTPPolicy[Any, Any]):
    """Asks before a deployment is made or changed, and remembers it for clean-up."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """See `before_management`."""
        call = request.http_request
        request.context[HOSTING] = before_management(call.method, call.url, _content(call))

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        """Settle by the answer and by those to the attempts before it."""
        before = [attempt.http_response for attempt in response.context.get("history") or ()]
        answers = [*before, response.http_response]
        if made := request.context.get(HOSTING):
            made.ended([answer.status_code if answer is not None else None for answer in answers])

    def on_exception(self, request: PipelineRequest[Any]) -> None:
        """No answer came, so the deployment may be there."""
        if made := request.context.get(HOSTING):
            made.ended([None])


def _content(call: Any) -> bytes:
    content = getattr(call, "content", None) or getattr(call, "body", None) or b""
    return content.encode() if isinstance(content, str) else content
