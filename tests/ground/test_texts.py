"""Texts that a learner sees can be translated."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from helpers.authoring import catalogue
from helpers.ground import texts
from helpers.ground.paths import course_root
from helpers.learning import outcomes


def test_every_text_is_in_the_catalogue() -> None:
    assert catalogue.missing() == [], "run: python3 -m helpers.authoring.catalogue"


def test_no_text_is_put_together_before_it_is_looked_up() -> None:
    sources = (course_root() / "helpers").rglob("*.py")
    found = [path.name for path in sources if re.search(r"\b_\(\s*f[\"']", path.read_text(encoding="utf-8"))]
    assert found == []


def test_texts_of_data_files_are_collected() -> None:
    assert any(where.startswith("data/quizzes/") for _text, where in catalogue.texts())


def _write_translation(folder: Path) -> None:
    po = folder / "xx" / "LC_MESSAGES" / "course.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid "That is right."\nmsgstr "Tačno."\n', encoding="utf-8")


@pytest.fixture
def translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    _write_translation(tmp_path)
    monkeypatch.setattr(texts, "LOCALE_FOLDER", tmp_path)
    texts._translations.cache_clear()
    yield monkeypatch
    texts._translations.cache_clear()
    texts._language_in_env_file.cache_clear()


def test_a_translation_is_used_when_its_language_is_chosen(translated: pytest.MonkeyPatch) -> None:
    assert outcomes.correct().message == "That is right."
    translated.setenv("COURSE_LANGUAGE", "xx")
    assert outcomes.correct().message == "Tačno."
    assert texts._("Not yet") == "Not yet"


def test_the_language_may_stand_in_the_env_file(translated: pytest.MonkeyPatch, tmp_path: Path) -> None:
    translated.delenv("COURSE_LANGUAGE", raising=False)
    translated.setattr(texts, "course_root", lambda: tmp_path)
    texts._language_in_env_file.cache_clear()
    (tmp_path / ".env").write_text("COURSE_MODE=lve\nCOURSE_LANGUAGE=xx\n", encoding="utf-8")
    assert outcomes.correct().message == "Tačno."
    translated.setenv("COURSE_LANGUAGE", "en")
    assert outcomes.correct().message == "That is right."


@pytest.mark.parametrize("language", ["zz", "../xx", "..", "/etc", "C"])
def test_an_unknown_language_stays_english(translated: pytest.MonkeyPatch, language: str) -> None:
    translated.setenv("COURSE_LANGUAGE", language)
    assert texts._("Not yet") == "Not yet"
