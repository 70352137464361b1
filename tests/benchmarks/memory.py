"""Memory of the whole mock cloud, service and worker: idle, training, training and answering, idle again.

`python3 -m helpers bench memory [--examples 24] [--type auto|bf16|fp32]`. Counted is the proportional set
size (Linux: pages that processes share are divided among them), sampled every 50 ms. JupyterLab and a kernel
that has run notebook 03 up to its job are counted beside it.
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
from tests.benchmarks.lab import Lab
from tests.running_cloud import RunningCloud


def memory(pids: list[int]) -> float:
    """MB of these processes and all they have started."""
    total = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        for each in [process, *process.children(recursive=True)]:
            try:
                total += each.memory_full_info().pss / 1e6
            except psutil.Error:
                continue
    return total


class Sampler(threading.Thread):
    """Watches a process and its children; `phase` names what is going on."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.phase, self.peaks = pid, "idle, before any model is loaded", {}

    def run(self) -> None:
        while psutil.pid_exists(self.pid):
            phase = self.phase
            try:
                self.peaks[phase] = max(self.peaks.get(phase, 0.0), memory([self.pid]))
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
    lab = Lab(home)
    sampler.phase = "notebook 03 up to its job"
    lab.read_the_notebook()
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
    beside = memory(lab.pids)
    lab.stop()
    status = client.fine_tuning.jobs.retrieve(job.id).status
    cloud.stop()
    peak = max(sampler.peaks.values())
    table(["phase", "peak MB"], [*sampler.peaks.items(), ["JupyterLab and a kernel", beside]])
    result = {"type": wanted.type, "job": status, "peak_mb": peak, "lab_mb": beside, "sum_mb": peak + beside}
    print(json.dumps({**result, **sampler.peaks}))


if __name__ == "__main__":
    main()
