"""The Clippy files are what their script makes, keep their splits apart, and fit the services' format."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from types import ModuleType

import pytest

from helpers.ground.paths import data
from helpers.lessons.azure.scoring import names_fact
from helpers.lessons.azure.scoring import test_questions as questions


@pytest.fixture(scope="module")
def make_splits() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_splits", data("clippy/make_splits.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in data(f"clippy/{name}.jsonl").read_text("utf-8").splitlines()]


def test_the_files_are_what_the_script_makes(make_splits: ModuleType) -> None:
    for name, text in make_splits.files().items():
        assert data(f"clippy/{name}").read_text("utf-8") == text


def test_sizes_and_topics(make_splits: ModuleType) -> None:
    parts = make_splits.split(make_splits.conversations())
    assert {name: len(part) for name, part in parts.items()} == {"train": 60, "validation": 20, "test": 40}
    for part in parts.values():
        assert len({row["topic"] for row in part}) == 8
    assert rows("tiny_train") == rows("train")[:10]
    assert rows("tiny_validation") == rows("validation")[:10]


def test_no_question_is_in_two_splits() -> None:
    asked = [row["messages"][1]["content"] for name in ("train", "validation", "test") for row in rows(name)]
    assert [question for question, count in Counter(asked).items() if count > 1] == []


def test_every_reply_names_its_fact_and_every_fact_its_answer(make_splits: ModuleType) -> None:
    for row in make_splits.conversations():
        assert names_fact(row["reply"], row["accepted"]), row["question"]
    for question in questions():
        assert names_fact(question["reference"], question["accepted"])


def test_training_files_pass_the_services_checks() -> None:
    from helpers.engine.text.row_reader import read_verdicts

    for name in ("train", "validation", "tiny_train", "tiny_validation"):
        for verdict in read_verdicts(data(f"clippy/{name}.jsonl")):
            assert verdict.example and not verdict.problems
