"""`GET /`: lets people in by a one-time link, which leaves a cookie. All addresses relative, for proxies."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.own.human_page import closed_page, page
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.errors import REFUSED
from helpers.mock_cloud.state.secret import same
from helpers.mock_cloud.state.shapes import Shape

router = APIRouter(tags=["mock cloud"], responses=REFUSED)
SAFE = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class PageLink(Shape):
    """A link to the human page; `path` is for those who reach the service through a proxy."""

    url: str
    path: str


@router.post("/mock/page-link")
def make_link(cloud: TheCloud, organization: Asking) -> PageLink:
    path = f"/?link={cloud.links.make(organization.org)}"
    return PageLink(url=f"http://127.0.0.1:{cloud.config.port}{path}", path=path)


@router.get("/", include_in_schema=False)
def show(request: Request, cloud: TheCloud, link: str | None = None) -> Response:
    if link is not None:
        return _enter(cloud, cloud.links.use(link))
    org, _, proof = request.cookies.get(_cookie_name(cloud), "").partition(".")
    if not same(proof, _proof(cloud, org)):
        return HTMLResponse(closed_page(), 401, headers=SAFE)
    return HTMLResponse(page(cloud, org), headers=SAFE)


def _enter(cloud: Cloud, org: str | None) -> Response:
    if org is None:
        return HTMLResponse(closed_page(), 401, headers=SAFE)
    answer = RedirectResponse(".", 303, headers=SAFE)
    answer.set_cookie(
        _cookie_name(cloud), f"{org}.{_proof(cloud, org)}", path=None, httponly=True, samesite="lax"
    )
    return answer


def _cookie_name(cloud: Cloud) -> str:
    return f"mock-cloud-{cloud.config.port}"


def _proof(cloud: Cloud, org: str) -> str:
    """Only the service can make it; it stays valid over restarts."""
    return cloud.config.secret.sign("human page", org)
