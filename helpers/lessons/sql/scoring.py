"""Execution accuracy: an answer is right when its query returns what the reference query returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from helpers.lessons.sql.databases import database_path
from helpers.lessons.sql.execution import QueryResult, clean_answer, run_query, same_rows
from helpers.lessons.sql.prompts import Question
from helpers.measure.intervals import wilson_interval


@dataclass(frozen=True)
class Judged:
    """A question, the model's answer, the query found in it, both results, and whether they agree."""

    question: Question
    answer: str
    sql: str
    result: QueryResult
    expected: QueryResult
    correct: bool

    @property
    def reason(self) -> str:
        """`""` when right, else SQLite's failure, or `wrong rows`."""
        return "" if self.correct else self.result.failure or "wrong rows"


@dataclass(frozen=True)
class Score:
    """A share of right answers with its 95% interval (all between 0 and 1).

    >>> print(Score(9, 10))
    0.90 (9/10, 95% interval 0.60-0.98)
    """

    correct: int
    total: int

    @property
    def value(self) -> float:
        return self.correct / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, which is honest also near 0 and 1."""
        return wilson_interval(self.correct, self.total)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.2f} ({self.correct}/{self.total}, 95% interval {low:.2f}-{high:.2f})"


def judge(question: Question, answer: str) -> Judged:
    """Run the answer and the reference on the question's database and compare the results."""
    database = database_path(question.schema)
    sql = clean_answer(answer)
    expected, result = run_query(database, question.sql), run_query(database, sql)
    correct = not result.failure and same_rows(expected.rows, result.rows, question.ordered)
    return Judged(question, answer, sql, result, expected, correct)


def judge_all(questions: Sequence[Question], answers: Sequence[str]) -> list[Judged]:
    """`judge` for each pair. Raises ValueError when there are more questions than answers or the reverse."""
    return [judge(question, answer) for question, answer in zip(questions, answers, strict=True)]


def accuracy(judged: Sequence[Judged]) -> Score:
    """Execution accuracy of all answers."""
    return Score(sum(item.correct for item in judged), len(judged))


GROUPS: dict[str, Callable[[Question], str]] = {
    "difficulty": lambda question: question.difficulty,
    "kind": lambda question: question.pattern,
    "schema": lambda question: "seen in training" if question.seen_schema else "new to the model",
    "wording": lambda question: "new wording" if question.new_wording else "wording seen in training",
}


def accuracy_by(judged: Sequence[Judged], group: str) -> dict[str, Score]:
    """Execution accuracy per `difficulty`, `kind`, `schema` (seen or new) or `wording`."""
    name_of = GROUPS[group]
    names = list(dict.fromkeys(name_of(item.question) for item in judged))
    return {name: accuracy([item for item in judged if name_of(item.question) == name]) for name in names}
