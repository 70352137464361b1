"""The exercises of notebook 05: fine-tuning with Hugging Face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpers.ground.texts import _
from helpers.learning.exercises import Exercise
from helpers.learning.graders import choice, function, number

A, B = ("Ada", 1), ("Bo", 2)


def _why_same(arguments: Sequence[Any], expected: Any, got: Any) -> str:
    """The misconception behind a wrong comparison."""
    first, second, ordered = arguments
    if ordered:
        return _("With `ordered`, another order is another answer.")
    if len(first) != len(second):
        return _("A row that comes twice is not the same as the row once: a set forgets that.")
    if set(first) == set(second) and expected:
        return _("The question asked for no order, so the same rows in another order are right.")
    return _("These rows differ; look at how often each one comes.")


EXERCISES = (
    Exercise(
        name="05.same",
        title=_("When are two results the same?"),
        grade=function(
            [
                (([A, B], [A, B], False), True),
                (([A, B], [B, A], False), True),
                (([A, B], [B, A], True), False),
                (([A, B], [A, B], True), True),
                (([A, A], [A], False), False),
                (([A, A, B], [A, B, B], False), False),
                (([], [], False), True),
            ],
            because=_why_same,
            praise=_("Counted rows, and order only where it was asked for."),
        ),
        hints=(
            _("Two cases: with `ordered` the lists must be equal as they are."),
            _("Without: sort both lists first. A `set` would forget rows that come twice."),
        ),
        solution=(
            "def same(expected, found, ordered):\n"
            "    if ordered:\n"
            "        return expected == found\n"
            "    return sorted(expected, key=repr) == sorted(found, key=repr)"
        ),
        why=_("Comparing texts would call a right query wrong as soon as it is written differently."),
    ),
    Exercise(
        name="05.lora",
        title=_("How big is an adapter?"),
        grade=number(
            16 * (576 + 1536),
            because={
                576 * 1536: _(
                    "That is the whole matrix: full fine-tuning. LoRA trains two thin ones instead."
                ),
                16 * 576 * 1536: _("The two thin matrices are counted one after the other, not multiplied."),
                16 * 576: _("That is one of the two thin matrices. The other is 16 by 1,536."),
                16 * 1536: _("That is one of the two thin matrices. The other is 576 by 16."),
                2 * 16 * (576 + 1536): _("`lora_alpha` scales the product; it adds no numbers."),
            },
            praise=_("33,792 instead of 884,736: under four percent."),
        ),
        hints=(
            _("Two thin matrices: 576 by 16, and 16 by 1,536."),
            _("16 × 576 + 16 × 1,536."),
        ),
        solution="trained_numbers = 16 * (576 + 1536)",
        why=_("The count grows with the sum of the sides, the matrix itself with their product."),
    ),
    Exercise(
        name="05.columns",
        title=_("What the loss looks at"),
        grade=choice(
            "B",
            {
                "A": _("`messages` is a valid form: the trainer takes it, and trains on every token."),
                "C": _("The text is the same, but the trainer can no longer tell where the answer starts."),
            },
            praise=_("Five of six tokens would be tables and questions, which you never want it to write."),
        ),
        hints=(
            _("Which of the framed tokens could the trainer find without the two columns?"),
            _("Without a mark, every token counts."),
        ),
        solution='answer_3 = "B"',
        why=_("A lower loss would even look better: repeating tables is easy."),
    ),
)
