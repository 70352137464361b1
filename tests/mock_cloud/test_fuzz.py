"""Schema-based fuzzing of the service's own OpenAPI document: no 5xx, no answer outside the schema."""

from __future__ import annotations

from contextlib import suppress

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

from tests.mock_cloud.conftest import BASE
from tests.running_cloud import RunningCloud

EXAMPLES = 8
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="session")
def fuzzer(mock_cloud: RunningCloud) -> dict[str, str]:
    """Headers of an organisation that owns nothing else."""
    return {"authorization": f"Bearer {mock_cloud.new_organization('fuzzer')}"}


@pytest.fixture(scope="session")
def api(mock_cloud: RunningCloud) -> schemathesis.BaseSchema:
    """Every operation but the mock cloud's own switches, which get a service of their own below."""
    schema = schemathesis.openapi.from_url(f"{mock_cloud.root_url}/openapi.json")
    return schema.exclude(path_regex="^/mock/")


def test_no_request_breaks_the_service(api: schemathesis.BaseSchema, fuzzer: dict[str, str]) -> None:
    """Requests that fit the document, and requests that do not, for every operation."""
    operations = [result.ok() for result in api.get_all_operations()]
    assert len(operations) > 30
    for operation in operations:
        for mode in GenerationMode:
            _fuzz(operation, mode, fuzzer)


def test_no_request_breaks_the_switches(own_cloud: RunningCloud) -> None:
    """`/mock/…` turns faults on for the service it is asked of; only the call that ends it is left out."""
    own_cloud.start()
    schema = schemathesis.openapi.from_url(f"{own_cloud.root_url}/openapi.json")
    switches = schema.include(path_regex="^/mock/").exclude(path="/mock/shutdown")
    operations = [result.ok() for result in switches.get_all_operations()]
    assert len(operations) >= 6
    for operation in operations:
        for mode in GenerationMode:
            _fuzz(operation, mode, {"authorization": f"Bearer {own_cloud.token}"})
    assert own_cloud.process is not None and own_cloud.process.poll() is None


def _fuzz(operation: schemathesis.APIOperation, mode: GenerationMode, headers: dict[str, str]) -> None:
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
        if isinstance(case.body, dict) and "messages" in case.body:
            case.body |= {"model": BASE, "max_tokens": 2, "max_completion_tokens": 2, "n": 1}
        response = case.call(headers=headers, timeout=120)
        case.validate_response(response, checks=CHECKS)

    with suppress(Unsatisfiable):  # an operation without parameters cannot be called wrongly
        send()
