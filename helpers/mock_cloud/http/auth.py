"""Who is asking: the organisation is found from the token, sent as `Authorization: Bearer` or `api-key`."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Annotated

from fastapi import Depends, Request

from helpers.mock_cloud.state import errors, ids
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.store import Organization, Store


def new_token() -> str:
    """A random key in the hosted form; `mock` in it says that it opens nothing elsewhere."""
    return f"sk-mock-{secrets.token_urlsafe(32)}"


def token_sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def add_organization(store: Store, token: str, title: str) -> Organization:
    """Register a token; the same token keeps its organisation."""
    known = store.organizations.first({"token_sha256": token_sha256(token)})
    if known is not None:
        return known
    id = ids.organization_id()
    organization = Organization(id, id, title, token_sha256(token), int(time.time()))
    store.organizations.add(organization)
    return organization


def sent_key(request: Request) -> str:
    """The key of a request, or an empty text."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    return request.headers.get("api-key", "").strip()


def find_organization(cloud: Cloud, key: str) -> Organization | None:
    digest = token_sha256(key)
    if digest not in cloud.organizations:
        found = cloud.store.organizations.first({"token_sha256": digest})
        if found is None:
            return None
        cloud.organizations[digest] = found
    return cloud.organizations[digest]


def organization(request: Request, cloud: TheCloud) -> Organization:
    """The dependency of every OpenAI route; raises the hosted 401 where the key is missing or wrong."""
    key = sent_key(request)
    if not key:
        raise errors.no_key()
    found = find_organization(cloud, key)
    if found is None:
        raise errors.bad_key(key)
    request.state.organization = found
    return found


Asking = Annotated[Organization, Depends(organization)]


def owner(cloud: TheCloud, asking: Asking) -> Organization:
    """The dependency of what concerns everybody: the organisation of the service's own key, no other."""
    if asking.token_sha256 != token_sha256(cloud.config.token):
        raise errors.ApiError(403, "Only the key that the mock cloud was started with may do this.")
    return asking


Owning = Annotated[Organization, Depends(owner)]
