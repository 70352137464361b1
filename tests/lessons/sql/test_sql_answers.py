"""Prompts, batched answers, the hub's data set, the failure browser, the model card."""

from __future__ import annotations

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from helpers.lessons.sql.databases import SchemaError, schema_text
from helpers.lessons.sql.failures import as_html, as_text, show_failures
from helpers.lessons.sql.generation import PromptTooLong, answer_all
from helpers.lessons.sql.hub_dataset import load_sql_create_context
from helpers.lessons.sql.model_card import may_publish, write_model_card
from helpers.lessons.sql.prompts import prompt_messages, questions
from helpers.lessons.sql.scoring import Score, judge

TEST = questions("test")


@pytest.fixture(scope="module")
def tiny(tiny_model):
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    return model, AutoTokenizer.from_pretrained(tiny_model)


def test_a_prompt_holds_the_tables_and_the_question():
    system, user = prompt_messages("How many books?", "library")
    assert schema_text("library") in system["content"]
    assert user == {"role": "user", "content": "How many books?"}


def test_worked_examples_come_before_the_question_with_their_tables():
    examples = questions("train")[:2]
    messages = prompt_messages("How many books?", "library", examples)
    assert [m["role"] for m in messages] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert messages[2]["content"] == examples[0].sql
    assert schema_text(examples[0].schema) in messages[1]["content"]
    assert messages[-1]["content"] == f"{schema_text('library')}\n\nHow many books?"


def test_tables_may_be_given_as_text_and_are_checked():
    assert "pet" in prompt_messages("How many?", "CREATE TABLE pet (id INTEGER)")[0]["content"]
    with pytest.raises(SchemaError, match="cannot read this schema"):
        prompt_messages("How many?", "CREATE TABEL pet (id INTEGER)")


def test_batches_answer_as_one_by_one(tiny):
    prompts = [prompt_messages(q.question, q.schema) for q in TEST[:5]]
    together = answer_all(*tiny, prompts, max_new_tokens=6, batch_size=3)
    single = [answer_all(*tiny, [prompt], max_new_tokens=6)[0] for prompt in prompts]
    assert together == single


def test_progress_counts_answers(tiny):
    seen = []
    prompts = [prompt_messages(q.question, q.schema) for q in TEST[:3]]
    answer_all(
        *tiny,
        prompts,
        max_new_tokens=2,
        batch_size=2,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(2, 3), (3, 3)]


def test_nothing_asked_nothing_answered(tiny):
    assert answer_all(*tiny, []) == []


def test_a_prompt_of_ten_thousand_tokens_is_refused_in_words(tiny):
    long = prompt_messages("please " * 10_000, "library")
    with pytest.raises(PromptTooLong, match=r"Prompt number 2 has 10,\d\d\d tokens.*Leave out tables"):
        answer_all(*tiny, [prompt_messages("Count.", "library"), long])


HUB_ROWS = [
    {
        "question": "How many heads of the departments are older than 56?",
        "context": "CREATE TABLE head (age INTEGER)",
        "answer": "SELECT COUNT(*) FROM head WHERE age > 56",
    },
    {"question": "Broken", "context": "CREATE TABEL head (age INTEGER)", "answer": "SELECT 1"},
    {
        "question": "List the names.",
        "context": "CREATE TABLE a (name VARCHAR); CREATE TABLE b (id VARCHAR)",
        "answer": "SELECT name FROM a",
    },
]


def test_the_hub_dataset_in_its_own_shape(tmp_path):
    (tmp_path / "sql_create_context_v4.json").write_text(json.dumps(HUB_ROWS), encoding="utf-8")
    data = load_sql_create_context(10, tmp_path)
    assert data.column_names == ["prompt", "completion"]
    assert sorted(row["completion"][0]["content"] for row in data) == [
        "SELECT COUNT(*) FROM head WHERE age > 56",
        "SELECT name FROM a",
    ]


def test_another_shape_is_refused(tmp_path):
    (tmp_path / "data.json").write_text(json.dumps([{"q": "x"}]), encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the columns question, context, answer; it has q"):
        load_sql_create_context(1, tmp_path)


def test_failures_show_both_queries_and_escape_what_a_model_wrote():
    item = judge(TEST[0], "SELECT '<script>alert(1)</script>'")
    assert "<script>" not in as_html(item)
    assert "&lt;script&gt;" in as_html(item)
    assert TEST[0].sql in as_text([item])


def test_no_failure_is_said(capsys):
    show_failures([judge(TEST[0], TEST[0].sql)])
    assert "No wrong answer among 1" in capsys.readouterr().out


def test_the_model_card_carries_the_scores(tmp_path):
    card = write_model_card(tmp_path, {"base": Score(3, 100), "tuned": Score(80, 100)}, rows=160)
    assert card.data.eval_results[0].metric_value == 0.8
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| base | 0.03 (3/100" in text
    assert "license: apache-2.0" in text


def test_publishing_needs_live_mode_and_a_token(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_MODE", "mock")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert not may_publish()
    said = capsys.readouterr().out
    assert "COURSE_MODE=live" in said
    assert "hf_secret" not in said
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setenv("COURSE_MODE", "live")
    assert not may_publish()
    assert "HF_TOKEN" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "agreed"), [("yes", True), ("no", False), (None, False)])
def test_publishing_asks_first(monkeypatch, capsys, typed, agreed):
    def answer(question: str) -> str:
        if typed is None:
            raise EOFError
        return typed

    monkeypatch.setenv("COURSE_MODE", "live")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setattr("builtins.input", answer)
    assert may_publish() is agreed
    said = capsys.readouterr().out
    assert "private repository" in said
    assert "hf_secret" not in said
