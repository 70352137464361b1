"""The asynchronous client, in strict mode, through files, jobs and models."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest

from tests.mock_cloud.conftest import BASE, jsonl, named, rows
from tests.running_cloud import ENDED, RunningCloud, run_async

conformance = pytest.mark.conformance
FILE, JOBS, MODEL = "/v1/files/{file_id}", "/v1/fine_tuning/jobs", "/v1/models/{model}"


@conformance("POST /v1/files", "specification", "the async client uploads")
@conformance(f"GET {FILE}", "specification", "the async client")
@conformance(f"GET {FILE}/content", "specification", "the async client")
@conformance(f"DELETE {FILE}", "specification", "the async client")
def test_files(mock_cloud: RunningCloud) -> None:
    async def run() -> None:
        async with mock_cloud.async_client() as client:
            content = jsonl(rows())
            file = await client.files.create(file=named(content), purpose="fine-tune")
            assert (await client.files.retrieve(file.id)).bytes == len(content)
            assert (await client.files.content(file.id)).content == content
            assert file.id in [each.id async for each in client.files.list(limit=2)]
            assert (await client.files.delete(file.id)).deleted
            with pytest.raises(openai.NotFoundError):
                await client.files.retrieve(file.id)

    run_async(run())


@conformance(f"POST {JOBS}", "specification", "the async client")
@conformance(f"GET {JOBS}", "specification", "the async client")
@conformance(f"GET {JOBS}/{{job_id}}", "specification", "the async client")
@conformance(f"GET {JOBS}/{{job_id}}/events", "specification", "the async client")
@conformance(f"GET {JOBS}/{{job_id}}/checkpoints", "specification", "the async client")
@conformance("GET /v1/models", "specification", "the async client")
@conformance(f"GET {MODEL}", "specification", "the async client")
@conformance(f"DELETE {MODEL}", "specification", "the async client")
def test_a_job_and_its_model(mock_cloud: RunningCloud, training_file: str) -> None:
    async def run() -> None:
        async with mock_cloud.async_client() as client:
            jobs = client.fine_tuning.jobs
            job = await _start(client, training_file, n_epochs=1)
            while (job := await jobs.retrieve(job.id)).status not in ENDED:
                await asyncio.sleep(0.1)
            assert job.status == "succeeded", job.error
            assert [each.step_number async for each in jobs.checkpoints.list(job.id)] == [1]
            assert [event async for event in jobs.list_events(job.id, limit=2)]
            assert job.id in [each.id async for each in jobs.list(limit=3)]
            name = job.fine_tuned_model
            assert name in [model.id async for model in client.models.list()]
            assert (await client.models.retrieve(name)).id == name
            assert (await client.models.delete(name)).deleted

    run_async(run())


@conformance(f"POST {JOBS}/{{job_id}}/cancel", "specification", "the async client")
@conformance(f"POST {JOBS}/{{job_id}}/pause", "specification", "the async client (outside its enum)")
@conformance(f"POST {JOBS}/{{job_id}}/resume", "specification", "the async client")
def test_a_job_is_paused_resumed_and_cancelled(mock_cloud: RunningCloud, training_file: str) -> None:
    async def run() -> None:
        lenient = mock_cloud.async_client(_strict_response_validation=False)
        async with mock_cloud.async_client() as client, lenient:
            job = await _start(client, training_file, n_epochs=25)
            await lenient.fine_tuning.jobs.pause(job.id)
            while (await lenient.fine_tuning.jobs.retrieve(job.id)).status != "paused":
                await asyncio.sleep(0.1)
            assert (await client.fine_tuning.jobs.resume(job.id)).id == job.id
            assert (await client.fine_tuning.jobs.cancel(job.id)).status == "cancelled"

    run_async(run())


async def _start(client: openai.AsyncOpenAI, training_file: str, **hyperparameters: Any) -> Any:
    return await client.fine_tuning.jobs.create(
        model=BASE, training_file=training_file, hyperparameters={"batch_size": 12, **hyperparameters}
    )
