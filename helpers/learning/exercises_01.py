"""The exercises of notebook 01, concepts."""

from __future__ import annotations

from helpers.learning.exercises import Exercise
from helpers.learning.graders import number
from helpers.texts import _

EXERCISES = (
    Exercise(
        name="01.tokens",
        title=_("What examples in the prompt cost"),
        grade=number(
            430_000,
            because={
                400_000: _(
                    "Those are the examples alone. The question itself is sent, too: 30 tokens each time."
                ),
                30_000: _(
                    "That is the prompt without examples. With 8 examples each request carries 8 x 50 more."
                ),
                430: _("That is one request. The bill is for 1,000 of them."),
            },
            praise=_("Every request pays for the examples again; a tuned model would send 30,000 tokens."),
        ),
        hints=(
            _("First work out one request: the question, and what 8 examples add to it."),
            _("One request: 30 + 8 x 50 tokens. How many requests are there?"),
        ),
        solution="answer = 1_000 * (30 + 8 * 50)",
        why=_("A prompt is sent whole with every request; that is what fine-tuning can save."),
    ),
)
