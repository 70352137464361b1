"""Upload and job by the environment's own `openai`, which may be another release than the course's."""

import sys
import time
from pathlib import Path

import openai
from gate import told

client = openai.OpenAI()
with Path(sys.argv[1]).open("rb") as rows:
    file = client.files.create(file=rows, purpose="fine-tune")
supervised = {"hyperparameters": {"n_epochs": 12, "batch_size": 4, "learning_rate_multiplier": 20.0}}
job = client.fine_tuning.jobs.create(
    model="gpt-4o-mini",
    training_file=file.id,
    method={"type": "supervised", "supervised": supervised},
    seed=1,
)
while job.status not in ("succeeded", "failed", "cancelled"):
    time.sleep(0.3)
    job = client.fine_tuning.jobs.retrieve(job.id)
told(model=job.fine_tuned_model, status=job.status, release=openai.__version__)
