"""From answers to a verdict with its reasons.

>>> from helpers.lessons.checklist.answers import preset
>>> decide(preset("eight-examples")).verdict
'not yet'
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from helpers.ground.texts import _
from helpers.lessons.checklist.answers import Answers
from helpers.lessons.checklist.questions import questions
from helpers.lessons.checklist.rules import Rule, compared, document, order, rules


@dataclass(frozen=True)
class Reason:
    """A rule that fired: its sentence with the numbers filled in, and the answers behind it."""

    rule: Rule
    text: str
    because: tuple[tuple[str, str], ...]
    """(question, answer in words) pairs."""


@dataclass(frozen=True)
class Decision:
    """A verdict, the reasons for it, and what else was noticed (rules of the other verdicts)."""

    verdict: str
    title: str
    icon: str
    text: str
    reasons: tuple[Reason, ...]
    also: tuple[Reason, ...]


def decide(answers: Answers) -> Decision:
    """The most cautious verdict that any rule asks for; "prototype" where no rule speaks."""
    values = values_of(answers)
    fired = [_reason(rule, values, answers) for rule in rules() if rule.fires(values)]
    asked = {reason.rule.verdict for reason in fired}
    verdict = next((name for name in order() if name in asked), "prototype")
    look = next(entry for entry in document()["verdicts"] if entry["id"] == verdict)
    reasons = tuple(reason for reason in fired if reason.rule.verdict == verdict)
    also = tuple(reason for reason in fired if reason.rule.verdict != verdict)
    return Decision(
        verdict, _title(verdict, _(look["title"]), reasons), look["icon"], _(look["text"]), reasons, also
    )


def values_of(answers: Answers) -> dict[str, Any]:
    """Every answer by question, and the compared values: the largest of the answers each one names."""
    values = {name: answers.value(name) for name in questions()}
    for name, parts in compared().items():
        given = [values[part] for part in parts if values[part] is not None]
        values[name] = max(given, default=None)
    return values


def _title(verdict: str, title: str, reasons: tuple[Reason, ...]) -> str:
    techniques = list(dict.fromkeys(_(reason.rule.try_first) for reason in reasons if reason.rule.try_first))
    return f"{title}: {', '.join(techniques)}" if verdict == "try first" and techniques else title


def _reason(rule: Rule, values: dict[str, Any], answers: Answers) -> Reason:
    shown = defaultdict(str, {name: value for name, value in values.items() if value is not None})
    because = tuple((questions()[name].text, _words(name, answers)) for name in rule.rests_on())
    return Reason(rule, rule.reason.format_map(shown), because)


def _words(name: str, answers: Answers) -> str:
    source = answers.source_words(name)
    return questions()[name].words(answers.value(name)) + (f" ({source})" if source else "")
