"""The exercises of notebook 02, the decision checklist."""

from __future__ import annotations

from typing import Any

from helpers.ground.texts import _
from helpers.learning.exercises import Exercise
from helpers.learning.graders import choice, number
from helpers.learning.outcomes import Verdict, correct, not_yet


def _grade_case(answer: Any) -> Verdict:
    from helpers.lessons.checklist.verdict import decide

    case = getattr(answer, "answers", answer)
    purpose, examples = str(case.value("purpose") or ""), case.value("examples")
    if len(purpose.split()) < 4:
        return not_yet(_("Write the use case in one sentence of at least four words (question 1)."))
    if examples is None:
        return not_yet(_("Count the examples you have (question {n}); 0 is an answer, too.").format(n=10))
    decision = decide(case)
    open_points = len(decision.reasons)
    return correct(_("Verdict: {title}, for {n} reasons.").format(title=decision.title, n=open_points))


EXERCISES = (
    Exercise(
        name="02.verdict",
        title=_("Predict the verdict"),
        grade=choice(
            "A",
            {
                "B": _("A prototype needs data. With 8 examples a hosted service refuses the job."),
                "C": _("More caution comes first: below 10 examples nothing can be trained."),
            },
            _("Eight examples belong into the prompt. Training starts to pay from 50 to 100."),
        ),
        hints=(
            _("Which rule is the most cautious one that fires?"),
            _("Look at the rule about the number of examples in the table of rules."),
        ),
        solution='prediction = "A"',
        why=_('The most cautious rule decides; the others are listed under "Also noticed".'),
    ),
    Exercise(
        name="02.break_even",
        title=_("Requests until training is paid back"),
        grade=number(
            10_000,
            within=1,
            because={
                20_000: _(
                    "You left out what the tuned request costs; the saving is the difference of the two."
                ),
                6_666.67: _("You added the two costs. What is saved per request is their difference."),
                0.0: _("That is the saving per request. How many of them make up the 1 dollar of training?"),
            },
            praise=_("Training of 1 dollar, a saving of 0.0001 dollars each: 10,000 requests."),
        ),
        hints=(
            _("How much is saved by one request?"),
            _("1.00 / (0.00015 - 0.00005)"),
        ),
        solution="requests_needed = 1.00 / (0.00015 - 0.00005)",
        why=_("Hosting by the hour would be taken off the saving first, every month."),
    ),
    Exercise(
        name="02.case",
        title=_("A case of your own"),
        grade=_grade_case,
        hints=(
            _("Fill in the empty checklist above, then run this cell again."),
            _('Without a mouse: `mine.answers.set("purpose", "…")` and `mine.answers.set("examples", 60)`.'),
        ),
        solution=(
            'mine.answers.set("purpose", "Sort customer letters into our five folders")\n'
            'mine.answers.set("examples", 60)\n'
            "my_case = mine"
        ),
        why=_("A checklist that is half full is already useful: its reasons tell what to find out next."),
    ),
)
