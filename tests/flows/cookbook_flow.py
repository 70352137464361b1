"""The flow of the cookbook's fine-tuning notebook, with the `openai` package and the standard library alone.

    OPENAI_BASE_URL=… OPENAI_API_KEY=… python3 cookbook_flow.py FOLDER

Every answer must pass the client's strict validation. Prints one JSON object of what it saw.
"""

import json
import sys
import time
from pathlib import Path

from openai import OpenAI

MODEL = "gpt-4o-mini-2024-07-18"


def upload(client, path):
    with path.open("rb") as file:
        response = client.files.create(file=file, purpose="fine-tune")
    return response.id


def wait(client, job_id):
    while True:
        job = client.fine_tuning.jobs.retrieve(job_id)
        if job.status in ("succeeded", "failed", "cancelled"):
            return job
        time.sleep(0.2)


def flow(client, folder):
    training, validation = (upload(client, folder / f"{split}.jsonl") for split in ("train", "validation"))
    created = client.fine_tuning.jobs.create(
        training_file=training, validation_file=validation, model=MODEL, suffix="recipe-ner"
    )
    job = wait(client, created.id)
    events = list(client.fine_tuning.jobs.list_events(job.id, limit=100))
    checkpoints = client.fine_tuning.jobs.checkpoints.list(job.id)
    question = json.loads((folder / "test.jsonl").read_text("utf-8").splitlines()[0])["messages"][:-1]
    answer = client.chat.completions.create(
        model=job.fine_tuned_model, messages=question, temperature=0, max_tokens=20
    )
    return {
        "created": created.status,
        "status": job.status,
        "model": job.fine_tuned_model,
        "in_list": job.id in [other.id for other in client.fine_tuning.jobs.list()],
        "messages": [event.message for event in reversed(events)],
        "checkpoints": [checkpoint.fine_tuned_model_checkpoint for checkpoint in checkpoints],
        "results": client.files.content(job.result_files[0]).text,
        "answered_by": answer.model,
        "tokens": answer.usage.total_tokens,
        "deleted": client.models.delete(job.fine_tuned_model).deleted,
    }


if __name__ == "__main__":
    strict = OpenAI(_strict_response_validation=True)
    print(json.dumps(flow(strict, Path(sys.argv[1]))))
