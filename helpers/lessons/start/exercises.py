"""The exercises of notebook 00, start."""

from __future__ import annotations

from typing import Any

from helpers.ground.texts import _
from helpers.learning.exercises import Exercise
from helpers.learning.graders import choice
from helpers.learning.outcomes import Verdict, correct, not_yet


def _grade_ask(answer: Any) -> Verdict:
    from helpers.measure.item_lists import parse_list

    text = str(answer)
    parsed = parse_list(text)
    if parsed is None:
        return not_yet(_("That is no JSON list. Pass the answer of the *tuned* model, unchanged."))
    if len(parsed) != 3:
        return not_yet(_("A JSON list, but not of three parts. Ask about one line only."))
    return correct(_("A form that a program can use, learned from 60 examples."))


EXERCISES = (
    Exercise(
        name="00.ask",
        title=_("Ask the tuned model about a line of your own"),
        grade=_grade_ask,
        hints=(
            _("Use `ask(tuned, …)` from above, with a line like you would find it in your own kitchen."),
            _('`my_answer = ask(tuned, "2 tbsp peanut butter")`'),
        ),
        solution='my_answer = ask(tuned, "2 tbsp peanut butter")',
        why=_("The ingredient was in no training example; what was learned is the form."),
    ),
    Exercise(
        name="00.mode",
        title=_("Mock or live"),
        grade=choice(
            "B",
            {
                "A": _("Nothing was sent to OpenAI: in mock mode the address is this computer."),
                "C": _("No answer is written down anywhere; change your question and the answer changes."),
            },
            _("The hosted name lets the same cell work in live mode; the badge tells who answers."),
        ),
        hints=(
            _("Look at the badge under the first cell."),
            _("In mock mode, whatever name you ask for, one small model answers."),
        ),
        solution='who_answered = "B"',
        why=_("Every answer also carries `system_fingerprint`, which begins with fp_mock in mock mode."),
    ),
)
