"""Endpoints that the hosted services have and the mock cloud has not: said so, not "Invalid URL"."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from helpers.mock_cloud.openai.face import Calling

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ENDPOINTS = {
    "agents": "hosted agents",
    "assistants": "assistants",
    "audio": "speech and transcription",
    "batches": "batches",
    "chatkit": "ChatKit",
    "completions": "the older text completions; use chat completions",
    "containers": "containers",
    "content_provenance_checks": "content provenance checks",
    "conversations": "conversations; send `previous_response_id` to go on with a response",
    "decisions": "decisions",
    "embeddings": "embeddings",
    "evals": "evals; measure answers with the course's `ask_many`",
    "extensions": "extensions",
    "fine_tuning/alpha": "graders",
    "fine_tuning/checkpoints": "permissions of checkpoints on this surface",
    "fine-tunes": "the older fine-tunes; use `fine_tuning/jobs`",
    "images": "images",
    "live": "live sessions",
    "moderations": "moderations",
    "organization": "the administration of organisations",
    "projects": "the administration of projects",
    "realtime": "realtime sessions",
    "responses/compact": "shortened conversations",
    "safety": "safety reports",
    "skills": "skills",
    "threads": "threads",
    "vaults": "vaults",
    "vector_stores": "vector stores",
    "videos": "videos",
    "webhook_endpoints": "webhooks",
    "webhook_event_types": "webhooks",
    "webhooks": "webhooks",
}


def routes(under: str = "") -> APIRouter:
    """One refusal for each endpoint and for all that lies below it; `under` comes before its path."""
    router = APIRouter()
    for path, what in ENDPOINTS.items():
        refuse = _refusal(what)
        for address in (f"{under}/{path}", f"{under}/{path}/{{rest:path}}"):
            router.add_api_route(address, refuse, methods=METHODS, include_in_schema=False)
    return router


def _refusal(what: str) -> Any:
    def refuse(caller: Calling) -> None:
        raise caller.face.endpoint_not_offered(what)

    return refuse
