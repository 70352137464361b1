"""A blind comparison: two answers to one question, in an order nobody knows, and a vote."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Literal

from helpers.ground.texts import _
from helpers.measure.asking import Reply
from helpers.measure.intervals import wilson_interval
from helpers.show.showing import show_widget

Vote = Literal["A", "B", "tie"]
Pair = tuple[str, dict[str, str]]


class BlindVote:
    """The state of a vote over some questions; the widget is a face of it.

    >>> vote = BlindVote(["Q?"], {"base": ["It is 4."], "tuned": ["Oh, 4."]})
    >>> vote.cast("tie"); vote.counts
    {'base': 0, 'tuned': 0, 'tie': 1}
    """

    def __init__(
        self, questions: Sequence[str], answers: Mapping[str, Sequence[Reply | str | None]], *, seed: int = 18
    ) -> None:
        if len(answers) != 2:
            raise ValueError("A blind vote compares exactly two models.")
        self.questions, self.names = list(questions), list(answers)
        texts = {name: [_text(reply) for reply in replies] for name, replies in answers.items()}
        draw = random.Random(seed)
        self.orders = [draw.sample(self.names, 2) for _question in questions]
        self.shown = [
            {letter: texts[name][place] for letter, name in zip("AB", order, strict=True)}
            for place, order in enumerate(self.orders)
        ]
        self.votes: list[str] = []

    @property
    def is_over(self) -> bool:
        return len(self.votes) == len(self.questions)

    @property
    def counts(self) -> dict[str, int]:
        """How often each model was preferred."""
        return {name: self.votes.count(name) for name in [*self.names, "tie"]}

    def cast(self, vote: Vote) -> None:
        """Vote on the present question: the answer A, the answer B, or no difference."""
        if not self.is_over:
            order = self.orders[len(self.votes)]
            self.votes.append("tie" if vote == "tie" else order["AB".index(vote)])

    def result(self) -> str:
        """Who won, with the 95% interval (Wilson, 1927) of the second model's share of the decided votes."""
        first, second = self.names
        counts = self.counts
        decided = counts[first] + counts[second]
        text = _("{a} preferred {n_a} times, {b} {n_b} times, no difference {ties} times.").format(
            a=first, n_a=counts[first], b=second, n_b=counts[second], ties=counts["tie"]
        )
        if not decided:
            return text
        low, high = wilson_interval(counts[second], decided)
        share = _("{b} won {share:.0%} of the decided votes (95% interval {low:.0%} to {high:.0%}).")
        return text + " " + share.format(b=second, share=counts[second] / decided, low=low, high=high)


def show_blind_vote(
    questions: Sequence[str],
    answers: Mapping[str, Sequence[Reply | str | None]],
    *,
    ask: str = "",
    seed: int = 18,
) -> BlindVote:
    """Show the vote; `.counts` and `.result()` tell how it went. Nothing is told before the last vote.

    `answers` has two models' answers by name, each in the order of the questions: texts, or what `ask_many`
    gives. `seed` fixes who stands on which side. Raises ValueError for more or fewer than two models.

    >>> vote = show_blind_vote(["2 + 2?"], {"base": ["It is 4."], "tuned": ["Oh, 4. Who knew?"]})
    A vote over 1 questions; run the notebook to take part.
    >>> vote.cast("tie"); vote.counts
    {'base': 0, 'tuned': 0, 'tie': 1}
    """
    vote = BlindVote(questions, answers, seed=seed)
    face = _Face(vote, ask or _("Which answer is more like Clippy: right, and sarcastic?"))
    n = len(vote.questions)
    show_widget(face.widget, _("A vote over {n} questions; run the notebook to take part.").format(n=n))
    return vote


class _Face:
    """Buttons and texts of a vote."""

    def __init__(self, vote: BlindVote, ask: str) -> None:
        import ipywidgets

        self.vote, self.ask, self.view = vote, ask, ipywidgets.HTML()
        self.buttons = []
        for label, choice in ((_("Answer A"), "A"), (_("Answer B"), "B"), (_("No difference"), "tie")):
            button = ipywidgets.Button(description=label)
            button.on_click(lambda _button, choice=choice: self._cast(choice))
            self.buttons.append(button)
        self.widget = ipywidgets.VBox([self.view, ipywidgets.HBox(self.buttons)])
        self._show()

    def _cast(self, choice: Any) -> None:
        self.vote.cast(choice)
        self._show()

    def _show(self) -> None:
        if self.vote.is_over:
            for button in self.buttons:
                button.disabled = True
            self.view.value = f'<p role="status"><b>{escape(self.vote.result())}</b></p>'
            return
        place = len(self.vote.votes)
        heading = _("Question {i} of {n}").format(i=place + 1, n=len(self.vote.questions))
        shown = self.vote.shown[place]
        answers = "".join(f"<p><b>{letter}</b>&ensp;{escape(shown[letter])}</p>" for letter in ("A", "B"))
        self.view.value = (
            f'<div role="status"><p><b>{escape(heading)}</b><br>{escape(self.vote.questions[place])}</p>'
            f"{answers}<p>{escape(self.ask)}</p></div>"
        )


def _text(reply: Reply | str | None) -> str:
    text = reply.text if isinstance(reply, Reply) else reply
    return text if text is not None else _("(no answer)")
