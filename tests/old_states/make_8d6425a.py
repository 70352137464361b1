"""Makes the stored state folder of commit 8d6425a; the helpers and tests it imports are that commit's.

In a checkout of it: `PYTHONPATH=$PWD python <this file> <folder to write to>`. A later version
that is to be stored gets a file of its own, with the places of the modules changed.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.running_cloud import RunningCloud, wait_for_job

COMMIT, BASE = "8d6425a", "gpt-4o-mini-2024-07-18"
ASK = {
    "messages": [{"role": "user", "content": "What follows number 3?"}],
    "max_tokens": 6,
    "temperature": 0,
    "seed": 1,
}
DEPLOYMENT = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/course-group/providers"
    "/Microsoft.CognitiveServices/accounts/course-openai/deployments/numbers?api-version=2024-10-01"
)


def main(target: Path) -> None:
    """Write `<commit>.tar.xz` and `<commit>.json`."""
    from helpers.engine.weights import base_model_folder

    from tests.tiny_model import make_tiny_model

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        tiny = make_tiny_model(Path(folder) / "tiny", base_model_folder())
        cloud = RunningCloud(home, {"COURSE_BASE_MODEL": str(tiny), "COURSE_DTYPE": "fp32"}).start()
        holds = openais(cloud) | azures(cloud)
        cloud.stop()
        make_small(home / "mock-cloud", holds["paused"])
        cloud.start()
        holds |= answers(cloud, holds)
        cloud.stop()
        os.environ["COURSE_HOME"] = str(home)
        helpers_own(holds)
        pack(home, target / f"{COMMIT}.tar.xz")
    (target / f"{COMMIT}.json").write_text(json.dumps(holds, indent=1) + "\n")


def openais(cloud: RunningCloud) -> dict[str, Any]:
    """Files, and a job of every ending; a second organisation with a file of its own."""
    client = cloud.client(_strict_response_validation=False)
    training, validation = uploaded(client, range(12)), uploaded(client, range(20, 24))

    def job(**more: Any) -> str:
        wishes = {"model": BASE, "training_file": training, "seed": 7, **more}
        return client.fine_tuning.jobs.create(**wishes).id

    few, many = (
        {"n_epochs": 2, "batch_size": 12, "learning_rate_multiplier": 20},
        {"n_epochs": 5, "batch_size": 1},
    )
    done = job(validation_file=validation, hyperparameters=few, suffix="numbers", metadata={"course": "yes"})
    ended = wait_for_job(client, done)
    cancelled, paused = job(hyperparameters=many), job(hyperparameters=many, seed=8)
    client.fine_tuning.jobs.cancel(cancelled)
    soon(lambda: len(client.fine_tuning.jobs.list_events(paused).data) > 8)
    client.fine_tuning.jobs.pause(paused)
    wait_for_job(client, paused, {"paused"})
    token = cloud.new_organization()
    return {
        "files": {"training": training, "validation": validation},
        "job": ended.id,
        "model": ended.fine_tuned_model,
        "checkpoints": [
            each.fine_tuned_model_checkpoint for each in client.fine_tuning.jobs.checkpoints.list(done)
        ],
        "trained_tokens": ended.trained_tokens,
        "result_files": ended.result_files,
        "cancelled": cancelled,
        "paused": paused,
        "token": cloud.token,
        "other": {"token": token, "file": uploaded(cloud.client(api_key=token), range(12))},
    }


def azures(cloud: RunningCloud) -> dict[str, Any]:
    """A job on Azure's surface and a deployment of its model."""
    import openai

    client = openai.AzureOpenAI(azure_endpoint=cloud.root_url, api_key=cloud.token, api_version="2024-10-21")
    file = uploaded(client, range(12), "azure.jsonl")
    soon(lambda: client.files.retrieve(file).status == "processed")
    wishes: Any = {"n_epochs": 1, "batch_size": 12}
    job = client.fine_tuning.jobs.create(model=BASE, training_file=file, hyperparameters=wishes)
    model = wait_for_job(client, job.id).fine_tuned_model
    properties = {"model": {"format": "OpenAI", "name": model, "version": "1"}}
    cloud.call(
        DEPLOYMENT, {"sku": {"name": "standard", "capacity": 1}, "properties": properties}, method="PUT"
    )
    soon(lambda: cloud.call(DEPLOYMENT)["properties"]["provisioningState"] == "Succeeded")
    return {"azure_file": file, "azure_job": job.id, "azure_model": model, "deployment": "numbers"}


