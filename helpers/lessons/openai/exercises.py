"""The exercises of notebook 03, fine-tuning with OpenAI."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from helpers.engine.text.row_rules import example_problems
from helpers.ground.texts import _
from helpers.learning.exercises import Exercise
from helpers.learning.graders import choice, function, number
from helpers.learning.outcomes import Verdict, correct, not_yet
from helpers.measure.item_lists import parse_list


def _grade_repair(answer: Any) -> Verdict:
    if isinstance(answer, str):
        try:
            answer = json.loads(answer)
        except json.JSONDecodeError as error:
            return not_yet(
                _("This text is not valid JSON: {error}. A dictionary will do, too.").format(error=error)
            )
    found = next(example_problems(answer), None)
    if found:
        return not_yet(_repair_message(*found))
    if parse_list(answer["messages"][-1]["content"]) is None:
        return not_yet(_("The answer is text, but no JSON list: the model would learn another format."))
    return correct(_("A conversation one can train on: a question, and the answer you want as text."))


def _repair_message(code: str, index: int | None, detail: str) -> str:
    where = "" if index is None else str(index + 1)
    texts = {
        "not_an_object": _("Give one dictionary with the key messages, not a list."),
        "unexpected_format": _("The key messages is missing. The conversation stands in it."),
        "unrecognized_role": _(
            'Message {n}: the role "{detail}" is unknown. Who speaks when a model answers?'
        ),
        "missing_role": _("Message {n} has no role."),
        "missing_content": _("Message {n} has no text as its content."),
        "content_not_text": _("Message {n}: the content must be text. json.dumps makes text of a list."),
        "extra_key": _('The key "{detail}" is unknown here. A person\'s rating is no part of the format.'),
        "last_not_assistant": _("The last message must be the assistant's: it is the answer to learn."),
        "no_assistant_message": _("No message has the role assistant: there is nothing to learn."),
    }
    return texts.get(code, _("The checks still find: {code} {detail}")).format(
        n=where, detail=detail, code=code
    )


def _why_f1(arguments: Sequence[Any], expected: float, got: Any) -> str:
    answer, wanted = (set(items) for items in arguments)
    if not isinstance(got, int | float):
        return _("F1 is one number.")
    hits = len(answer & wanted)
    if answer and abs(got - hits / len(answer)) < 1e-9:
        return _("That is precision: how much of the answer is right. It does not see what is missing.")
    if wanted and abs(got - hits / len(wanted)) < 1e-9:
        return _("That is recall: how much was found. It does not see what is invented.")
    if abs(got - hits / len(answer | wanted)) < 1e-9:
        return _("That is the Jaccard index, hits over all different items; F1 counts the hits twice.")
    return ""


EXERCISES = (
    Exercise(
        name="03.repair",
        title=_("Repair an example"),
        grade=_grade_repair,
        hints=(
            _("Three things are wrong: a role, a content, a key that does not belong there."),
            _("The role is `assistant`. A content is text: `json.dumps([...])`. Drop `rating`."),
        ),
        solution=(
            'answer = {"messages": [\n'
            '    {"role": "user", "content": "Recipe: Toast\\n\\nIngredients:\\n2 slices bread\\nbutter"},\n'
            '    {"role": "assistant", "content": json.dumps(["bread", "butter"])},\n'
            "]}"
        ),
        why=_("The service reads text and roles; everything else it refuses, and the job fails."),
    ),
    Exercise(
        name="03.cost",
        title=_("What the job is billed for"),
        grade=number(
            240_000,
            because={
                80_000: _("That is one epoch. Each epoch reads, and bills, the whole file again."),
                300_000: _("The validation file is not billed for training; only the training file is."),
                0.72: _("That is in dollars. The question is about tokens."),
            },
            praise=_("At 3 dollars per million tokens that is 72 cents."),
        ),
        hints=(
            _("Which file is trained on, and how often is it read?"),
            _("Tokens of the training file, times epochs. Validation costs nothing."),
        ),
        solution="answer = 400 * 200 * 3",
        why=_(
            "Training is billed by tokens times epochs; validation is free at OpenAI (prices seen 2026-11)."
        ),
    ),
    Exercise(
        name="03.f1",
        title=_("Write F1 yourself"),
        grade=function(
            [
                ((["flour", "eggs"], ["flour", "eggs"]), 1.0),
                ((["flour", "eggs", "salt"], ["flour", "eggs", "milk", "sugar"]), 4 / 7),
                ((["flour"], ["flour", "eggs", "milk"]), 0.5),
                ((["2 cups flour"], ["flour"]), 0.0),
            ],
            because=_why_f1,
            praise=_("It punishes both: what is missing and what is invented."),
        ),
        hints=(
            _("Make sets of both lists. How many items do they share?"),
            _("2 x shared / (items answered + items expected)."),
        ),
        solution=(
            "def f1(answer, expected):\n"
            "    hits = len(set(answer) & set(expected))\n"
            "    return 2 * hits / (len(set(answer)) + len(set(expected)))"
        ),
        why=_("F1 is the harmonic mean of precision and recall."),
    ),
    Exercise(
        name="03.curve",
        title=_("Read a loss curve"),
        grade=choice(
            "B",
            because={
                "A": _("Training loss goes on falling while a model learns its examples by heart."),
                "C": _(
                    "At step 25 both losses were still falling: there was more to learn that carries over."
                ),
                "D": _("A rising validation loss says stop, not that nothing was learned until then."),
            },
            praise=_("From there on the model gets better at the training file only: overfitting."),
        ),
        hints=(
            _("Which of the two losses speaks for recipes that the model has never seen?"),
            _("Look for the step at which the validation loss is lowest."),
        ),
        solution='answer = "B"',
        why=_("That is why jobs keep checkpoints: one can go back to the best one."),
    ),
)
