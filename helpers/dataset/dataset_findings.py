"""What the dataset checks say: for each thing wrong with a file a sentence and a way to put it right."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from helpers.dataset.finding_texts import sentences
from helpers.engine.text.content import NOT_OFFERED
from helpers.engine.text.row_reader import MIN_EXAMPLES
from helpers.engine.text.verdict import Problem
from helpers.ground.texts import _

KEPT_PER_CODE = 3


@dataclass(frozen=True)
class Finding:
    """One thing found in a file: where (`line` counts from 1; None: the whole file), what, and what to do.

    `rows` examples share it; `line` is then the first of them.
    """

    code: str
    line: int | None
    what: str
    fix: str
    warning: bool = False
    rows: int = 1

    def __str__(self) -> str:
        where = _("line {line}") if self.line else _("whole file")
        if self.line and self.rows > 1:
            where = _("{rows} examples, the first in line {line}")
        return f"{where.format(line=self.line, rows=self.rows)}: {self.what} {self.fix}"


@dataclass
class Findings:
    """Findings in the order they were met: the first few of each code in words, and how many rows in all."""

    shown: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, problem: Problem) -> None:
        """Add what a problem says."""
        self.counts[problem.code] += problem.rows
        if self.counts[problem.code] <= max(problem.rows, KEPT_PER_CODE):
            self.shown.append(explain(problem))


def explain(problem: Problem) -> Finding:
    """The finding that tells a beginner about a problem.

    >>> explain(Problem("no_assistant_message", 3)).what
    'No message of the role "assistant": there is no answer to learn.'
    """
    texts = sentences()
    what, fix = texts.get(f"{problem.code} {problem.detail}") or texts.get(problem.code, (problem.code, ""))
    number = "" if problem.message_index is None else problem.message_index + 1
    fields = {"detail": _readable(problem), "message": number, "minimum": MIN_EXAMPLES}
    what, fix = what.format(**fields), fix.format(**fields)
    return Finding(problem.code, problem.line, what, fix, problem.warning, problem.rows)


def _readable(problem: Problem) -> str:
    """The detail as people read it: parts by their name, of the JSON parser's place only the column."""
    if problem.code == "content_not_offered":
        return NOT_OFFERED[problem.detail]
    return re.sub(r": line 1 column (\d+) \(char \d+\)$", r" at character \1", problem.detail)
