"""Compares what several jobs produced: adapters, scores, time, memory, and how much one had to write."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _
from helpers.lessons.autotrain.data_checks import as_messages, read_rows, training_file
from helpers.lessons.autotrain.jobs import to_yaml, work_folder
from helpers.lessons.autotrain.preview import text_of
from helpers.lessons.autotrain.tables import show_rows
from helpers.lessons.autotrain.validator import typed_parameters

if TYPE_CHECKING:
    from helpers.lessons.autotrain.live_job import Run
    from helpers.measure.evaluation import Evaluation


def compare_adapters(first: Path, *others: Path) -> None:
    """Print the largest difference of any weight between the first project's adapter and each other one's.

    Raises FileNotFoundError for a project without an adapter.

    >>> import tempfile, torch
    >>> from safetensors.torch import save_file
    >>> projects = [Path(tempfile.mkdtemp()) / name for name in ("one", "two")]
    >>> for value, project in enumerate(projects):
    ...     project.mkdir()
    ...     save_file({"weight": torch.full((2, 2), value / 4)}, project / "adapter_model.safetensors")
    >>> compare_adapters(*projects)
    one and two: largest difference of a weight 2.5e-01
    """
    from safetensors.torch import load_file

    start = load_file(first / "adapter_model.safetensors")
    for project in others:
        other = load_file(project / "adapter_model.safetensors")
        largest = max((start[name] - other[name]).abs().max().item() for name in start)
        text = _("{first} and {other}: largest difference of a weight {value:.1e}")
        print(text.format(first=first.name, other=project.name, value=largest))


def answer_share(config: dict[str, Any], *, folder: Path | None = None) -> float:
    """The share (0 to 1) of a chat job's trained tokens that stand in assistant messages.

    `folder` is where relative data paths start, the work folder unless given. Raises `Refused` for a file
    AutoTrain refuses.

    >>> import tempfile
    >>> from helpers.lessons.autotrain.examples import toy_job
    >>> answer_share(toy_job(Path(tempfile.mkdtemp()), chats=True))
    0.25
    """
    from tokenizers import Tokenizer

    p = typed_parameters(config)
    tokenizer = Tokenizer.from_file(str(Path(p["model"]) / "tokenizer.json"))
    answered = trained = 0
    for row in read_rows(training_file(p, folder or work_folder()) or Path()):
        messages = as_messages(row[p["text_column"]]) or []
        trained += len(tokenizer.encode(text_of(messages, p)).ids)
        answers = [m["content"] for m in messages if m["role"] == "assistant"]
        answered += sum(len(tokenizer.encode(answer).ids) for answer in answers)
    return answered / trained


def make_completion_only(trl_job: dict[str, Any], source: Path) -> dict[str, Any]:
    """A `trl sft` job that trains on the answers only, with data in prompt and completion columns.

    The last message of each chat in `source/train.jsonl` becomes the completion. Rows are not packed. Raises
    OSError where the data cannot be read or written.

    >>> import tempfile
    >>> from helpers.ground.paths import data
    >>> source = Path(tempfile.mkdtemp()) / "recipes"
    >>> copied = shutil.copytree(data("recipes"), source)
    >>> job = make_completion_only({"packing": True, "seed": 42}, source)
    >>> job["dataset_name"], "packing" in job
    ('recipes-completion', False)
    """
    folder = source.with_name(f"{source.name}-completion")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    rows = [row["messages"] for row in read_rows(source / "train.jsonl")]
    lines = [json.dumps({"prompt": m[:-1], "completion": m[-1:]}, ensure_ascii=False) for m in rows]
    (folder / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    kept = {name: value for name, value in trl_job.items() if not name.startswith("packing")}
    return {**kept, "dataset_name": folder.name, "max_length": 512, "completion_only_loss": True}


def show_comparison(
    scores: Mapping[str, Evaluation], runs: Mapping[str, Run], *, lines: Mapping[str, str | dict[str, Any]]
) -> None:
    """One table: quality, time, memory, and lines of configuration, all of them measured.

    By the name of a way: `scores` are what `evaluate` gives, `runs` what `run_yaml` and its siblings give,
    `lines` what one had to write. Where one is missing stands a dash.

    >>> from helpers.measure.evaluation import evaluate
    >>> show_comparison({"base": evaluate(['["flour"]'], [["flour"]])}, runs={}, lines={})
    <IPython.core.display.Markdown object>
    """
    head = [_("Way"), _("F1 (95% interval)"), _("Exact"), _("Time"), _("Peak memory"), _("Lines to write")]
    rows = []
    for name, score in scores.items():
        low, high = score.f1_interval
        quality = [f"{score.f1:.2f} ({low:.2f} to {high:.2f})", f"{round(score.exact * score.n)} / {score.n}"]
        rows.append([name, *quality, *_effort(runs.get(name)), _lines(lines.get(name))])
    show_rows(head, rows)


def _effort(run: Run | None) -> list[str]:
    return ["–", "–"] if run is None else [f"{run.seconds:.0f} s", f"{run.peak_memory_mb / 1000:.1f} GB"]


def _lines(written: str | dict[str, Any] | None) -> str:
    text = to_yaml(written) if isinstance(written, dict) else written or ""
    return str(len([line for line in text.splitlines() if line.strip()])) if text else "–"
