"""The rows for function calling keep their rules, and are what their datasheet says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from helpers.dataset.dataset_checks import check_dataset
from helpers.ground.paths import data_folder

FOLDER = data_folder() / "function_calling"
SPEC = importlib.util.spec_from_file_location("function_calling_check", FOLDER / "check.py")
check = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check)


def test_the_data_keep_the_rules() -> None:
    assert list(check.problems()) == []


@pytest.mark.parametrize("split", check.SIZES)
def test_every_split_passes_the_checks_of_the_course(split: str) -> None:
    report = check_dataset(FOLDER / f"{split}.jsonl")
    assert report.ok and not report.findings and report.n_examples == check.SIZES[split]


def test_the_datasheet_has_the_numbers() -> None:
    sheet = (FOLDER / "README.md").read_text("utf-8")
    for split, *numbers in check.numbers():
        assert f"| `{split}.jsonl` | {' | '.join(map(str, numbers))} |" in sheet


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"minutes": "10", "name": "pasta"}, "minutes is no integer"),
        ({"minutes": 0, "name": "pasta"}, "minutes is below 1"),
        ({"minutes": 10, "name": "rice"}, "name is not in the words"),
        ({"name": "pasta", "minutes": 10}, "arguments ['name', 'minutes']"),
    ],
)
def test_a_call_against_the_rules_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, object], problem: str
) -> None:
    for name in ("tools.json", *(f"{split}.jsonl" for split in check.SIZES)):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    monkeypatch.setattr(check, "HERE", tmp_path)
    row = json.loads((FOLDER / "train.jsonl").read_text("utf-8").splitlines()[0])
    timer = check.tools()["set_timer"]
    row["tools"] = [timer, *(tool for tool in check.tools().values() if tool != timer)][:3]
    call = {"name": "set_timer", "arguments": json.dumps(arguments)}
    row["messages"][1]["content"] = "Ten minutes for the pasta."
    row["messages"][2] = {
        "role": "assistant",
        "tool_calls": [{"id": "c", "type": "function", "function": call}],
    }
    lines = (FOLDER / "train.jsonl").read_text("utf-8").splitlines()
    (tmp_path / "train.jsonl").write_text("\n".join([json.dumps(row), *lines[1:]]), "utf-8")
    assert any(problem in found for found in check.problems())
