"""Schema-based fuzzing of the service's own OpenAPI document: no 5xx, no answer outside the schema.

Requests that fit the document are sent to things that exist, so that successes are compared, too.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.azure_surfaces import (
    ACCOUNT,
    ARM_VERSION,
    GROUP,
    SUBSCRIPTION,
    VERSION,
    Azure,
    deployment_body,
    wait_for,
)
from tests.mock_cloud.conftest import BASE, jsonl, named, rows
from tests.running_cloud import RunningCloud, wait_for_job

EXAMPLES = 8
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


SUCCEEDED: Counter[str] = Counter()
DESTROYING = {"DELETE", "PUT"}
"""Sent to names that do not exist, so that what the other operations look at stays."""


@pytest.fixture(scope="session")
def key(mock_cloud: RunningCloud) -> str:
    """Of an organisation that owns nothing but the things below."""
    return mock_cloud.new_organization("fuzzer")


@pytest.fixture(scope="session")
def things(mock_cloud: RunningCloud, key: str) -> dict[str, dict[str, str]]:
    """Ids of things that exist, by the parameters of addresses that name them, on each surface."""
    azure, openai = Azure(mock_cloud), mock_cloud.client(api_key=key)
    azure.arm("PUT", "fuzzed", deployment_body(BASE, version="2024-07-18"), token=key)
    made = lambda: azure.arm("GET", "fuzzed", token=key).json()["properties"]["provisioningState"]  # noqa: E731
    wait_for(lambda: made() == "Succeeded", 30, "the deployment is not made")
    found = {"/v1": _things(openai, BASE), "/openai": _things(azure.v1(api_key=key), "fuzzed")}
    found["/v1"] |= {"checkpoint": _checkpoint(openai)}
    upload = openai.uploads.create(bytes=9, filename="a.txt", mime_type="text/plain", purpose="user_data")
    found["/v1"] |= {"upload_id": upload.id}
    arm = {"subscription": SUBSCRIPTION, "group": GROUP, "account": ACCOUNT, "api-version": ARM_VERSION}
    found["/subscriptions"] = {**arm, "deployment": "fuzzed"}
    return found


def _things(client: Any, answering: str) -> dict[str, str]:
    stored = client.chat.completions.create(
        model=answering, messages=[{"role": "user", "content": "Hi"}], max_tokens=2, store=True
    )
    file = client.files.create(file=named(jsonl(rows())), purpose="fine-tune")
    file = client.files.wait_for_processing(file.id, poll_interval=0.05)
    job = client.fine_tuning.jobs.create(model=BASE, training_file=file.id, metadata={"a": "b"})
    client.fine_tuning.jobs.cancel(job.id)
    return {
        "file_id": file.id,
        "job_id": job.id,
        "completion_id": stored.id,
        "model": BASE,
        "deployment": "fuzzed",
        "api-version": VERSION,
    }


def _checkpoint(client: Any) -> str:
    file = client.files.create(file=named(jsonl(rows())), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=file.id, hyperparameters={"n_epochs": 1, "batch_size": 4}
    )
    wait_for_job(client, job.id)
    return client.fine_tuning.jobs.checkpoints.list(job.id).data[0].fine_tuned_model_checkpoint


@pytest.fixture(scope="session")
def api(mock_cloud: RunningCloud) -> schemathesis.BaseSchema:
    """Every operation but the mock cloud's own switches, which get a service of their own below."""
    schema = schemathesis.openapi.from_url(f"{mock_cloud.root_url}/openapi.json")
    return schema.exclude(path_regex="^/mock/")


def test_no_request_breaks_the_service(
    api: schemathesis.BaseSchema, key: str, things: dict[str, dict[str, str]]
) -> None:
    """Requests that fit the document, and requests that do not, for every operation."""
    operations = [result.ok() for result in api.get_all_operations()]
    assert len(operations) > 80
    headers = {"authorization": f"Bearer {key}"}
    for operation in operations:
        known = next((ids for prefix, ids in things.items() if operation.path.startswith(prefix)), {})
        for mode in GenerationMode:
            _fuzz(operation, mode, headers, known if mode is GenerationMode.POSITIVE else {})
    reading = {f"GET {operation.path}" for operation in operations if operation.method.upper() == "GET"}
    unseen = {name for name in reading if not SUCCEEDED[name] and "response_id" not in name}
    assert unseen <= {name for name in reading if name.endswith("/operationResults/{operation}")}


def test_no_request_breaks_the_switches(own_cloud: RunningCloud) -> None:
    """`/mock/…` turns faults on for the service it is asked of; only the call that ends it is left out."""
    own_cloud.start()
    schema = schemathesis.openapi.from_url(f"{own_cloud.root_url}/openapi.json")
    switches = schema.include(path_regex="^/mock/").exclude(path="/mock/shutdown")
    operations = [result.ok() for result in switches.get_all_operations()]
    assert len(operations) >= 6
    for operation in operations:
        for mode in GenerationMode:
            _fuzz(operation, mode, {"authorization": f"Bearer {own_cloud.token}"}, {})
    assert own_cloud.process is not None and own_cloud.process.poll() is None


def _fuzz(
    operation: schemathesis.APIOperation,
    mode: GenerationMode,
    headers: dict[str, str],
    known: dict[str, str],
) -> None:
    name = f"{operation.method.upper()} {operation.path}"

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        _aim(case, known)
        if isinstance(case.body, dict) and "messages" in case.body:
            case.body |= {"model": BASE, "max_tokens": 2, "max_completion_tokens": 2, "n": 1}
        response = case.call(headers=headers, timeout=120)
        case.validate_response(response, checks=CHECKS)
        SUCCEEDED[name] += response.status_code < 300

    with suppress(Unsatisfiable):  # an operation without parameters cannot be called wrongly
        send()


def _aim(case: schemathesis.Case, known: dict[str, str]) -> None:
    """Send a request that fits the document to something that exists, from a page that exists."""
    if not known:
        return
    harmless = case.method.upper() not in DESTROYING
    for name in case.path_parameters:
        if name in known and (harmless or name in {"subscription", "group", "account"}):
            case.path_parameters[name] = known[name]
    if "api-version" in known and not case.path.startswith("/openai/v1/"):
        case.query = {**(case.query or {}), "api-version": known["api-version"]}
    elif case.query:
        case.query.pop("api-version", None)
    if case.query:
        case.query.pop("after", None)
