"""The guard of the control plane: a deployment is billed by the hour from the moment it is made."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy

from helpers.connect.live import budget, guard
from helpers.connect.live.created import remember


class HostingPolicy(SansIOHTTPPolicy):
    """Asks before a deployment is made, and remembers it for clean-up."""

    def on_request(self, request: PipelineRequest) -> None:
        call = request.http_request
        if guard.kind_of_call(call.method, urlsplit(call.url).path) == "deployment":
            body = guard.json_body(_content(call))
            model = (body.get("properties") or {}).get("model", {}).get("name", "")
            tier = (body.get("sku") or {}).get("name", "standard")
            request.context["course_charge"] = guard.before_hosting(str(model), str(tier))
            request.context["course_deployment"] = (str(model), str(tier))

    def on_response(self, request: PipelineRequest, response: PipelineResponse) -> None:
        made = request.context.get("course_deployment")
        if made is None:
            return
        if response.http_response.status_code >= 400:
            budget.settle(request.context["course_charge"], 0.0)
            return
        url = urlsplit(request.http_request.url)
        name = url.path.rstrip("/").split("/")[-1]
        remember(f"{url.scheme}://{url.netloc}/", "deployment", name, " ".join(made))


def _content(call: Any) -> bytes:
    content = getattr(call, "content", None) or getattr(call, "body", None) or b""
    return content.encode() if isinstance(content, str) else content
