"""Fine-tuning for function calling: which tool is called, and with which arguments, before and after.

`python3 -m helpers bench function_calling [--epochs 2] [--examples 150] [--judged 50]`. Trains on
`data/function_calling/train.jsonl` as a job does, judges on the held-out `test.jsonl`, by which nothing was
chosen. Every answer is kept to the grammar of the tools that its row offers; `auto` leaves it to the model
whether to call, `required` does not (asked on the rows that want a call, for the base model's sake).

- name: the right tool, or a text where no tool fits;
- arguments: of the rows that want a call, all arguments as labelled, and the right tool.

Shares with Wilson's 95% intervals. A row has about 280 tokens; a quiet machine trains one in two seconds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from helpers.engine import Hyperparameters, TrainingJob
from helpers.engine.engine import Engine
from helpers.engine.model.weights import base_model_folder
from helpers.engine.text.answer_grammar import calls_grammar
from helpers.engine.text.row_reader import read_verdicts
from helpers.engine.text.verdict import Example
from helpers.engine.types import Chunk, GenerationRequest
from helpers.ground.paths import data
from helpers.measure.intervals import wilson_interval
from helpers.mock_cloud.answers.written import Written
from tests.benchmarks.common import clocks, peak_mb, table

TRAIN, VALIDATION, TEST = (
    data(f"function_calling/{split}.jsonl") for split in ("train", "validation", "test")
)
ANSWER_TOKENS = 80
Called = tuple[str, Any] | None


class Judged(NamedTuple):
    """How many answers were right of how many."""

    names: int
    of_names: int
    arguments: int
    of_arguments: int

    def row(self, how: str) -> list[str]:
        return [how, _share(self.names, self.of_names), _share(self.arguments, self.of_arguments)]


def _share(right: int, of: int) -> str:
    low, high = wilson_interval(right, of)
    return f"{right}/{of}: {right / max(of, 1):.2f} ({low:.2f}-{high:.2f})"


def examples(file: Path, count: int | None = None) -> list[Example]:
    return [verdict.example for verdict in read_verdicts(file) if verdict.example][:count]


def wanted(example: Example) -> Called:
    """The call that a row is labelled with, if any."""
    for call in example.messages[-1].get("tool_calls") or []:
        return call["function"]["name"], json.loads(call["function"]["arguments"])
    return None


def called(engine: Engine, example: Example, adapter: Path | None, must: bool) -> Called:
    """What the model calls first, if anything; arguments that are cut off are None."""
    request = GenerationRequest(
        example.messages[:-1],
        adapter,
        ANSWER_TOKENS,
        temperature=0,
        tools=example.tools,
        grammar=calls_grammar(example.tools, must, several=False),
    )
    written = Written(tools=True)
    for item in engine.generate(request):
        if isinstance(item, Chunk):
            written.take({"text": item.text, "finish_reason": item.finish_reason})
    if not written.calls:
        return None
    whole = written.reason == "stop"
    return written.calls[0].name, json.loads(written.calls[0].arguments) if whole else None


def judge(engine: Engine, rows: Sequence[Example], adapter: Path | None = None, must: bool = False) -> Judged:
    with ThreadPoolExecutor(len(rows)) as pool:
        answers = list(pool.map(lambda row: called(engine, row, adapter, must), rows))
    pairs = list(zip(answers, map(wanted, rows), strict=True))
    calls = [(answer, want) for answer, want in pairs if want]
    names = sum((answer and answer[0]) == (want and want[0]) for answer, want in pairs)
    return Judged(names, len(pairs), sum(answer == want for answer, want in calls), len(calls))


def train(engine: Engine, folder: Path, epochs: int, count: int) -> tuple[Path, float | None]:
    """The adapter of a job as the mock cloud runs it, and its last full validation loss."""
    rows = folder / "rows.jsonl"
    rows.write_text("\n".join(TRAIN.read_text("utf-8").splitlines()[:count]), "utf-8")
    job = TrainingJob(rows, folder, Hyperparameters(epochs, 1, 1.0), seed=18, validation_file=VALIDATION)
    outcome = engine.train(job, lambda step: None, lambda checkpoint: None)
    assert outcome.final
    return outcome.final.folder, outcome.final.metrics.full_valid_loss


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--epochs", type=int, default=2)
    options.add_argument("--examples", type=int, default=150)
    options.add_argument("--judged", type=int, default=50)
    asked = options.parse_args()
    engine, rows = Engine(base_model_folder()), examples(TEST, asked.judged)
    calls = [row for row in rows if wanted(row)]
    results = {"base, auto": judge(engine, rows), "base, required": judge(engine, calls, must=True)}
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = clocks()
        adapter, loss = train(engine, Path(folder), asked.epochs, asked.examples)
        seconds, cpu_seconds = (now - then for now, then in zip(clocks(), (wall, cpu), strict=True))
        results["tuned, auto"] = judge(engine, rows, adapter)
    table(["how", "name (or none)", "name and arguments"], [found.row(how) for how, found in results.items()])
    print(f"trained in {seconds:.0f} s ({cpu_seconds:.0f} s CPU), validation loss {loss}, {peak_mb():.0f} MB")
    result = {how: found._asdict() for how, found in results.items()}
    print(json.dumps({**result, "seconds": seconds, "cpu_seconds": cpu_seconds, "full_valid_loss": loss}))


if __name__ == "__main__":
    main()
