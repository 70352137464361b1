"""Ready-made graders: each returns a function from an answer to a verdict.

>>> grade = number(12, because={10: "You forgot the two of the system message."})
>>> grade(12).outcome, grade(10).message
('correct', 'You forgot the two of the system message.')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from helpers.ground.texts import _
from helpers.learning.blank import is_blank
from helpers.learning.outcomes import CORRECT, Verdict, correct, not_yet

Grade = Callable[[Any], Verdict]


def choice(right: str, because: Mapping[str, str], praise: str = "") -> Grade:
    """One letter; `because` has the message of every other letter."""

    def grade(answer: Any) -> Verdict:
        letter = str(answer).strip().upper().strip(".)")
        if letter == right.upper():
            return correct(praise)
        offered = ", ".join(sorted([right, *because]))
        return not_yet(
            because.get(letter) or _("Answer with one of these letters: {offered}.").format(offered=offered)
        )

    return grade


def number(
    target: float,
    *,
    within: float = 0.0,
    because: Mapping[float, str] | None = None,
    praise: str = "",
    otherwise: str = "",
) -> Grade:
    """A number, absolute tolerance `within`; `because` has a message per misconceived number."""

    def grade(answer: Any) -> Verdict:
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return not_yet(_("Give a number; this is a {kind}.").format(kind=type(answer).__name__))
        if abs(answer - target) <= within:
            return correct(praise)
        for wrong, message in (because or {}).items():
            if abs(answer - wrong) <= within:
                return not_yet(message)
        return not_yet(otherwise or (_("Too small.") if answer < target else _("Too large.")))

    return grade


def function(
    cases: Iterable[tuple[Sequence[Any], Any]],
    *,
    because: Callable[[Sequence[Any], Any, Any], str] | None = None,
    praise: str = "",
    within: float = 1e-9,
) -> Grade:
    """A function, called on each `(arguments, expected)`.

    `because(arguments, expected, got)` may name the misconception behind a wrong result.
    """
    cases = list(cases)

    def grade(answer: Any) -> Verdict:
        if not callable(answer):
            text = _("Pass the function itself, without parentheses; this is a {kind}.")
            return not_yet(text.format(kind=type(answer).__name__))
        return next(filter(None, (_try(answer, *case, because, within) for case in cases)), correct(praise))

    return grade


def _try(
    answer: Callable, arguments: Sequence[Any], expected: Any, because: Any, within: float
) -> Verdict | None:
    call = ", ".join(_short(value) for value in arguments)
    try:
        got = answer(*deepcopy(list(arguments)))
    except Exception as error:
        text = _("Called with ({call}) your function stops with {error}.")
        return not_yet(text.format(call=call, error=f"{type(error).__name__}: {error}"))
    if got is None and expected is not None:
        return not_yet(_("Your function gives back None. Did you forget a `return`?"))
    if _same(got, expected, within):
        return None
    named = because(arguments, expected, got) if because else ""
    plain = _("Called with ({call}) your function gives {got}; expected was {expected}.").format(
        call=call, got=_short(got), expected=_short(expected)
    )
    return not_yet(f"{named} {plain}".strip())


def words(groups: Iterable[tuple[Iterable[str], str]], *, at_least: int = 8, praise: str = "") -> Grade:
    """A free text: long enough, and touching every group of word beginnings; each group has a message.

    It looks for ideas, not for one wording; it cannot judge whether a sentence is true.
    """
    groups = [(tuple(beginnings), message) for beginnings, message in groups]

    def grade(answer: Any) -> Verdict:
        text = str(answer).lower()
        if len(re.findall(r"\w+", text)) < at_least:
            return not_yet(_("Write a sentence or two: at least {n} words.").format(n=at_least))
        missing = [message for beginnings, message in groups if not _touches(text, beginnings)]
        return not_yet(missing[0]) if missing else correct(praise)

    return grade


def each(parts: Mapping[str, Grade], praise: str = "") -> Grade:
    """A dictionary with one answer per key; the first key that is not right yet is named."""

    def grade(answer: Any) -> Verdict:
        if not isinstance(answer, dict):
            return not_yet(_("Give a dictionary with these keys: {keys}.").format(keys=", ".join(parts)))
        for key, part in parts.items():
            if is_blank(answer.get(key)):
                return not_yet(_("{key}: not filled in yet.").format(key=key))
            verdict = part(answer[key])
            if verdict.outcome != CORRECT:
                return not_yet(f"{key}: {verdict.message}")
        return correct(praise)

    return grade


def _touches(text: str, beginnings: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(start)}", text) for start in beginnings)


def _same(got: Any, expected: Any, within: float) -> bool:
    if isinstance(expected, float) and isinstance(got, int | float) and not isinstance(got, bool):
        return abs(got - expected) <= within
    try:
        return bool(got == expected) and isinstance(got, bool) == isinstance(expected, bool)
    except Exception:
        return False


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
