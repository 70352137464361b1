"""The checklist and the calculator as widgets, driven without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.lessons.checklist import answers as files
from helpers.lessons.checklist.answers import Answers, preset
from helpers.lessons.checklist.calculator import Calculator
from helpers.lessons.checklist.verdict_view import show_presets, show_rules, show_verdict
from helpers.lessons.checklist.widget import Checklist
from helpers.measure.evidence_store import record_evidence

NUMBERS = {
    "training_tokens": 50_000, "base_prompt_tokens": 900, "tuned_prompt_tokens": 100, "completion_tokens": 40
}  # fmt: skip


def _field(checklist: Checklist, question: str) -> Any:
    return next(field for field in checklist.fields if field.question.id == question)


def test_answers_typed_change_the_verdict(course_home: Path) -> None:
    checklist = Checklist(preset("recipe-assistant"))
    assert "Prototype" in checklist.verdict.value
    _field(checklist, "examples").control.value = "8"
    assert "Not yet" in checklist.verdict.value and "8 examples" in checklist.verdict.value
    assert checklist.answers.source_words("examples") == "estimate"


def test_what_cannot_be_read_is_told_and_changes_nothing(course_home: Path) -> None:
    checklist = Checklist(preset("recipe-assistant"))
    field = _field(checklist, "target_score")
    field.control.value = "85%"
    assert "alert" in field._note.value
    assert checklist.answers.value("target_score") == 0.75


def test_a_choice_can_be_taken_back(course_home: Path) -> None:
    checklist = Checklist(preset("recipe-assistant"))
    _field(checklist, "aspect").control.value = ""
    assert checklist.answers.value("aspect") is None
    assert "Not yet" in checklist.verdict.value


def test_save_load_and_change(course_home: Path) -> None:
    checklist = Checklist(preset("recipe-assistant"))
    checklist.title.value = "Mine"
    _field(checklist, "examples").control.value = "20"
    checklist.save()
    checklist.load("eight-examples")
    assert _field(checklist, "examples").control.value == "8"
    checklist.load("Mine")
    assert _field(checklist, "examples").control.value == "20" and checklist.title.value == "Mine"
    checklist.load("")
    assert _field(checklist, "examples").control.value == "" and checklist.answers.value("purpose") is None


def test_saving_without_a_name_is_told(course_home: Path) -> None:
    checklist = Checklist(Answers())
    checklist._try(checklist.save)
    assert "name" in checklist.status.value


def test_a_case_deleted_meanwhile_is_told(course_home: Path) -> None:
    checklist = Checklist(Answers())
    checklist._try(lambda: checklist.load("gone"))
    assert "could not be loaded" in checklist.status.value


def test_measured_results_are_filled_in(course_home: Path) -> None:
    record_evidence(task="shopping lists", approach="tuned", metric="f1", value=0.9, n=20, model="m")
    checklist = Checklist(preset("recipe-assistant"))
    checklist.use_evidence("shopping lists")
    assert _field(checklist, "tuned_score").control.value == "0.9"
    assert "measured" in _field(checklist, "tuned_score")._note.value


def test_the_record_is_written_and_offered(course_home: Path) -> None:
    checklist = Checklist(preset("recipe-assistant"))
    checklist.write_record()
    assert "download=" in checklist.record_link.value
    assert list((files.checklists_folder().parent / "decision-records").glob("*.md"))


def test_html_in_an_answer_stays_text(course_home: Path) -> None:
    checklist = Checklist(Answers("<script>alert(1)</script>"))
    checklist.write_record()
    _field(checklist, "purpose").control.value = "<img src=x onerror=alert(1)>"
    assert "<script>" not in checklist.record_link.value
    assert "<img" not in checklist.verdict.value


def test_every_slider_survives_both_ends() -> None:
    calculator = Calculator("gpt-4o-mini", 10_000, NUMBERS)
    for slider in (calculator.base, calculator.tuned, calculator.answer):
        for end in (slider.min, slider.max):
            slider.value = end
            assert "<img" in calculator.view.value
    for requests in (calculator.requests.options[0][1], calculator.requests.options[-1][1]):
        calculator.requests.value = requests
        assert calculator.result.sentence()[:20] in calculator.view.value
    calculator.hosting.value = True
    for model in calculator.model.options:
        calculator.model.value = model


def test_verdict_presets_and_rules_are_shown_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    show_verdict(preset("eight-examples"))
    show_presets()
    show_rules()
    said = capsys.readouterr().out
    assert "Not yet" in said and "daily-facts" in said and "Too few examples" in said
