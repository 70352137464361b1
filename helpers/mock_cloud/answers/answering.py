"""Ask a model for an answer, whatever surface asks: which adapter answers, and what went wrong."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.facts import catalog
from helpers.mock_cloud.answers.answer_recordings import Recording
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.errors import ApiError, bad_request
from helpers.mock_cloud.state.projects import usable_model
from helpers.mock_cloud.state.store import Model
from helpers.mock_cloud.training.run_identity import base_identity, base_title, digest
from helpers.mock_cloud.worker.worker_client import WorkerDied, WorkerError

ATTEMPTS = 3


@dataclass(frozen=True)
class Responder:
    """What really answers: `name` is the model's name on the surface, `adapter` None for the base model."""

    name: str
    adapter: Path | None = None

    @property
    def header(self) -> str:
        """For the `x-mock-cloud-model` header: the real model's name, plus its adapter."""
        adapter = f"+adapter {self.adapter.parent.name}/{self.adapter.name}" if self.adapter else ""
        return f"{base_title()}{adapter}"

    @property
    def fingerprint(self) -> str:
        return f"fp_mock_{digest([base_identity(), str(self.adapter)])[:10]}"


def responder(cloud: Cloud, org: str, name: str) -> Responder | None:
    """The model of that name: tuned ones that `org` may use, then hosted ones and their aliases."""
    tuned = usable_model(cloud, org, name)
    if tuned is not None:
        return tuned_responder(cloud, tuned)
    hosted = catalog.find(name) if catalog.base_of(name) == name else None
    return Responder(hosted.id) if hosted else None


def tuned_responder(cloud: Cloud, model: Model) -> Responder:
    return Responder(model.id, cloud.folder / model.folder)


async def answer(cloud: Cloud, who: Responder, request: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """The engine's messages: `chunk` with `index`, `text`, `tokens`, `finish_reason`, at last `usage`.

    A request with a seed that was answered before is answered from its recording. A worker that dies before
    its first word is started again; raises ApiError otherwise.
    """
    recording = Recording(cloud, who.adapter, request)
    recorded = recording.read()
    messages: list[dict[str, Any]] = []
    source = _written(cloud, who, request) if recorded is None else _again(recorded)
    async with aclosing(source) as told:
        async for message in told:
            messages.append(message)
            yield message
    recording.write(messages)


async def count_tokens(cloud: Cloud, asked: dict[str, Any]) -> int:
    """Tokens of an engine's request, its tools included, as the base model reads it.

    Raises ApiError where the worker cannot count.
    """
    wanted = {name: asked[name] for name in ("messages", "tools")}
    try:
        async with aclosing(cloud.worker.stream("count", wanted)) as told:
            async for message in told:
                return int(message["tokens"])
    except WorkerDied as death:
        raise _died() from death
    except WorkerError as error:
        raise _refused(error) from error
    raise _died()


async def _again(messages: list[dict[str, Any]]) -> AsyncGenerator[dict[str, Any], None]:
    for message in messages:
        yield message


async def _written(
    cloud: Cloud, who: Responder, request: dict[str, Any]
) -> AsyncGenerator[dict[str, Any], None]:
    asked = {**request, "adapter": str(who.adapter) if who.adapter else None}
    for attempt in range(1, ATTEMPTS + 1):
        spoke = False
        try:
            async with aclosing(cloud.worker.stream("generate", {"request": asked})) as messages:
                async for message in messages:
                    if message["kind"] == "end":
                        return
                    spoke = True
                    yield message
        except WorkerDied as death:
            if spoke or attempt == ATTEMPTS:
                raise _died() from death
        except WorkerError as error:
            raise _refused(error) from error


def _died() -> ApiError:
    message = "The process that answers has ended, most likely for lack of memory. Please try again."
    return ApiError(500, message, type="server_error")


def _refused(error: WorkerError) -> ApiError:
    if error.kind == "ContextTooLong":
        return bad_request(error.message, code="context_length_exceeded", param="messages")
    return ApiError(503, error.message, type="server_error", code="model_not_ready")
