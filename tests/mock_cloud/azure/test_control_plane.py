"""Deployments through plain REST and through `azure-mgmt-cognitiveservices`, and chat by their names."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from pydantic_core import to_json

from helpers.mock_cloud.azure import arm_deployments
from helpers.mock_cloud.azure.arm_deployments import Wanted
from helpers.mock_cloud.azure.face import V1
from helpers.mock_cloud.state.azure_errors import AzureError
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.config import Config
from helpers.mock_cloud.state.errors import ApiError
from helpers.mock_cloud.state.rate_limits import RateLimits
from tests.azure_surfaces import ACCOUNT, BASE, GROUP, VERSION, Azure, deployment_body

PATH = "/subscriptions/{sub}/…/deployments/{deployment}"
HELLO: Any = [{"role": "user", "content": "Say 3."}]


@pytest.mark.conformance(f"PUT {PATH}", "recorded", "201 and Creating, then Succeeded; DELETE answers 202")
@pytest.mark.conformance(
    "POST /openai/deployments/{deployment}/chat/completions",
    "recorded",
    "404 DeploymentNotFound while Creating",
)
def test_a_deployment_comes_up_answers_and_goes(azure: Azure, tuned_job: Any) -> None:
    made = azure.deploy("passing", tuned_job.fine_tuned_model)
    assert made.status_code == 201
    assert made.json()["properties"]["provisioningState"] == "Creating"
    with pytest.raises(openai.NotFoundError) as refused:
        azure.dated().chat.completions.create(model="passing", messages=HELLO)
    assert refused.value.code == "DeploymentNotFound"
    azure.wait_until("passing", "Succeeded")
    answer = azure.dated().chat.completions.create(model="passing", messages=HELLO, max_tokens=4)
    assert answer.model == tuned_job.fine_tuned_model
    assert azure.arm("DELETE", "passing").status_code == 202
    assert azure.arm("DELETE", "passing").status_code == 204
    assert azure.state("passing") == "gone"
    with pytest.raises(openai.NotFoundError):
        azure.v1().chat.completions.create(model="passing", messages=HELLO)


@pytest.mark.conformance(
    f"PUT {PATH}", "specification", "azure-mgmt-cognitiveservices: create, get, list, delete"
)
def test_the_management_client_works(azure: Azure, tuned_job: Any) -> None:
    deployments = azure.management().deployments
    poller = deployments.begin_create_or_update(
        GROUP, ACCOUNT, "by-client", deployment_body(tuned_job.fine_tuned_model)
    )
    made = poller.result(timeout=60)
    assert made.properties.provisioning_state == "Succeeded"
    assert made.sku.name == "Standard"
    assert deployments.get(GROUP, ACCOUNT, "by-client").name == "by-client"
    assert "by-client" in [each.name for each in deployments.list(GROUP, ACCOUNT)]
    deployments.begin_delete(GROUP, ACCOUNT, "by-client").result(timeout=60)
    with pytest.raises(ResourceNotFoundError):
        deployments.get(GROUP, ACCOUNT, "by-client")
    assert azure.management().accounts.get(GROUP, ACCOUNT).name == ACCOUNT
    assert azure.management().accounts.list_keys(GROUP, ACCOUNT).key1 == azure.cloud.token


@pytest.mark.conformance(f"PUT {PATH}", "specification", "the async management client")
def test_the_async_management_client_works(azure: Azure) -> None:
    from azure.core.credentials import AccessToken
    from azure.mgmt.cognitiveservices.aio import CognitiveServicesManagementClient as AsyncClient

    from helpers.connect.plain_http import PlainHttp
    from tests.azure_surfaces import SUBSCRIPTION

    class Credential:
        async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
            return AccessToken(azure.cloud.token, 9_999_999_999)

        async def close(self) -> None:
            return None

        async def __aenter__(self) -> Credential:
            return self

        async def __aexit__(self, *details: object) -> None:
            return None

    async def names() -> list[str]:
        policies = [PlainHttp()]
        options = {"base_url": azure.cloud.root_url, "per_call_policies": policies}
        async with AsyncClient(Credential(), SUBSCRIPTION, **options) as client:  # type: ignore[arg-type]
            return [str(each.name) async for each in client.deployments.list(GROUP, ACCOUNT)]

    assert isinstance(asyncio.run(names()), list)


@pytest.mark.conformance(f"PUT {PATH}", "specification", "any checkpoint, and base models, can be deployed")
def test_checkpoints_and_base_models_are_deployed(azure: Azure, tuned_job: Any) -> None:
    checkpoint = azure.v1().fine_tuning.jobs.checkpoints.list(tuned_job.id).data[-1]
    azure.deploy("early", checkpoint.fine_tuned_model_checkpoint)
    azure.deploy("base", "gpt-4o-mini", version="2024-07-18")
    for name, model in (("early", checkpoint.fine_tuned_model_checkpoint), ("base", BASE)):
        azure.wait_until(name, "Succeeded")
        raw = azure.v1().chat.completions.with_raw_response.create(model=name, messages=HELLO, max_tokens=4)
        assert raw.parse().model == model
        assert ("+adapter" in raw.headers["x-mock-cloud-model"]) == (name == "early")
        azure.arm("DELETE", name)


@pytest.mark.conformance(
    f"PUT {PATH}", "specification", "base models of the earlier lessons, by their version"
)
@pytest.mark.parametrize(
    ("version", "snapshot"), [("0613", "gpt-3.5-turbo-0613"), ("0125", "gpt-3.5-turbo-0125")]
)
def test_base_models_of_earlier_lessons_are_deployed(azure: Azure, version: str, snapshot: str) -> None:
    name = f"turbo-{version}"
    assert azure.deploy(name, "gpt-35-turbo", version=version).status_code == 201
    azure.wait_until(name, "Succeeded")
    answer = azure.dated().chat.completions.create(model=name, messages=HELLO, max_tokens=2)
    assert answer.model == snapshot
    azure.arm("DELETE", name)
    assert _code(azure.deploy(name, "gpt-35-turbo", version="0301")) == (400, "DeploymentModelNotSupported")


CHAT = "POST /openai/deployments/{deployment}/chat/completions"


@pytest.mark.conformance(CHAT, "specification", '`"model": null`, as LangChain sends it')
def test_the_address_names_the_deployment(azure: Azure, deployed: str) -> None:
    for body in ({}, {"model": None}, {"model": "whatever"}):
        answer = _chat(azure, deployed, {**body, "messages": HELLO, "max_tokens": 2})
        assert answer.status_code == 200, answer.text
        refused = _chat(azure, "none-yet", {**body, "messages": HELLO})
        assert _code(refused) == (404, "DeploymentNotFound")


@pytest.mark.conformance(CHAT, "specification", "x-ratelimit-… headers by requests and tokens")
def test_answers_tell_what_is_left(azure: Azure, deployed: str) -> None:
    clients = azure.dated(), azure.v1()
    left = []
    for client in clients:
        raw = client.chat.completions.with_raw_response.create(model=deployed, messages=HELLO, max_tokens=2)
        for kind in ("requests", "tokens"):
            assert int(raw.headers[f"x-ratelimit-limit-{kind}"]) > 0
        left.append(int(raw.headers["x-ratelimit-remaining-tokens"]))
    assert all(each > 0 for each in left)


@pytest.mark.conformance(CHAT, "own wording", "beyond the limit: 429 in Azure's shape")
def test_beyond_the_limit_azure_refuses_in_its_own_shape() -> None:
    limits = RateLimits(requests=1)
    limits.take("org-1/azure", "ada", 1, V1.rate_limited)
    with pytest.raises(AzureError) as refused:
        limits.take("org-1/azure", "ada", 1, V1.rate_limited)
    assert refused.value.status_code == 429
    assert json.loads(to_json(refused.value.body()))["error"] == {
        "code": "429",
        "message": "Requests have exceeded the call rate limit of this resource. "
        "Please retry after 60 seconds.",
    }
    with pytest.raises(ApiError) as told:
        RateLimits(tokens=1).take("org-1/azure", "ada", 2)
    assert "/azure" not in told.value.message


def test_use_is_noted_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = Cloud(Config(tmp_path, token="sk-mock-1"))
    wanted = Wanted("account", "ada", BASE, True, {"sku": {"name": "Standard"}, "properties": {}})
    arm_deployments.put(cloud, "org-1/azure", wanted)
    now = time.time() + 10
    monkeypatch.setattr(arm_deployments.time, "time", lambda: now)
    written = []
    real = cloud.store.deployments.change
    monkeypatch.setattr(
        cloud.store.deployments,
        "change",
        lambda id, values, **options: written.append((values, options)) or real(id, values, **options),
    )
    for _ in range(3):
        found = arm_deployments.answering_as(cloud, "org-1/azure", "ada")
        assert found is not None
    noted = [options for values, options in written if "last_used_at" in values]
    assert noted == [{"durable": False}], "one chat in an hour writes, and waits for no disk"
    now += arm_deployments.USE_NOTED_SECONDS
    arm_deployments.answering_as(cloud, "org-1/azure", "ada")
    kept = arm_deployments.find(cloud, "org-1/azure", "account", "ada")
    assert kept is not None and kept.last_used_at == int(now)
    now += 14.9 * arm_deployments.DAY
    assert arm_deployments.find(cloud, "org-1/azure", "account", "ada") is not None
    now += arm_deployments.DAY
    assert arm_deployments.find(cloud, "org-1/azure", "account", "ada") is None


@pytest.mark.conformance(
    "POST /openai/v1/chat/completions", "specification", "strict types, whole and streamed"
)
def test_chat_by_deployment_name_on_both_surfaces(azure: Azure, deployed: str) -> None:
    for client in (
        azure.dated(_strict_response_validation=True),
        azure.v1(_strict_response_validation=True),
    ):
        whole = client.chat.completions.create(model=deployed, messages=HELLO, max_tokens=5, temperature=0)
        stream = client.chat.completions.create(
            model=deployed, messages=HELLO, max_tokens=5, temperature=0, stream=True
        )
        streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
        assert streamed == whole.choices[0].message.content


@pytest.mark.conformance(
    "POST /openai/v1/responses", "specification", "text by deployment name, stored or not"
)
def test_responses_by_deployment_name(azure: Azure, deployed: str) -> None:
    for client in (azure.dated(api_version="2025-03-01-preview"), azure.v1()):
        kept = client.responses.create(model=deployed, input="Say 3.", max_output_tokens=16)
        assert client.responses.retrieve(kept.id).output_text == kept.output_text
        (item,) = client.responses.input_items.list(kept.id).data
        assert item.content[0].text == "Say 3."
        client.responses.delete(kept.id)
        passing = client.responses.create(model=deployed, input="Say 3.", max_output_tokens=16, store=False)
        for gone in (kept.id, passing.id):
            with pytest.raises(openai.NotFoundError):
                client.responses.retrieve(gone)
        with pytest.raises(openai.NotFoundError) as refused:
            client.responses.create(model="nobody", input="Say 3.")
        assert refused.value.code == "DeploymentNotFound"


def test_async_chat_by_deployment_name(azure: Azure, deployed: str) -> None:
    url, key = azure.cloud.root_url, azure.cloud.token

    async def ask() -> str | None:
        async with openai.AsyncAzureOpenAI(
            azure_endpoint=url, api_key=key, api_version="2024-10-21"
        ) as client:
            answer = await client.chat.completions.create(model=deployed, messages=HELLO, max_tokens=3)
            return answer.object

    assert asyncio.run(ask()) == "chat.completion"


@pytest.mark.conformance(
    "POST /openai/v1/chat/completions", "specification", "a model's name is no deployment's name"
)
def test_a_model_answers_only_through_a_deployment(azure: Azure, tuned_job: Any) -> None:
    for name in (tuned_job.fine_tuned_model, BASE):
        with pytest.raises(openai.NotFoundError):
            azure.v1().chat.completions.create(model=name, messages=HELLO)


@pytest.mark.conformance(f"PUT {PATH}", "recorded", "400 DeploymentModelNotSupported")
def test_an_unknown_model_is_not_deployed(azure: Azure) -> None:
    answer = azure.deploy("broken", "gpt-4o-mini-2024-07-18.ft-unknown")
    assert answer.status_code == 400
    assert answer.json()["error"] == {
        "code": "DeploymentModelNotSupported",
        "message": (
            "The model 'Format:OpenAI,Name:gpt-4o-mini-2024-07-18.ft-unknown,Version:1' is not supported"
        ),
    }


@pytest.mark.conformance(f"PUT {PATH}", "own wording", "an unknown SKU, api-version or subscription")
def test_wrong_addresses_and_skus_are_refused(azure: Azure) -> None:
    base = deployment_body("gpt-4o-mini", "premium", "2024-07-18")
    assert _code(azure.arm("PUT", "x", base)) == (400, "InvalidResourceProperties")
    assert _code(azure.arm("GET", "x", version="2019-01-01")) == (400, "InvalidResourceType")
    assert _code(azure.arm("GET", "x", version=None)) == (400, "MissingApiVersionParameter")
    assert _code(azure.arm("GET", "x", subscription="mine")) == (400, "InvalidSubscriptionId")
    assert _code(azure.arm("GET", "x")) == (404, "ResourceNotFound")
    for version in ("2023-05-01", "2024-10-01", "2024-10-21", "2025-09-01"):
        assert azure.arm("GET", version=version).status_code == 200


@pytest.mark.conformance(f"PUT {PATH}", "own wording", "no token, a wrong one, an expired one")
def test_the_control_plane_wants_a_token_that_is_good(azure: Azure) -> None:
    assert _code(azure.arm("GET", token="wrong")) == (401, "InvalidAuthenticationToken")
    assert _code(azure.arm("GET", token="")) == (401, "AuthenticationFailed")
    expired = azure.cloud.call("/mock/entra-token?seconds=-60", method="POST")["access_token"]
    assert _code(azure.arm("GET", token=expired)) == (401, "ExpiredAuthenticationToken")
    with pytest.raises(HttpResponseError) as refused:
        _expired_client(azure, expired)
    assert refused.value.error.code == "ExpiredAuthenticationToken"


def _expired_client(azure: Azure, token: str) -> None:
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

    from helpers.connect.live.azure import FixedCredential
    from helpers.connect.plain_http import PlainHttp
    from tests.azure_surfaces import SUBSCRIPTION

    client = CognitiveServicesManagementClient(
        FixedCredential(token), SUBSCRIPTION, base_url=azure.cloud.root_url, per_call_policies=[PlainHttp()]
    )
    client.deployments.get(GROUP, ACCOUNT, "x")


def test_a_deployed_model_is_not_deleted(azure: Azure, deployed: str, tuned_job: Any) -> None:
    with pytest.raises(openai.ConflictError, match=deployed):
        azure.v1().models.delete(tuned_job.fine_tuned_model)


@pytest.mark.conformance(f"PUT {PATH}", "own", "the same deployment again changes its SKU and adds none")
def test_putting_a_deployment_again_changes_it(azure: Azure, deployed: str, tuned_job: Any) -> None:
    again = azure.deploy(deployed, tuned_job.fine_tuned_model, sku="globalstandard")
    assert again.status_code == 200
    assert again.json()["sku"]["name"] == "GlobalStandard"
    patched = azure.arm("PATCH", deployed, {"sku": {"name": "standard", "capacity": 2}})
    assert patched.json()["sku"] == {"name": "Standard", "capacity": 2}
    names = [each["name"] for each in azure.arm("GET").json()["value"]]
    assert names.count(deployed) == 1


@pytest.mark.conformance("GET /mock/metering", "own", "training tokens per job, hours per tuned deployment")
def test_hours_and_tokens_are_metered(azure: Azure, deployed: str, tuned_job: Any) -> None:
    bill = azure.cloud.call("/mock/metering")
    (training,) = [each for each in bill["training"] if each["job"] == tuned_job.id]
    assert training["tokens"] == tuned_job.trained_tokens
    assert training["training_type"] == "developerTier"
    (hosting,) = [each for each in bill["hosting"] if each["deployment"] == deployed]
    assert hosting["hours"] > 0
    assert hosting["deleted_at"] is None


def _chat(azure: Azure, deployment: str, body: dict[str, Any]) -> httpx.Response:
    url = f"{azure.cloud.root_url}/openai/deployments/{deployment}/chat/completions"
    headers = {"api-key": azure.cloud.token}
    return httpx.post(url, params={"api-version": VERSION}, headers=headers, json=body, timeout=60)


def _code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
