"""The verdict follows from the answers by the rules of the data file; no widget is needed."""

from __future__ import annotations

import pytest

from helpers.lessons.checklist import rules
from helpers.lessons.checklist.answers import Answers, preset, presets
from helpers.lessons.checklist.questions import questions, sections
from helpers.lessons.checklist.verdict import decide

GOOD = {
    "purpose": "List ingredients", "aspect": "format", "facts_change": "rarely", "few_shot": "measured",
    "base_score": 0.1, "few_shot_score": 0.4, "rag": "irrelevant", "tunability": "yes", "examples": 100,
    "data_quality": "checked", "held_out": "yes", "effort": "yes", "compute": "yes", "maintenance": "yes",
    "target_score": 0.8, "tuned_score": 0.9, "scored_items": 100, "gain_low": 0.4, "answered": "real",
    "saves_tokens": "irrelevant", "extensibility": "yes",
}  # fmt: skip


def _case(**changes: object) -> Answers:
    answers = Answers("case")
    for name, value in {**GOOD, **changes}.items():
        answers.set(name, value)
    return answers


@pytest.mark.parametrize("entry", presets(), ids=lambda entry: entry["id"])
def test_every_preset_gets_the_verdict_it_stands_for(entry: dict) -> None:
    assert decide(preset(entry["id"])).verdict == entry["expect"]


@pytest.mark.parametrize(
    ("changes", "verdict", "rule"),
    [
        ({}, "go", "better-than-baseline"),
        ({"purpose": ""}, "not yet", "use-case-named"),
        ({"tunability": "no"}, "not yet", "tunable"),
        ({"examples": 9}, "not yet", "enough-examples"),
        ({"examples": 0}, "not yet", "enough-examples"),
        ({"examples": 10}, "prototype", "few-examples"),
        ({"examples": 49}, "prototype", "few-examples"),
        ({"examples": 50}, "go", "better-than-baseline"),
        ({"examples": None}, "not yet", "examples-counted"),
        ({"data_quality": "poor"}, "not yet", "good-data"),
        ({"effort": "no"}, "not yet", "somebody-does-it"),
        ({"compute": "no"}, "not yet", "money"),
        ({"tuned_score": 0.4}, "not yet", "tuned-beats-baseline"),
        ({"tuned_score": 0.3}, "not yet", "tuned-beats-baseline"),
        ({"aspect": "facts", "rag": "no"}, "try first", "facts-by-retrieval"),
        ({"facts_change": "daily"}, "try first", "facts-change"),
        ({"rag": "no"}, "try first", "documents-help"),
        ({"few_shot": None}, "try first", "few-shot-first"),
        ({"few_shot": "looked"}, "try first", "few-shot-measured"),
        ({"few_shot_score": 0.85}, "try first", "baseline-good-enough"),
        ({"few_shot_score": 0.85, "saves_tokens": "yes", "gain_low": 0.01}, "go", "pays-back"),
        ({"few_shot_score": 0.79, "tuned_score": 0.8, "gain_low": -0.06}, "prototype", "not-shown-better"),
        (
            {"few_shot_score": 0.79, "tuned_score": 0.8, "gain_low": None},
            "prototype",
            "difference-not-measured",
        ),
        ({"gain_low": 0}, "prototype", "not-shown-better"),
        ({"few_shot_score": None}, "try first", "few-shot-without-score"),
        ({"code_score": 0.95}, "not yet", "tuned-beats-baseline"),
        ({"code_score": 0.85}, "try first", "baseline-good-enough"),
        ({"answered": "stand-in"}, "prototype", "stand-in-answered"),
        ({"answered": None}, "prototype", "stand-in-answered"),
        ({"scored_items": None}, "prototype", "items-not-counted"),
        ({"scored_items": 12}, "prototype", "too-few-items"),
        ({"held_out": "no"}, "try first", "held-out-set"),
        ({"tunability": "unknown"}, "prototype", "tunability-checked"),
        ({"tuned_score": None}, "prototype", "nothing-tuned"),
        (
            {"base_score": None, "few_shot": "looked", "few_shot_score": None},
            "try first",
            "few-shot-measured",
        ),
        ({"base_score": None, "few_shot_score": None, "tuned_score": None}, "prototype", "baseline-measured"),
        ({"tuned_score": 0.7}, "prototype", "below-target"),
        ({"maintenance": "no"}, "prototype", "maintenance-plan"),
        ({"compute": "unknown"}, "prototype", "cost-estimated"),
        ({"target_score": None}, "prototype", "target-named"),
        ({"data_quality": "unchecked"}, "prototype", "data-checked"),
        ({"aspect": "tokens"}, "prototype", "only-tokens"),
    ],
)
def test_one_answer_changes_the_verdict(changes: dict, verdict: str, rule: str) -> None:
    decision = decide(_case(**changes))
    assert decision.verdict == verdict
    assert rule in {reason.rule.id for reason in decision.reasons}


def test_an_empty_checklist_is_not_yet() -> None:
    assert decide(Answers()).verdict == "not yet"


def test_every_reason_names_the_answers_it_rests_on() -> None:
    for changes in ({}, {"examples": 3}, {"tuned_score": 0.2}, {"rag": "no", "facts_change": "daily"}):
        decision = decide(_case(**changes))
        assert decision.reasons
        for reason in (*decision.reasons, *decision.also):
            assert reason.because
            assert "{" not in reason.text


def test_a_reason_tells_the_numbers_and_where_they_come_from() -> None:
    answers = _case(tuned_score=0.3)
    answers.set("tuned_score", 0.3, "measured", "f1, n=20")
    reason = next(r for r in decide(answers).reasons if r.rule.id == "tuned-beats-baseline")
    assert "0.3" in reason.text and "0.4" in reason.text
    assert any("measured, f1, n=20" in words for _question, words in reason.because)


def test_every_rule_asks_about_known_answers_and_has_a_known_verdict() -> None:
    for rule in rules.rules():
        assert set(rule.rests_on()) <= set(questions())
        assert rule.verdict in rules.order()
        assert rule.title and rule.reason and rule.next


def test_every_rule_can_fire_and_can_stay_silent() -> None:
    from helpers.lessons.checklist.verdict import values_of

    for rule in rules.rules():
        cases = [_case(), Answers(), *(preset(entry["id"]) for entry in presets())]
        cases += [_case(**{c["answer"]: value}) for c in rule.when for value in _tries(c["answer"])]
        outcomes = {rule.fires(values_of(case)) for case in cases}
        assert outcomes == {True, False}, rule.id


def _tries(answer: str) -> list:
    if answer not in questions():
        return []
    question = questions()[answer]
    return (
        [None, *(value for value, _label in question.options)]
        if question.options
        else [None, 0, 20 if question.kind == "number" else 1]
    )


def test_every_question_stands_in_a_section_and_is_explained() -> None:
    known = {name for name, _title in sections()}
    assert all(question.section in known and question.explain for question in questions().values())
    assert {question.section for question in questions().values()} == known


@pytest.mark.parametrize(
    ("question", "value"),
    [("examples", -1), ("examples", "many"), ("examples", 2.5), ("examples", float("inf")),
     ("base_score", 1.2), ("base_score", "nan"), ("aspect", "colour"), ("nothing", 1), ("base_score", [])],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused_in_words(question: str, value: object) -> None:
    with pytest.raises(ValueError, match=question):
        Answers().set(question, value)


def test_a_blank_clears_an_answer() -> None:
    answers = _case()
    answers.set("examples", " ")
    assert answers.value("examples") is None
