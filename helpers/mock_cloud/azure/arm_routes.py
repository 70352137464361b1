"""The control plane (Azure Resource Manager) for deployments of an Azure OpenAI resource.

Any resource group and resource name is taken, and any subscription whose id has the form of one (a GUID):
the mock cloud has no resources to create first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from helpers.mock_cloud.azure import arm_deployments
from helpers.mock_cloud.azure.arm_deployments import Wanted
from helpers.mock_cloud.azure.arm_shapes import (
    AccountProperties,
    AccountShape,
    DeploymentList,
    DeploymentShape,
    KeysShape,
    deployment_view,
)
from helpers.mock_cloud.http.auth import sent_key
from helpers.mock_cloud.http.azure_auth import ApiVersion, ControlAsking
from helpers.mock_cloud.state.azure_errors import REFUSED_BY_AZURE, AzureError
from helpers.mock_cloud.state.cloud import Cloud, TheCloud
from helpers.mock_cloud.state.store import Deployment
from helpers.mock_cloud.state.surfaces import surface

VERSIONS = (
    "2023-05-01",
    "2023-10-01-preview",
    "2024-04-01-preview",
    "2024-06-01-preview",
    "2024-10-01",
    "2024-10-21",
    "2025-04-01-preview",
    "2025-06-01",
    "2025-07-01-preview",
    "2025-09-01",
)
_SUBSCRIPTION = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ACCOUNT = (
    "/subscriptions/{subscription}/resourceGroups/{group}"
    "/providers/Microsoft.CognitiveServices/accounts/{account}"
)
RETRY = {"retry-after": "1"}


@dataclass(frozen=True)
class Account:
    """A resource by its address; `org` is what the asking organisation's deployments are kept under."""

    subscription: str
    group: str
    name: str
    org: str

    @property
    def key(self) -> str:
        return f"{self.subscription}/{self.group}/{self.name}".lower()

    @property
    def id(self) -> str:
        return _ACCOUNT.format(subscription=self.subscription, group=self.group, account=self.name)


def account_of(
    subscription: str, group: str, account: str, organization: ControlAsking, api_version: ApiVersion = None
) -> Account:
    """The addressed resource; raises as Resource Manager does on a wrong version or subscription."""
    if api_version is None:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise AzureError(400, "MissingApiVersionParameter", message)
    if api_version not in VERSIONS:
        message = (
            f"The api-version '{api_version}' is not known for 'accounts/deployments' in the namespace "
            f"'Microsoft.CognitiveServices'. The supported api-versions are '{','.join(VERSIONS)}'."
        )
        raise AzureError(400, "InvalidResourceType", message)
    if not _SUBSCRIPTION.fullmatch(subscription):
        message = f"The provided subscription identifier '{subscription}' is malformed or invalid."
        raise AzureError(400, "InvalidSubscriptionId", message)
    return Account(subscription, group, account, surface("azure").key(organization.org))


TheAccount = Annotated[Account, Depends(account_of)]
router = APIRouter(prefix=_ACCOUNT, tags=["Azure control plane"], responses=REFUSED_BY_AZURE)


class Asked(BaseModel):
    """Part of a body; what else it holds is kept."""

    model_config = ConfigDict(extra="allow")


class Sku(Asked):
    name: str = ""
    capacity: int | None = None


class ModelName(Asked):
    format: str = ""
    name: str = ""
    version: str | None = None


class Properties(Asked):
    model: ModelName


class PutDeployment(Asked):
    sku: Sku = Sku(name="standard", capacity=1)
    properties: Properties
    tags: dict[str, str] | None = None


@router.get("")
def get_account(account: TheAccount, request: Request) -> AccountShape:
    endpoint = AccountProperties(endpoint=str(request.base_url))
    return AccountShape(id=account.id, name=account.name, properties=endpoint)


@router.post("/listKeys")
def list_keys(account: TheAccount, request: Request) -> KeysShape:
    key = sent_key(request)
    return KeysShape(key1=key, key2=key)


@router.get("/deployments")
def list_deployments(account: TheAccount, cloud: TheCloud) -> DeploymentList:
    found = arm_deployments.all_of(cloud, account.org, account.key)
    return DeploymentList(value=[deployment_view(account.id, each) for each in found])


@router.put(
    "/deployments/{deployment}",
    status_code=201,
    responses={200: {"model": DeploymentShape, "description": "Changed"}},
)
def put(
    account: TheAccount, deployment: str, body: PutDeployment, cloud: TheCloud, response: Response
) -> DeploymentShape:
    asked = body.model_dump(exclude_none=True)
    model, tuned = arm_deployments.check_model(cloud, account.org, asked["properties"]["model"])
    asked["sku"]["name"] = arm_deployments.check_sku(asked["sku"], model)
    wanted = Wanted(account.key, deployment, model, tuned, {**asked, "tuned": tuned})
    made, new = arm_deployments.put(cloud, account.org, wanted)
    response.status_code = 201 if new else 200
    response.headers.update(RETRY)
    return deployment_view(account.id, made)


@router.patch("/deployments/{deployment}")
def update(
    account: TheAccount, deployment: str, cloud: TheCloud, sku: Annotated[Sku, Body(embed=True)]
) -> DeploymentShape:
    """Change the SKU: capacity or type."""
    found = _find(cloud, account, deployment)
    new = {**found.body["sku"], **sku.model_dump(exclude_unset=True)}
    new["name"] = arm_deployments.check_sku(new, found.model)
    cloud.store.deployments.change(found.id, {"body": {**found.body, "sku": new}})
    return deployment_view(account.id, _find(cloud, account, deployment))


@router.get("/deployments/{deployment}")
def retrieve(account: TheAccount, deployment: str, cloud: TheCloud, response: Response) -> DeploymentShape:
    found = _find(cloud, account, deployment)
    if found.state == "Creating":
        response.headers.update(RETRY)
    return deployment_view(account.id, found)


@router.delete(
    "/deployments/{deployment}",
    status_code=202,
    response_class=Response,
    responses={202: {"description": "Being deleted"}, 204: {"description": "There is none"}},
)
def delete(account: TheAccount, deployment: str, cloud: TheCloud, request: Request) -> Response:
    found = arm_deployments.find(cloud, account.org, account.key, deployment)
    if found is None:
        return Response(status_code=204)
    arm_deployments.remove(cloud, found)
    where = request.url.replace(path=f"{account.id}/deployments/{deployment}/operationResults/{found.id}")
    return Response(status_code=202, headers={"location": str(where), "retry-after": "0"})


@router.get(
    "/deployments/{deployment}/operationResults/{operation}", status_code=204, response_class=Response
)
def operation_result(account: TheAccount, deployment: str, operation: str, cloud: TheCloud) -> Response:
    """How a deletion stands: nothing to say once it is done."""
    if cloud.store.deployments.find(account.org, operation) is None:
        raise _not_found(account, operation)
    return Response(status_code=204)


def _find(cloud: Cloud, account: Account, name: str) -> Deployment:
    found = arm_deployments.find(cloud, account.org, account.key, name)
    if found is None:
        raise _not_found(account, name)
    return found


def _not_found(account: Account, deployment: str) -> AzureError:
    where = f"Microsoft.CognitiveServices/accounts/{account.name}/deployments/{deployment}"
    message = f"The Resource '{where}' under resource group '{account.group}' was not found."
    return AzureError(404, "ResourceNotFound", message)
