"""What a surface shows, checks and refuses. This is OpenAI's; Azure's is a subclass of it.

The routes of files, jobs, models and responses are the same everywhere: `routes(face)` of each module makes
those of one surface, and every request knows the face it came to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from helpers.facts import prices
from helpers.mock_cloud.answers import answering
from helpers.mock_cloud.answers.answering import Responder
from helpers.mock_cloud.http.auth import Asking
from helpers.mock_cloud.openai import base_models
from helpers.mock_cloud.openai.form_fields import expires_after
from helpers.mock_cloud.openai.job_shapes import OpenAIEvent, OpenAIEvents, OpenAIJob, OpenAIJobs
from helpers.mock_cloud.openai.shapes import ModelList, ModelShape, OpenAIFile, OpenAIFiles
from helpers.mock_cloud.openai.views import event_view, job_view
from helpers.mock_cloud.state import errors, surfaces
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.errors import REFUSED, ApiError, bad_request
from helpers.mock_cloud.state.rate_limits import Exhausted, refused_by_openai
from helpers.mock_cloud.state.store import Event, File, Job, Model, Organization, Table
from helpers.mock_cloud.training import file_service

Item = TypeVar("Item")
Kind = Literal["file", "fine-tuning job", "model", "response", "stored chat completion"]
MISSING: dict[Kind, Callable[[str], ApiError]] = {
    "file": errors.no_such_file,
    "fine-tuning job": errors.no_such_job,
    "model": errors.no_such_model,
    "response": errors.no_such_response,
    "stored chat completion": errors.no_such_completion,
}


class Face:
    """The OpenAI surface: shapes of its answers, its checks, its words."""

    name: prices.Surface = "openai"
    title = ""
    created = 200
    refused = REFUSED
    file: type[BaseModel] = OpenAIFile
    files: type[Any] = OpenAIFiles
    job: type[Any] = OpenAIJob
    jobs: type[Any] = OpenAIJobs
    event: type[Any] = OpenAIEvent
    events: type[Any] = OpenAIEvents
    model: type[BaseModel] = ModelShape
    models: type[Any] = ModelList
    parsing_patience = 2.0
    """Seconds that a new job waits for files that were just uploaded."""

    @property
    def names(self) -> surfaces.Surface:
        return surfaces.surface(self.name)

    def tag(self, what: str) -> str:
        """The heading of the routes in the OpenAPI document."""
        return f"{self.title} {what}".strip()

    def enter(self, request: Request, organization: Asking) -> None:
        """The door of the surface, before every route: who asks is known from here on."""
        self.let_in(request, organization)

    def let_in(self, request: Request, organization: Organization) -> None:
        request.state.caller = Caller(organization, self.names.key(organization.org), self)

    def mark_created(self, request: Request, response: Response, id: str) -> None:
        """What the answer to a create has besides its body: nothing here."""

    # What is shown

    def job_view(self, cloud: Cloud, job: Job) -> Any:
        return job_view(job, self.job, empty_error=cloud.hooks.empty_error(job))

    def event_view(self, event: Event, job: Job) -> Any:
        return event_view(event, job, self.event)

    def base_models(self) -> list[Any]:
        return list(base_models.hosted())

    def model_view(self, model: Model, organization: Organization) -> Any:
        return base_models.tuned(model, organization)

    def responder(self, cloud: Cloud, org: str, name: str) -> Responder:
        """What answers under this name; raises where nothing does."""
        who = answering.responder(cloud, org, name)
        if who is None:
            raise errors.cannot_chat_with(name)
        return who

    # What is checked

    def check_upload(self, purpose: str | None, filename: str) -> str:
        """The purpose of a file to be kept."""
        if purpose is None:
            raise bad_request("'purpose' is a required property", param="purpose")
        file_service.check_purpose(purpose)
        file_service.check_format(filename, purpose)
        return purpose

    def expires_after(self, fields: dict[str, str]) -> int | None:
        """Seconds until an uploaded file is forgotten; None for never."""
        return expires_after(fields)

    def check_deletable(self, cloud: Cloud, org: str, model: str) -> None:
        """Raises where something still needs the model: nothing does here."""

    # How it is refused

    def missing(self, kind: Kind, id: str) -> ApiError:
        """What is not there, or is another organisation's."""
        return MISSING[kind](id)

    def not_tunable(self, model: str) -> ApiError:
        message = f"Model {model} is not available for fine-tuning or does not exist."
        return bad_request(message, code="model_not_available")

    def other_method(self, method: str, words: str) -> ApiError:
        return bad_request(words, code="method_not_available", param="method")

    def no_reinforcement(self) -> ApiError:
        return errors.not_offered("reinforcement fine-tuning; use the method 'supervised' or 'dpo'", "method")

    def unknown_input(self, param: str, id: str) -> ApiError:
        return bad_request(f"invalid {param}: Invalid File Name", param=param)

    def input_of_other_purpose(self, param: str, file: File) -> ApiError:
        return bad_request(
            f"invalid {param}: the file has the purpose '{file.purpose}'; upload it with 'fine-tune'.",
            param=param,
        )

    def input_not_ready(self, param: str, id: str) -> ApiError:
        return bad_request(
            f"File '{id}' is still being processed and is not ready to be used for fine-tuning. "
            "Please try again later.",
            param=param,
        )

    def wrong_status(self, id: str, done: str, status: str) -> ApiError:
        return bad_request(f"Job {id} cannot be {done}: its status is '{status}'.", code="invalid_job_status")

    def rate_limited(self, found: Exhausted) -> ApiError:
        return refused_by_openai(found)

    def endpoint_not_offered(self, what: str) -> ApiError:
        return errors.endpoint_not_offered(what)


@dataclass(frozen=True)
class Caller:
    """Who asks, and where; `org` is the key that their objects of this surface are kept under."""

    organization: Organization
    org: str
    face: Face

    def find(self, table: Table[Item], kind: Kind, id: str) -> Item:
        """The caller's own record of this id. Raises the surface's answer where there is none."""
        found = table.find(self.org, id)
        if found is None:
            raise self.face.missing(kind, id)
        return found


def caller(request: Request) -> Caller:
    return request.state.caller


Calling = Annotated[Caller, Depends(caller)]
OPENAI = Face()