def answers(cloud: RunningCloud, holds: dict[str, Any]) -> dict[str, Any]:
    """What the models say, and a stored response."""
    import openai

    client = cloud.client()
    azure = openai.AzureOpenAI(azure_endpoint=cloud.root_url, api_key=cloud.token, api_version="2024-10-21")

    def said(client: openai.OpenAI, model: str) -> str:
        return client.chat.completions.create(model=model, **ASK).choices[0].message.content or ""

    tuned = {name: said(client, name) for name in [*holds["checkpoints"], BASE]}
    response = client.responses.create(model=holds["model"], input="What follows 4?", max_output_tokens=16)
    return {
        "ask": ASK,
        "answers": tuned,
        "azure_answer": said(azure, "numbers"),
        "response": {"id": response.id, "text": response.output_text},
    }


def helpers_own(holds: dict[str, Any]) -> None:
    """What the helpers keep beside the mock cloud."""
    from helpers.checklist import answers as checklists
    from helpers.checklist.record import save_record
    from helpers.evidence_store import record_evidence
    from helpers.live import budget, created

    from helpers.learning import progress, small_job

    progress.record("exercise", "01.tokens", outcome="correct")
    record_evidence(
        task="recipes", approach="tuned", metric="F1", value=0.83, n=100, tokens=12000, seconds=31.5
    )
    case = checklists.preset("eight-examples")
    case.title = "Kept"
    checklists.save(case)
    save_record(case)
    os.environ["COURSE_BUDGET_USD"] = "5"
    budget.settle(budget.charge(0.5, "a job"), 0.25)
    budget.charge(1.0, "another job")
    created.remember("https://api.openai.com/v1", "job", "ftjob-live", "gpt-4o-mini")
    small_job._remember("a key", holds["job"])


def uploaded(client: Any, numbers: range, name: str = "train.jsonl") -> str:
    """The id of a file of short conversations."""
    rows = [
        [
            {"role": "system", "content": "Answer briefly."},
            {"role": "user", "content": f"What follows number {number}?"},
            {"role": "assistant", "content": f"number {number + 1}"},
        ]
        for number in numbers
    ]
    file = io.BytesIO("".join(json.dumps({"messages": row}) + "\n" for row in rows).encode())
    return client.files.create(file=(name, file), purpose="fine-tune").id


def soon(done: Callable[[], bool]) -> None:
    """Wait half a minute at most."""
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def make_small(folder: Path, paused: str) -> None:
    """Adapters get a few round values, which compress well; only the job `paused` keeps its optimiser."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    for path in sorted(folder.rglob("*.safetensors")):
        if path.name == "optimizer.safetensors" and path.parent.parent.name != paused:
            path.unlink()
            continue
        with safe_open(path, "pt") as stored:
            about = stored.metadata()
        tensors = load_file(path)
        for name, tensor in tensors.items():
            if tensor.is_floating_point() and tensor.numel() > 1:
                step = tensor.abs().max() / 2
                tensors[name] = torch.round(tensor / step) * step if step else tensor
        save_file(tensors, path, metadata=about)
    shutil.rmtree(folder / "logs", ignore_errors=True)


def pack(home: Path, target: Path) -> None:
    """One archive without names and dates of this machine."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        return None if member.name.endswith((".lock", ".log")) else member

    with tarfile.open(target, "w:xz", preset=9) as archive:
        archive.add(home, ".", filter=plain)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
