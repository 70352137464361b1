"""The job-file validator: its words, and its agreement with AutoTrain's own parser."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpers.lessons.autotrain.jobs import job_config, to_yaml
from helpers.lessons.autotrain.parameters import parameter_table
from helpers.lessons.autotrain.validator import check_config

INSIDE = Path(__file__).parent


def good() -> dict[str, Any]:
    return job_config("demo", "some/model", "data")


def without(*path: str) -> dict[str, Any]:
    config = good()
    section = config
    for key in path[:-1]:
        section = section[key]
    del section[path[-1]]
    return config


def changed(value: Any, *path: str) -> dict[str, Any]:
    config = good()
    section = config
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = value
    return config


WRONG = [
    (without("data", "chat_template"), "data.chat_template", "missing"),
    (without("log"), "log", "missing"),
    (without("backend"), "backend", "backend: local"),
    (without("task"), "task", "llm-sft"),
    (without("base_model"), "base_model", "missing"),
    (without("project_name"), "project_name", "missing"),
    (without("data"), "data", "missing"),
    (without("data", "column_mapping"), "data.column_mapping", "text_column"),
    (without("data", "train_split"), "data.train_split", "missing"),
    (without("data", "valid_split"), "data.valid_split", "null"),
    (changed("messages", "data", "column_mapping"), "data.column_mapping", "block"),
    (changed("text-classification", "task"), "task", "language-model"),
    (changed("my project!", "project_name"), "project_name", "letters, digits and hyphens"),
    (changed("x" * 51, "project_name"), "project_name", "50"),
    (changed("two", "params", "epochs"), "epochs", "a whole number"),
    (changed("a lot", "params", "lr"), "lr", "a number"),
    (changed("cloud", "backend"), "backend", "no backend"),
    (changed("spaces-a10g-small", "backend"), "hub.username", "username"),
    (changed(["learning rate"], "params"), "params", "block"),
]


@pytest.mark.parametrize(
    ("config", "where", "words"), WRONG, ids=[f"{case[1]}-{n}" for n, case in enumerate(WRONG)]
)
def test_says_what_autotrain_would_refuse(config: dict[str, Any], where: str, words: str, work: Path) -> None:
    report = check_config(config, folder=work)
    assert not report.accepted
    assert report.findings[0].where == where
    assert words in report.findings[0].message


def test_a_good_job_is_ready(work: Path) -> None:
    report = check_config(good(), folder=work)
    assert report.ready
    assert str(report).startswith("✓")


@pytest.mark.parametrize(
    ("config", "where", "words"),
    [
        (changed("int4", "params", "quantization"), "quantization", "null"),
        (without("params", "quantization"), "quantization", "int4"),
        (changed("fp16", "params", "mixed_precision"), "mixed_precision", "GPU"),
        (changed(4096, "params", "block_size"), "block_size", "block"),
        (changed(0, "params", "epochs"), "epochs", "above zero"),
        (changed(None, "data", "chat_template"), "data.chat_template", "tokenizer"),
        (changed("elsewhere", "data", "path"), "data.path", "no folder"),
        (changed("data/train.jsonl", "data", "path"), "data.path", "folder"),
        (changed("test", "data", "train_split"), "data.path", "test.jsonl"),
        (changed({"text_column": "text"}, "data", "column_mapping"), "data.column_mapping", "messages"),
    ],
)
def test_warns_of_what_fails_later(config: dict[str, Any], where: str, words: str, work: Path) -> None:
    report = check_config(config, folder=work)
    assert report.accepted
    assert not report.ready
    finding = next(f for f in report.findings if f.kind == "will fail")
    assert (finding.where, words in finding.message) == (where, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("task: llm-sft\n\tlog: none\n", "not YAML (line 2)"),
        ("- a\n- b\n", "top level"),
        ("", "top level"),
        ("task: [1\n", "not YAML"),
    ],
)
def test_broken_files_are_findings(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    file.write_text(text)
    assert words in check_config(file).findings[0].message


def test_a_missing_or_binary_file_is_a_finding(tmp_path: Path) -> None:
    assert "Cannot read" in check_config(tmp_path / "none.yml").findings[0].message
    (tmp_path / "b.yml").write_bytes(b"\xff\xfe\x00")
    assert not check_config(tmp_path / "b.yml").accepted


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{broken\n", "line 1 is not JSON"),
        ("[1]\n", "not an object"),
        ("", "no rows"),
        ('{"messages": "hello"}\n', "row 1"),
        ('{"messages": [], "autotrain_text": 1}\n', "keeps for itself"),
    ],
)
def test_broken_data_is_a_finding(content: str, words: str, work: Path) -> None:
    (work / "data" / "train.jsonl").write_text(content)
    report = check_config(good(), folder=work)
    assert words in report.findings[0].message
    assert not report.ready


def test_names_a_misspelt_parameter_and_a_written_token(work: Path) -> None:
    config = changed(3, "params", "epoch") | {
        "hub": {"username": "a", "token": "hf_abc", "push_to_hub": False}
    }
    notes = {f.where: f.message for f in check_config(config, folder=work).findings}
    assert "`epochs`" in notes["epoch"]
    assert "${HF_TOKEN}" in notes["hub.token"]


def mutations(count: int) -> list[str]:
    """Job files with random keys dropped, changed or added; the same ones every time."""
    dice = random.Random(8)
    values: list[Any] = [
        None,
        True,
        0,
        3,
        -1,
        2.5,
        "3",
        "2e-4",
        "none",
        "abc",
        [],
        [1, 2],
        {},
        {"a": 1},
        ["ab"],
        "a-b c",
    ]
    names = list(parameter_table())
    texts = []
    for _ in range(count):
        config = copy.deepcopy(good())
        for _ in range(dice.randint(1, 3)):
            section = dice.choice(
                [config, config, config.get("data"), config.get("params"), config.get("params")]
            )
            if not isinstance(section, dict) or not section:
                continue
            key = dice.choice([*section, *section, dice.choice(names), "hub", "extra"])
            if dice.random() < 0.35:
                section.pop(key, None)
            else:
                section[key] = dice.choice(values)
        texts.append(yaml.safe_dump(config, sort_keys=False))
    return texts


TASKS = (
    "llm",
    "llm-sft",
    "llm-generic",
    "llm-dpo",
    "llm-orpo",
    "llm-reward",
    "lm_training",
    "llm-ppo",
    "LLM-SFT",
)


def test_agrees_with_autotrain(ask_autotrain: Any, tmp_path: Path, work: Path) -> None:
    """Over hand-made and random files: accepted by AutoTrain's parser if and only if accepted here."""
    hub = {"username": "me", "token": "${NO_SUCH_VARIABLE}", "push_to_hub": "yes"}
    texts = [to_yaml(case[0]) for case in WRONG] + [to_yaml(changed(task, "task")) for task in TASKS]
    texts += [to_yaml(good() | {"hub": hub}), to_yaml(good() | {"hub": None}), to_yaml(good() | {"hub": {}})]
    texts += [
        to_yaml(good() | {"hub": hub, "backend": b}) for b in ("spaces-t4-small", "local-ui", "local", "ep-x")
    ]
    texts += mutations(400)
    answers = ask_autotrain(INSIDE / "inside_parse.py", texts, tmp_path)
    for text, theirs in zip(texts, answers, strict=True):
        ours = check_config(text, folder=work)
        assert ours.accepted == theirs["accepted"], f"{text}\n{theirs}\n{ours}"
        if ours.accepted:
            assert ours.parameters == theirs["parameters"], text
    accepted = sum(answer["accepted"] for answer in answers)
    assert 50 < accepted < len(texts) - 50
