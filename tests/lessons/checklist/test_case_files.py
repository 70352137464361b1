"""Cases are saved, loaded and exported; measured results are offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.ground.paths import data
from helpers.lessons.checklist import answers as files
from helpers.lessons.checklist.answers import Answers, preset
from helpers.lessons.checklist.evidence_offer import offers, take_over, tasks
from helpers.lessons.checklist.payback import BreakEven, break_even
from helpers.lessons.checklist.record import decision_record, save_record
from helpers.lessons.checklist.verdict import decide
from helpers.measure.evidence_store import record_evidence, record_scores
from helpers.measure.scores import Mode, Scores


def test_a_case_survives_saving_and_loading(course_home: Path) -> None:
    case = preset("support-style")
    case.title = "Ünser Fall / 1"
    case.set("tuned_score", 0.9, "measured", "f1")
    files.save(case)
    assert files.saved() == ["Ünser Fall / 1"]
    assert files.load("Ünser Fall / 1").as_dict() == case.as_dict()


@pytest.mark.parametrize("title", ["", "  ", "../..", "/"])
def test_a_case_without_a_name_is_not_saved(course_home: Path, title: str) -> None:
    with pytest.raises(ValueError, match="name"):
        files.save(Answers(title))


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"answers": 3}', '{"answers": {"examples": {"value": -5}}}']
)
def test_a_broken_file_is_refused_in_words(course_home: Path, content: str) -> None:
    files.checklists_folder().mkdir()
    (files.checklists_folder() / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="could not be loaded"):
        files.load("x")
    assert files.saved() == []


def test_unknown_questions_of_an_older_file_are_left_out() -> None:
    assert (
        Answers.from_dict({"answers": {"gone": {"value": 1}, "examples": {"value": 5}}}).value("examples")
        == 5
    )


def _measure() -> None:
    for approach, value in (
        ("base", 0.1),
        ("few-shot, 2 examples", 0.4),
        ("few-shot, 8 examples", 0.6),
        ("tuned", 0.9),
    ):
        record_evidence(task="recipes", approach=approach, metric="f1", value=value, n=20, model="m")
        record_evidence(
            task="recipes", approach=approach, metric="exact_match", value=value / 2, n=20, model="m"
        )
    record_evidence(task="recipes", approach="tuned", metric="tokens per request", value=300, n=20)


def test_measured_results_are_offered_by_one_metric(course_home: Path) -> None:
    _measure()
    assert tasks() == ["recipes"]
    values = {question: row["value"] for question, row in offers("recipes").items()}
    assert values == {"base_score": 0.1, "few_shot_score": 0.6, "tuned_score": 0.9}


def test_results_taken_over_are_marked_as_measured(course_home: Path) -> None:
    _measure()
    case = preset("recipe-lines")
    case.task = "recipes"
    take_over(case, "recipes")
    assert case.source_words("tuned_score").startswith("measured, f1, n=20")
    assert case.source_words("target_score") == "number of the example"
    case.set("target_score", 0.7)
    assert case.source_words("target_score") == "estimate"


ITEMS = data("lines/test.jsonl")


def _scored(
    approach: str, right: int, *, mode: Mode = "mock", split: Path = ITEMS, task: str = "recipe lines"
) -> None:
    scores = Scores([float(place < right) for place in range(40)], [True] * 40, mode=mode)
    record_scores("recipe lines", approach, "F1", scores, split, "gpt-4o-mini-2024-07-18")


def test_the_comparison_is_taken_over_item_by_item(course_home: Path) -> None:
    for approach, right in (("plain code", 31), ("zero-shot", 2), ("nearest examples", 20), ("tuned", 32)):
        _scored(approach, right)
    case = preset("recipe-lines")
    take_over(case, "recipe lines")
    assert (case.value("code_score"), case.value("scored_items")) == (0.775, 40)
    assert case.value("gain_low") <= 0, "one item of 40 shows nothing"
    assert "tuned against plain code" in case.source_words("gain_low")
    case.set("target_score", 0.9)
    assert "not-shown-better" in {reason.rule.id for reason in decide(case).reasons}


def test_what_mock_mode_measured_never_supports_more_than_a_prototype(course_home: Path) -> None:
    case = _good_case("mock")
    decision = decide(case)
    assert decision.verdict == "prototype"
    assert {reason.rule.id for reason in decision.reasons} == {"stand-in-answered"}
    assert decide(_good_case("local")).verdict == "go"


def _good_case(mode: Mode) -> Answers:
    for approach, right in (("zero-shot", 2), ("few-shot, 4 examples", 12), ("tuned", 36)):
        _scored(approach, right, mode=mode)
    case = preset("recipe-lines")
    take_over(case, "recipe lines")
    return case


def test_a_record_made_in_mock_mode_names_no_hosted_model(course_home: Path) -> None:
    text = decision_record(_good_case("mock"))
    assert "SmolLM2" in text and "a stand-in (mock mode)" in text
    assert "gpt" not in text.casefold()


def test_results_of_another_task_are_refused_in_words(course_home: Path) -> None:
    _scored("tuned", 36)
    with pytest.raises(ValueError, match="another task"):
        take_over(preset("recipe-assistant"), "recipe lines")
    own = Answers("Ours")
    take_over(own, "recipe lines")
    with pytest.raises(ValueError, match="another task"):
        take_over(own, "shopping lists")


def test_results_on_other_items_are_not_mixed(course_home: Path) -> None:
    _scored("zero-shot", 30, split=data("lines/train.jsonl"))
    _scored("tuned", 10)
    assert set(offers("recipe lines")) == {"tuned_score"}


def test_nothing_measured_offers_nothing(course_home: Path) -> None:
    assert tasks() == [] and offers("recipes") == {} and take_over(Answers(), "recipes") == []


def _costs() -> BreakEven:
    return break_even(
        "gpt-4o-mini", training_tokens=50_000, base_prompt_tokens=900, tuned_prompt_tokens=100,
        completion_tokens=50, requests_per_month=10_000,
    )  # fmt: skip


def test_the_record_tells_verdict_reasons_answers_and_costs(course_home: Path) -> None:
    case = preset("recipe-assistant")
    case.set("tuned_score", 0.9, "measured", "f1, n=20")
    text = decision_record(case, _costs())
    for part in (
        "# Recipe assistant",
        "**Verdict",
        "## Why",
        "## Break-even",
        "measured, f1, n=20",
        "## Benefits",
    ):
        assert part in text
    assert save_record(case, _costs()).read_text(encoding="utf-8") == text


def test_what_a_learner_types_cannot_break_the_record() -> None:
    case = Answers("a|b\n# x <script>")
    case.set("purpose", "x | y\n\n# heading <b>`")
    text = decision_record(case)
    assert "\n# heading" not in text and "<script>" not in text and "\n# x" not in text
    assert all(line.replace("\\|", "").count("|") == 4 for line in text.splitlines() if line.startswith("|"))
