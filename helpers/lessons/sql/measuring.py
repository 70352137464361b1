"""Measures a model on the test questions, shows the score by group and records it as evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _
from helpers.lessons.sql.generation import answer_all
from helpers.lessons.sql.prompts import Message, Question, prompt_messages
from helpers.lessons.sql.scoring import GROUPS, Judged, Score, accuracy, accuracy_by, judge_all
from helpers.measure.nearest import nearest_places
from helpers.measure.scores import Mode, Scores
from helpers.show.bars import plot_bars
from helpers.show.counter_line import counter_line
from helpers.show.showing import show_html
from helpers.show.table import table

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

Examples = Sequence[Question] | Callable[[Question], Sequence[Question]]


@dataclass(frozen=True)
class Measured:
    """The judged answers of one approach, their score, prompt tokens per question, and the seconds taken."""

    approach: str
    judged: list[Judged]
    score: Score
    tokens_per_prompt: float
    seconds: float

    mode: Mode = "local"
    answered_by: str = ""

    @property
    def answers(self) -> list[str]:
        return [item.answer for item in self.judged]

    @property
    def scores(self) -> Scores:
        """1 per question that is right, for a `helpers.Ladder`; the form is right where the query runs."""
        return Scores(
            [float(item.correct) for item in self.judged], [not item.result.failure for item in self.judged],
            tokens=round(self.tokens_per_prompt * len(self.judged)), mode=self.mode,
            answered_by=self.answered_by,
        )  # fmt: skip


def measure_code(approach: str, write: Callable[[Question], str], questions: Sequence[Question]) -> Measured:
    """The same for plain code: `write` gives a query for a question.

    >>> from helpers.lessons.sql.prompts import questions
    >>> measure_code("copied", lambda question: question.sql, questions("test")[:3]).score.value
    copied: 1.00 (3/3, 95% interval 0.44-1.00)
    1.0
    """
    started = time.monotonic()
    judged = judge_all(questions, [write(question) for question in questions])
    result = Measured(approach, judged, accuracy(judged), 0.0, time.monotonic() - started, "code")
    print(f"{approach}: {result.score}")
    return result


def nearest(training: Sequence[Question], k: int = 3) -> Callable[[Question], tuple[Question, ...]]:
    """A function that looks up the `k` training questions most like a question, the most alike last (BM25).

    >>> from helpers.lessons.sql.prompts import questions
    >>> look_up = nearest(questions("train"), k=1)
    >>> look_up(questions("train")[4])[0].question == questions("train")[4].question
    True
    """
    places = nearest_places([question.question for question in training], k)
    return lambda question: tuple(training[place] for place in places(question.question))


def measure(
    approach: str,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    questions: Sequence[Question],
    examples: Examples = (),
    model_name: str = "SmolLM2-135M-Instruct",
) -> Measured:
    """Ask every question (after `examples`), run the answers and print the score.

    `examples` are the same for every question, or a function that gives some for each. `model` and
    `tokenizer` are of transformers. Gives the judged answers, the execution accuracy (0 to 1) with its
    interval, prompt tokens per question and seconds. Raises ValueError without questions, PromptTooLong where
    one leaves the model no room.

    >>> measure("base", model=None, tokenizer=None, questions=[])
    Traceback (most recent call last):
    ValueError: There are no questions to measure with.
    """
    if not questions:
        raise ValueError(_("There are no questions to measure with."))
    shown = examples if callable(examples) else lambda _question: tuple(examples)
    prompts = [prompt_messages(q.question, q.schema, tuple(shown(q))) for q in questions]
    tokens = sum(_count_tokens(tokenizer, prompt) for prompt in prompts)
    started = time.monotonic()
    with counter_line(len(prompts), approach) as line:

        def advance(done: int, _total: int) -> None:
            for _number in range(done - line.done):
                line.step()

        size = 20 if examples else 50
        answers = answer_all(model, tokenizer, prompts, batch_size=size, progress=advance)
    seconds = time.monotonic() - started
    judged = judge_all(questions, answers)
    result = Measured(
        approach, judged, accuracy(judged), tokens / len(prompts), seconds, answered_by=model_name
    )
    print(f"{approach}: {result.score}")
    return result


def _count_tokens(tokenizer: Any, prompt: list[Message]) -> int:
    return len(tokenizer.apply_chat_template(prompt)["input_ids"])


def show_groups(*results: Measured) -> None:
    """A table: execution accuracy per difficulty, schema and wording, one column per approach.

    `results` are what `measure` gives.

    >>> from helpers.lessons.sql.prompts import questions
    >>> judged = judge_all(questions("test")[:2], [question.sql for question in questions("test")[:2]])
    >>> show_groups(Measured("reference", judged, accuracy(judged), 150.0, 0.1))  # doctest: +ELLIPSIS
    all: 1.00 (2/2, ...
    """
    names = [result.approach for result in results]
    rows = [(_("all"), [result.score for result in results])]
    for group in GROUPS:
        groups = [accuracy_by(result.judged, group) for result in results]
        rows += [(f"{group}: {name}", [scores[name] for scores in groups]) for name in groups[0]]
    plain = "\n".join(f"{name}: " + "; ".join(map(str, scores)) for name, scores in rows)
    show_html(table(["", *names], [[name, *map(_cell, scores)] for name, scores in rows]), plain)


def _cell(score: Score) -> str:
    low, high = score.interval
    return f"{score.value:.2f} ({low:.2f}-{high:.2f}, n={score.total})"


def plot_scores(*results: Measured) -> None:
    """Bars of execution accuracy with 95% intervals; `results` are what `measure` gives.

    >>> from helpers.lessons.sql.prompts import questions
    >>> judged = judge_all(questions("test")[:2], [questions("test")[0].sql, "SELECT"])
    >>> plot_scores(Measured("half right", judged, accuracy(judged), 150.0, 0.1))
    Execution accuracy on 2 test questions. half right: 0.50.
    """
    plot_bars(
        {result.approach: result.score.value for result in results},
        intervals={result.approach: result.score.interval for result in results},
        title=_("Execution accuracy on {n} test questions").format(n=results[0].score.total),
    )
