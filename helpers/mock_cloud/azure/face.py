"""What is Azure's own on its data plane, dated (`/openai/…?api-version=`) and v1 (`/openai/v1/…`)."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from helpers.facts import prices
from helpers.mock_cloud.answers import answering
from helpers.mock_cloud.answers.answering import Responder
from helpers.mock_cloud.azure import arm_deployments
from helpers.mock_cloud.azure.shapes import (
    AzureEvent,
    AzureEvents,
    AzureFile,
    AzureFiles,
    AzureJob,
    AzureJobs,
    AzureModel,
    AzureModels,
)
from helpers.mock_cloud.azure.views import base_views, tuned_view
from helpers.mock_cloud.http.azure_auth import ApiVersion, AzureAsking, check_version
from helpers.mock_cloud.openai.face import Face, Kind
from helpers.mock_cloud.openai.views import job_view
from helpers.mock_cloud.state import azure_errors
from helpers.mock_cloud.state.azure_errors import REFUSED_BY_AZURE, AzureError, conflict, invalid_payload
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.errors import ApiError
from helpers.mock_cloud.state.rate_limits import Exhausted
from helpers.mock_cloud.state.store import File, Job, Model, Organization

PURPOSES = ("fine-tune", "assistants", "batch", "user_data", "evals")


class AzureFace(Face):
    """One of the two surfaces of the data plane: they differ in versions and in the answer to a create."""

    name: prices.Surface = "azure"
    title = "Azure"
    refused = REFUSED_BY_AZURE
    file, files = AzureFile, AzureFiles
    job, jobs, event, events = AzureJob, AzureJobs, AzureEvent, AzureEvents
    model, models = AzureModel, AzureModels
    parsing_patience = 0.0

    def __init__(self, *, dated: bool) -> None:
        self.dated, self.created = dated, 201 if dated else 200

    def enter(self, request: Request, organization: AzureAsking, api_version: ApiVersion = None) -> None:
        check_version(api_version, dated=self.dated)
        self.let_in(request, organization)

    def mark_created(self, request: Request, response: Response, id: str) -> None:
        """On the dated surface the answer says where the new object is."""
        if self.dated:
            response.headers["location"] = address_of(request, id)

    def job_view(self, cloud: Cloud, job: Job) -> AzureJob:
        training_type = job.extra.get("trainingType")
        return job_view(job, AzureJob, empty_error=cloud.hooks.empty_error(job), trainingType=training_type)

    def base_models(self) -> list[Any]:
        return list(base_views())

    def model_view(self, model: Model, organization: Organization) -> AzureModel:
        return tuned_view(model)

    def responder(self, cloud: Cloud, org: str, name: str) -> Responder:
        """What answers under a deployment's name; raises DeploymentNotFound until it has Succeeded."""
        deployment = arm_deployments.answering_as(cloud, org, name)
        if deployment is None:
            raise azure_errors.no_deployment()
        tuned = arm_deployments.tuned_model(cloud, org, deployment)
        if tuned is not None:
            return answering.tuned_responder(cloud, tuned)
        if deployment.body.get("tuned"):
            raise azure_errors.no_deployment()
        return Responder(deployment.model)

    def check_upload(self, purpose: str | None, filename: str) -> str:
        if purpose not in PURPOSES:
            raise invalid_payload(f"The purpose '{purpose}' is not one of: {', '.join(PURPOSES)}.")
        if purpose == "fine-tune" and not filename.lower().endswith(".jsonl"):
            raise invalid_payload("Invalid file format for Fine-Tuning API. Must be .jsonl")
        return purpose

    def expires_after(self, fields: dict[str, str]) -> int | None:
        return None

    def check_deletable(self, cloud: Cloud, org: str, model: str) -> None:
        using = arm_deployments.using(cloud, org, model)
        if using:
            names = ", ".join(deployment.name for deployment in using)
            raise conflict(f"The model '{model}' is deployed as {names}. Delete the deployment first.")

    def missing(self, kind: Kind, id: str) -> ApiError:
        return azure_errors.no_such(kind, id)

    def not_tunable(self, model: str) -> ApiError:
        return invalid_payload("The specified base model does not support fine-tuning.")

    def other_method(self, method: str, words: str) -> ApiError:
        return invalid_payload(words)

    def no_reinforcement(self) -> ApiError:
        return invalid_payload(
            "The mock cloud does not offer reinforcement fine-tuning; use supervised or dpo."
        )

    def unknown_input(self, param: str, id: str) -> ApiError:
        return invalid_payload(f"The specified file reference '{id}' does not exist.")

    def input_of_other_purpose(self, param: str, file: File) -> ApiError:
        return invalid_payload(
            f"The file '{file.id}' has the purpose '{file.purpose}'; upload it with 'fine-tune'."
        )

    def input_not_ready(self, param: str, id: str) -> ApiError:
        return azure_errors.file_not_ready()

    def wrong_status(self, id: str, done: str, status: str) -> ApiError:
        return conflict(f"The job '{id}' cannot be {done}: its status is '{status}'.")

    def rate_limited(self, found: Exhausted) -> AzureError:
        return azure_errors.rate_limited(found.seconds)

    def endpoint_not_offered(self, what: str) -> AzureError:
        return azure_errors.endpoint_not_offered(what)


def address_of(request: Request, id: str) -> str:
    """Where an object is that this request made."""
    collection = request.url.path.removesuffix("/import")
    return str(request.url.replace(path=f"{collection}/{id}"))


DATED, V1 = AzureFace(dated=True), AzureFace(dated=False)
