"""The control plane (Azure Resource Manager) for deployments of an Azure OpenAI resource.

Any subscription, resource group and resource name is taken: the mock cloud has no resources to create first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from helpers.mock_cloud.azure import arm_deployments, arm_views
from helpers.mock_cloud.azure.arm_deployments import Wanted
from helpers.mock_cloud.http.auth import sent_key
from helpers.mock_cloud.http.azure_auth import ApiVersion, Asker, ControlAsking
from helpers.mock_cloud.state.azure_errors import AzureError, answers
from helpers.mock_cloud.state.cloud import TheCloud

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
    """A resource by its address, and who asks."""

    subscription: str
    group: str
    name: str
    asker: Asker

    @property
    def key(self) -> str:
        return f"{self.subscription}/{self.group}/{self.name}".lower()

    @property
    def id(self) -> str:
        return _ACCOUNT.format(subscription=self.subscription, group=self.group, account=self.name)


def account_of(
    subscription: str, group: str, account: str, asker: ControlAsking, api_version: ApiVersion = None
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
    return Account(subscription, group, account, asker)


TheAccount = Annotated[Account, Depends(account_of)]
router = APIRouter(prefix=_ACCOUNT, tags=["Azure control plane"])


class Sku(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str = ""
    capacity: int | None = None


class ModelName(BaseModel):
    model_config = ConfigDict(extra="allow")
    format: str = ""
    name: str = ""
    version: str | None = None


class Properties(BaseModel):
    model_config = ConfigDict(extra="allow")
    model: ModelName


class PutDeployment(BaseModel):
    model_config = ConfigDict(extra="allow")
    sku: Sku = Sku(name="standard", capacity=1)
    properties: Properties
    tags: dict[str, str] | None = None


@router.get("", responses=answers())
def get_account(account: TheAccount, request: Request) -> dict[str, Any]:
    return arm_views.account_view(account.id, account.name, str(request.base_url))


@router.post("/listKeys", responses=answers())
def list_keys(account: TheAccount, request: Request) -> dict[str, str]:
    """The resource's two keys; the mock cloud has one, the one that was sent."""
    key = sent_key(request)
    return {"key1": key, "key2": key}


@router.get("/deployments", responses=answers())
def list_deployments(account: TheAccount, cloud: TheCloud) -> dict[str, Any]:
    found = arm_deployments.all_of(cloud, account.asker.org, account.key)
    return {"value": [arm_views.deployment_view(account.id, each) for each in found]}


@router.put("/deployments/{deployment}", status_code=201, responses=answers(200, 201))
def put(account: TheAccount, deployment: str, body: PutDeployment, cloud: TheCloud) -> JSONResponse:
    org, asked = account.asker.org, body.model_dump(exclude_none=True)
    model, tuned = arm_deployments.check_model(cloud, org, asked["properties"]["model"])
    asked["sku"]["name"] = arm_deployments.check_sku(asked["sku"], model)
    wanted = Wanted(account.key, deployment, model, tuned, {**asked, "tuned": tuned})
    made, new = arm_deployments.put(cloud, org, wanted)
    return JSONResponse(arm_views.deployment_view(account.id, made), 201 if new else 200, RETRY)


@router.patch("/deployments/{deployment}", responses=answers())
def update(
    account: TheAccount, deployment: str, cloud: TheCloud, sku: Annotated[Sku, Body(embed=True)]
) -> JSONResponse:
    """Change the SKU: capacity or type."""
    found = arm_deployments.find(cloud, account.asker.org, account.key, deployment)
    if found is None:
        raise _not_found(account, deployment)
    new = {**found.body.get("sku", {}), **sku.model_dump(exclude_unset=True)}
    new["name"] = arm_deployments.check_sku(new, found.model)
    cloud.store.deployments.change(found.id, {"body": {**found.body, "sku": new}})
    changed = arm_deployments.find(cloud, account.asker.org, account.key, deployment)
    if changed is None:
        raise _not_found(account, deployment)
    return JSONResponse(arm_views.deployment_view(account.id, changed))


@router.get("/deployments/{deployment}", responses=answers())
def retrieve(account: TheAccount, deployment: str, cloud: TheCloud) -> JSONResponse:
    found = arm_deployments.find(cloud, account.asker.org, account.key, deployment)
    if found is None:
        raise _not_found(account, deployment)
    headers = RETRY if found.state == "Creating" else None
    return JSONResponse(arm_views.deployment_view(account.id, found), headers=headers)


@router.delete("/deployments/{deployment}", status_code=202, responses=answers(202, 204))
def delete(account: TheAccount, deployment: str, cloud: TheCloud, request: Request) -> Response:
    found = arm_deployments.find(cloud, account.asker.org, account.key, deployment)
    if found is None:
        return Response(status_code=204)
    arm_deployments.remove(cloud, found)
    where = request.url.replace(path=f"{account.id}/deployments/{deployment}/operationResults/{found.id}")
    return Response(status_code=202, headers={"location": str(where), "retry-after": "0"})


@router.get("/deployments/{deployment}/operationResults/{operation}", status_code=204, responses=answers(204))
def operation_result(account: TheAccount, deployment: str, operation: str, cloud: TheCloud) -> Response:
    """How a deletion stands: nothing to say once it is done."""
    if cloud.store.deployments.find(account.asker.org, operation) is None:
        raise _not_found(account, operation)
    return Response(status_code=204)


def _not_found(account: Account, deployment: str) -> AzureError:
    where = f"Microsoft.CognitiveServices/accounts/{account.name}/deployments/{deployment}"
    message = f"The Resource '{where}' under resource group '{account.group}' was not found."
    return AzureError(404, "ResourceNotFound", message)
