"""The shapes of Azure's data plane. They extend OpenAI's, so that the same client reads both."""

from __future__ import annotations

from typing import Annotated, Literal

from helpers.mock_cloud.openai.job_shapes import EventShape, JobShape
from helpers.mock_cloud.openai.shapes import FileShape
from helpers.mock_cloud.state.shapes import Listed, Paged, Shape, left_out, shown_as


class AzureFile(
    FileShape[Annotated[Literal["pending", "running", "processed", "error"], shown_as(uploaded="running")]]
):
    """A file is `pending` until it has been parsed."""


JobStatus = Annotated[
    Literal[
        "pending",
        "queued",
        "running",
        "pausing",
        "paused",
        "resuming",
        "succeeded",
        "failed",
        "cancelled",
    ],
    shown_as(validating_files="pending"),
]


class AzureJob(JobShape[JobStatus]):
    """`trainingType` is there where the request named one."""

    trainingType: Literal["Standard", "GlobalStandard", "developerTier"] | None = left_out()


class AzureEvent(EventShape[Annotated[Literal["info", "warning", "error"], shown_as(warn="warning")]]):
    """An event as Azure shows it."""


class Capabilities(Shape):
    fine_tune: bool
    inference: bool = True
    completion: bool = False
    chat_completion: bool = True
    embeddings: bool = False


class Deprecation(Shape):
    inference: str


class AzureModel(Shape):
    """`model` is the base of a tuned one."""

    object: Literal["model"] = "model"
    id: str
    created: int
    created_at: int
    owned_by: Literal["user", "openai"]
    status: Literal["succeeded"] = "succeeded"
    lifecycle_status: Literal["generally-available"] = "generally-available"
    capabilities: Capabilities
    model: str | None = left_out()
    deprecation: Deprecation | None = left_out()


class AzureModels(Shape):
    object: Literal["list"] = "list"
    data: list[AzureModel]


AzureFiles, AzureJobs, AzureEvents = Paged[AzureFile], Listed[AzureJob], Listed[AzureEvent]
