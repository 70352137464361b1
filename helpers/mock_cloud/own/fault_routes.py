"""The switch for faults: `/mock/faults`, and the middleware that lets them happen."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.types import ASGIApp, Receive, Scope, Send

from helpers.mock_cloud.http.auth import Asking, find_organization, sent_key
from helpers.mock_cloud.http.azure_auth import identify
from helpers.mock_cloud.own.faults import SCENARIOS, Fault, Faults, Switchboard, UnknownFault
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.errors import REFUSED, ApiError, bad_request
from helpers.mock_cloud.state.shapes import Shape

router = APIRouter(prefix="/mock/faults", tags=["mock cloud"], responses=REFUSED)
_OPENAI, _API = "/v1/", ("/v1/", "/openai/", "/subscriptions/")


class ActiveFault(Shape):
    """`hit` of the `times` subjects that it may hit; None: all."""

    name: str
    times: int | None
    hit: int


class ActiveFaults(Shape):
    active: list[ActiveFault]


class KnownFaults(ActiveFaults):
    """`scenarios` says what each fault does."""

    scenarios: dict[str, str] = SCENARIOS


class TurnOn(BaseModel):
    name: str
    times: int | None = Field(None, ge=1)
    seconds: float | None = Field(None, ge=0, le=600)


@router.get("")
def active(cloud: TheCloud, organization: Asking) -> KnownFaults:
    return KnownFaults(active=board(cloud).active(organization.org))


@router.post("")
def turn_on(body: TurnOn, cloud: TheCloud, organization: Asking) -> ActiveFaults:
    try:
        fault = Fault(body.name, body.times, body.seconds)
    except UnknownFault as error:
        raise bad_request(str(error), param="name", code="unknown_fault") from error
    board(cloud).turn_on(organization.org, fault)
    return ActiveFaults(active=board(cloud).active(organization.org))


@router.delete("")
def turn_off(cloud: TheCloud, organization: Asking, name: str | None = None) -> ActiveFaults:
    board(cloud).turn_off(organization.org, name)
    return ActiveFaults(active=board(cloud).active(organization.org))


def board(cloud: Cloud) -> Switchboard:
    if not isinstance(cloud.hooks, Faults):
        raise bad_request("This mock cloud was started without faults.")
    return cloud.hooks.board


class FaultsMiddleware:
    """Asks `hooks.before_route` before every API call of a known organisation."""

    def __init__(self, app: ASGIApp, cloud: Cloud) -> None:
        self.app, self.cloud = app, cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_API):
            request = Request(scope, receive)
            organization = self._who(request)
            if organization is not None:
                request.state.fault_org = organization
                answer = await self.cloud.hooks.before_route(request)
                if answer is not None:
                    await answer(scope, receive, send)
                    return
        await self.app(scope, receive, send)

    def _who(self, request: Request) -> str | None:
        try:
            if request.url.path.startswith(_OPENAI):
                found = find_organization(self.cloud, sent_key(request))
            else:
                found = identify(request, self.cloud)
        except ApiError:
            return None
        return found.org if found else None
