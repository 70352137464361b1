"""Memory of the whole mock cloud, service and worker: idle, training, training and answering, idle again.

`python3 -m helpers bench memory [--examples 24] [--type auto|bf16|fp32]`. Counted is the proportional set
size (Linux: pages that processes share are divided among them), sampled every 50 ms.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from pathlib import Path

import psutil

from tests.benchmarks.common import TRAIN, table
from tests.running_cloud import RunningCloud


class Sampler(threading.Thread):
    """Watches a process and its children; `phase` names what is going on."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.phase, self.peaks = pid, "idle, before any model is loaded", {}

    def now(self) -> float:
        process, total = psutil.Process(self.pid), 0.0
        for each in [process, *process.children(recursive=True)]:
            try:
                total += each.memory_full_info().pss / 1e6
            except psutil.Error:
                continue
        return total

    def run(self) -> None:
        while psutil.pid_exists(self.pid):
            phase = self.phase
            try:
                self.peaks[phase] = max(self.peaks.get(phase, 0.0), self.now())
            except psutil.Error:
                return
            time.sleep(0.05)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--examples", type=int, default=24)
    options.add_argument("--type", default="auto")
    wanted = options.parse_args()
    home = Path(tempfile.mkdtemp())
    cloud = RunningCloud(home, {"COURSE_REPLAY": "off", "COURSE_DTYPE": wanted.type}).start()
    assert cloud.process
    sampler = Sampler(cloud.process.pid)
    sampler.start()
    client = cloud.client(timeout=600)
    time.sleep(1)
    file = home / "train.jsonl"
    file.write_text("".join(TRAIN.read_text().splitlines(keepends=True)[: wanted.examples]))
    sampler.phase = "training"
    uploaded = client.files.create(file=file, purpose="fine-tune")
    model = "gpt-4.1-nano-2025-04-14"
    job = client.fine_tuning.jobs.create(
        model=model, training_file=uploaded.id, hyperparameters={"n_epochs": 2}
    )
    while not any(event.type == "metrics" for event in client.fine_tuning.jobs.list_events(job.id).data):
        time.sleep(1)
    question = [{"role": "user", "content": "Name three things to cook with lentils."}]
    sampler.phase = "training and answering"
    while client.fine_tuning.jobs.retrieve(job.id).status not in ("succeeded", "failed", "cancelled"):
        client.chat.completions.create(model=model, messages=question, max_tokens=30)
        time.sleep(2)
    sampler.phase = "idle, after"
    time.sleep(1)
    status = client.fine_tuning.jobs.retrieve(job.id).status
    cloud.stop()
    table(["phase", "peak MB"], list(sampler.peaks.items()))
    print(
        json.dumps(
            {"type": wanted.type, "job": status, "peak_mb": max(sampler.peaks.values()), **sampler.peaks}
        )
    )


if __name__ == "__main__":
    main()
