"""The Azure surfaces of one running mock cloud, through unmodified clients; one tuned model for all tests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from helpers.connect.live.azure import FixedCredential
from helpers.connect.plain_http import PlainHttp
from tests.running_cloud import RunningCloud, wait_for_job

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP, ACCOUNT = "course-group", "course-openai"
VERSION, ARM_VERSION = "2024-10-21", "2024-10-01"
BASE = "gpt-4o-mini-2024-07-18"


@dataclass
class Azure:
    """Clients and addresses of the Azure surfaces."""

    cloud: RunningCloud

    def dated(self, **options: Any) -> openai.AzureOpenAI:
        settings = {"api_key": self.cloud.token, "api_version": VERSION, "max_retries": 0, "timeout": 120}
        return openai.AzureOpenAI(**{"azure_endpoint": self.cloud.root_url, **settings, **options})

    def v1(self, **options: Any) -> openai.OpenAI:
        settings = {"api_key": self.cloud.token, "max_retries": 0, "timeout": 120}
        return openai.OpenAI(**{"base_url": f"{self.cloud.root_url}/openai/v1/", **settings, **options})

    def management(self, **options: Any) -> CognitiveServicesManagementClient:
        settings = {"per_call_policies": [PlainHttp()], "polling_interval": 1, "retry_total": 0}
        credential = FixedCredential(self.cloud.token)
        return CognitiveServicesManagementClient(
            credential, SUBSCRIPTION, base_url=self.cloud.root_url, **{**settings, **options}
        )

    def arm(
        self,
        method: str,
        deployment: str = "",
        body: Any = None,
        *,
        token: str | None = None,
        version: str | None = ARM_VERSION,
        subscription: str = SUBSCRIPTION,
    ) -> httpx.Response:
        """Plain REST, as in Microsoft's tutorial."""
        path = (
            f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/Microsoft.CognitiveServices"
            f"/accounts/{ACCOUNT}/deployments" + (f"/{deployment}" if deployment else "")
        )
        bearer = self.cloud.token if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {"api-key": self.cloud.token}
        params = {"api-version": version} if version else {}
        return httpx.request(
            method, self.cloud.root_url + path, json=body, headers=headers, params=params, timeout=30
        )

    def deploy(self, name: str, model: str, sku: str = "standard", version: str = "1") -> httpx.Response:
        return self.arm("PUT", name, deployment_body(model, sku, version))

    def state(self, name: str) -> str:
        answer = self.arm("GET", name)
        return answer.json()["properties"]["provisioningState"] if answer.status_code == 200 else "gone"

    def wait_until(self, name: str, state: str, seconds: float = 30) -> None:
        wait_for(lambda: self.state(name) == state, seconds, f"{name} is not {state}")


def deployment_body(model: str, sku: str = "standard", version: str = "1") -> dict[str, Any]:
    return {
        "sku": {"name": sku, "capacity": 1},
        "properties": {"model": {"format": "OpenAI", "name": model, "version": version}},
    }


def wait_for(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def chat_file(folder: Path, rows: int = 12, name: str = "train.jsonl") -> Path:
    """A training file of `rows` short conversations."""
    lines = [
        {
            "messages": [
                {"role": "user", "content": f"Say {n}."},
                {"role": "assistant", "content": f"Oh, {n}."},
            ]
        }
        for n in range(rows)
    ]
    path = folder / name
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def upload(client: openai.OpenAI, path: Path) -> str:
    """The id of a file that is uploaded and processed."""
    with path.open("rb") as file:
        id = client.files.create(file=file, purpose="fine-tune").id
    wait_for(lambda: client.files.retrieve(id).status == "processed", 30, f"{id} is not processed")
    return id


@pytest.fixture(scope="session")
def azure(mock_cloud: RunningCloud) -> Azure:
    return Azure(mock_cloud)


@pytest.fixture(scope="session")
def training_file(azure: Azure, tmp_path_factory: pytest.TempPathFactory) -> str:
    return upload(azure.v1(), chat_file(tmp_path_factory.mktemp("azure")))


@pytest.fixture(scope="session")
def tuned_job(azure: Azure, training_file: str) -> Any:
    """A job of two epochs that has succeeded, made on the dated surface."""
    client = azure.dated()
    job = client.fine_tuning.jobs.create(
        model=BASE,
        training_file=training_file,
        validation_file=training_file,
        seed=7,
        hyperparameters={"n_epochs": 2, "batch_size": 6},
        extra_body={"trainingType": "developerTier"},
    )
    job = wait_for_job(client, job.id)
    assert job.status == "succeeded", job.error
    return job


@pytest.fixture(scope="session")
def deployed(azure: Azure, tuned_job: Any) -> Iterator[str]:
    """The name of a deployment of the tuned model that answers."""
    azure.deploy("clippy", tuned_job.fine_tuned_model)
    azure.wait_until("clippy", "Succeeded")
    yield "clippy"
    azure.arm("DELETE", "clippy")
