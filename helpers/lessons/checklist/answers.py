"""Answers to the checklist, each with where it comes from; saved and loaded by name."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from helpers.ground.paths import course_home, data
from helpers.ground.private import private_folder, write_private
from helpers.ground.texts import _
from helpers.lessons.checklist.questions import questions

Source = Literal["measured", "estimate", "example"]
SOURCES: tuple[Source, ...] = ("measured", "estimate", "example")
SCALES = ("score", "number", "difference")


@dataclass(frozen=True)
class Answer:
    """One answer; `source` says whether a number was measured, estimated, or comes with an example."""

    value: str | float | int
    source: Source = "estimate"
    note: str = ""


class Answers:
    """The answers of one case; `task` is what its measured results were measured on.

    >>> case = Answers("demo"); case.set("examples", 8); case.value("examples")
    8
    """

    def __init__(self, title: str = "", task: str = "") -> None:
        self.title, self.task = title, task
        self._given: dict[str, Answer] = {}

    def set(self, question: str, value: object, source: Source = "estimate", note: str = "") -> None:
        """Answers one question, or clears it with a blank. Raises ValueError for what cannot be an answer."""
        if question not in questions():
            raise ValueError(_("There is no question {id!r} in the checklist.").format(id=question))
        cleaned = questions()[question].clean(value)
        if cleaned is None:
            self._given.pop(question, None)
        else:
            self._given[question] = Answer(cleaned, source, note)

    def get(self, question: str) -> Answer | None:
        return self._given.get(question)

    def value(self, question: str) -> Any:
        """The value, or None where the question is open."""
        answer = self._given.get(question)
        return None if answer is None else answer.value

    def source_words(self, question: str) -> str:
        """For a number: whether it was measured, estimated or belongs to an example."""
        answer = self._given.get(question)
        if answer is None or questions()[question].kind not in SCALES:
            return ""
        words = {"measured": _("measured"), "estimate": _("estimate"), "example": _("number of the example")}
        return f"{words[answer.source]}{f', {answer.note}' if answer.note else ''}"

    def as_dict(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "task": self.task,
            "answers": {name: asdict(answer) for name, answer in self._given.items()},
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Answers:
        """Raises ValueError where the document is no checklist; unknown questions are left out."""
        if not isinstance(document, dict) or not isinstance(document.get("answers"), dict):
            raise ValueError(_("This file is not a saved checklist."))
        loaded = cls(str(document.get("title", "")), str(document.get("task", "")))
        for name, entry in document["answers"].items():
            if name in questions() and isinstance(entry, dict):
                given: Source = entry["source"] if entry.get("source") in SOURCES else "estimate"
                loaded.set(name, entry.get("value"), given, str(entry.get("note", "")))
        return loaded


def save(answers: Answers) -> Path:
    """Keeps a case in `<COURSE_HOME>/checklists/`, under its title; raises ValueError where it has none."""
    name = _file_name(answers.title)
    if not name:
        raise ValueError(_("Give the checklist a name before you save it."))
    folder = checklists_folder()
    private_folder(folder)
    target = folder / f"{name}.json"
    write_private(target, json.dumps(answers.as_dict(), indent=1, ensure_ascii=False))
    return target


def load(title: str) -> Answers:
    """A saved case by its title. Raises ValueError where there is none or it cannot be read."""
    try:
        text = (checklists_folder() / f"{_file_name(title)}.json").read_text(encoding="utf-8")
        return Answers.from_dict(json.loads(text))
    except (OSError, ValueError) as error:
        message = _("The checklist {title!r} could not be loaded: {error}")
        raise ValueError(message.format(title=title, error=error)) from error


def saved() -> list[str]:
    """Titles of the saved cases."""
    titles = []
    for path in sorted(checklists_folder().glob("*.json")):
        try:
            titles.append(str(json.loads(path.read_text(encoding="utf-8"))["title"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return titles


def presets() -> list[dict[str, Any]]:
    """The cases that come with the course: id, title, summary, answers."""
    return json.loads(data("checklist/presets.json").read_text(encoding="utf-8"))


def preset(name: str) -> Answers:
    """A case that comes with the course; its numbers are marked as an example's.

    >>> preset("eight-examples").value("examples")
    8
    """
    entry = next((entry for entry in presets() if entry["id"] == name), None)
    if entry is None:
        known = ", ".join(entry["id"] for entry in presets())
        raise ValueError(
            _("There is no preset {name!r}. The presets: {known}.").format(name=name, known=known)
        )
    answers = Answers(_(entry["title"]), entry.get("task", ""))
    for question, value in entry["answers"].items():
        answers.set(question, value, "example")
    return answers


def checklists_folder() -> Path:
    return course_home() / "checklists"


def _file_name(title: str) -> str:
    return re.sub(r"[^\w-]+", "-", title.strip().lower()).strip("-")[:80]
