"""Measuring, agreement of two models and the picture of the labels, on the tiny model."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from helpers.ground.paths import data
from helpers.lessons.sql.agreement import answers_of, choices_along, count_equal
from helpers.lessons.sql.generation import answer_all
from helpers.lessons.sql.labels import show_labels
from helpers.lessons.sql.measuring import measure, nearest, plot_scores, show_groups
from helpers.lessons.sql.prompts import prompt_messages, questions
from helpers.measure.evidence_store import read_evidence
from helpers.measure.ladder import Ladder

TEST = questions("test")
PROMPTS = [prompt_messages(q.question, q.schema) for q in TEST[:4]]


@pytest.fixture(scope="module")
def tokenizer(tiny_model):
    return AutoTokenizer.from_pretrained(tiny_model)


@pytest.fixture
def tiny(tiny_model):
    return AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)


def test_a_model_agrees_with_itself_and_not_with_another(tiny, tiny_model, tokenizer):
    answers = answer_all(tiny, tokenizer, PROMPTS, max_new_tokens=8)
    own = choices_along(tiny, tokenizer, PROMPTS, answers, batch_size=3)
    assert count_equal(own, choices_along(tiny, tokenizer, PROMPTS, answers, batch_size=1)) == 4
    other = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    with torch.no_grad():
        for weights in other.parameters():
            weights.add_(torch.randn(weights.shape, generator=torch.Generator().manual_seed(1)) * 0.1)
    assert count_equal(own, choices_along(other, tokenizer, PROMPTS, answers)) < 4


def test_answers_another_model_gave_are_replaced_by_its_own(tiny, tokenizer):
    own = answer_all(tiny, tokenizer, PROMPTS)
    assert answers_of(tiny, tokenizer, PROMPTS, ["SELECT 1", *own[1:]]) == own


def test_a_measure_is_scored_and_shown_by_group(tiny, tokenizer, course_home, capsys):
    plain = measure("base", tiny, tokenizer, TEST[:3])
    shots = measure("few-shot", tiny, tokenizer, TEST[:3], examples=questions("train")[:1])
    assert shots.tokens_per_prompt > plain.tokens_per_prompt
    near = measure("nearest", tiny, tokenizer, TEST[:3], examples=nearest(questions("train"), k=2))
    assert near.tokens_per_prompt > shots.tokens_per_prompt
    Ladder("text-to-sql", data("sql/test.jsonl"), metric="accuracy").add("zero-shot", plain.scores)
    (kept,) = read_evidence("text-to-sql")
    assert (kept["value"], kept["n"], kept["mode"]) == (plain.score.value, 3, "local")
    assert kept["answered_by"].startswith("SmolLM2")
    show_groups(plain, shots)
    plot_scores(plain, shots)
    said = capsys.readouterr().out
    assert f"base: {plain.score}" in said
    assert "difficulty: " in said


def test_labels_frame_what_is_trained(tokenizer, capsys):
    ids = tokenizer("one two three")["input_ids"]
    show_labels(tokenizer, {"input_ids": ids, "labels": [-100, *ids[1:]]})
    said = capsys.readouterr().out
    assert f"{len(ids) - 1} of {len(ids)} tokens are trained on." in said
    assert "one[ two][ three]" in said
