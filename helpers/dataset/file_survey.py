"""One reading of a training file: what is wrong with it, and how many tokens its examples have.

The checks, the statistics and the estimate all take it from here. A big file is read once as long as it does
not change: what was found is remembered, without the examples. Memory stays flat.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from helpers.dataset.conversation_checks import Conversations
from helpers.dataset.dataset_findings import Finding, Findings, explain
from helpers.dataset.example_tokens import ExampleTokens
from helpers.dataset.tokens import DEFAULT_ENCODING
from helpers.engine.model.weights import stored_base_model
from helpers.engine.text.context_fit import ContextFit
from helpers.engine.text.row_reader import read_verdicts
from helpers.engine.text.verdict import LEFT_OUT, Kind
from helpers.ground.settings import settings

REMEMBERED_FROM_BYTES, REMEMBERED_FILES = 2**20, 8
Announce = Callable[[str], None]


@dataclass
class Survey:
    """What one reading found.

    `totals` and `answers` are tokens per trainable example, `lines` and `questions` tell shared questions.
    """

    findings: Findings = field(default_factory=Findings)
    skipped: int = 0
    with_tools: int = 0
    totals: array[int] = field(default_factory=lambda: array("I"))
    answers: array[int] = field(default_factory=lambda: array("I"))
    lines: array[int] = field(default_factory=lambda: array("I"))
    questions: array[int] = field(default_factory=lambda: array("q"))

    def why_not(self) -> list[Finding]:
        """What keeps rows, or the whole file, from being trained on: errors first."""
        found = [each for each in self.findings.shown if not each.warning or each.code in LEFT_OUT]
        return sorted(found, key=lambda each: each.warning)


_remembered: OrderedDict[tuple[object, ...], Survey] = OrderedDict()


def survey(
    path: Path, kind: Kind = "chat", encoding: str = DEFAULT_ENCODING, announce: Announce | None = None
) -> Survey:
    """Read a file that exists. `announce` gets the first error as soon as it is met. Raises OSError."""
    state, model = path.stat(), _small_model()
    key = (path.resolve(), state.st_ino, state.st_size, state.st_mtime_ns, kind, encoding, model)
    found = _remembered.get(key)
    if found is None:
        found = _read(path, kind, encoding, announce, ContextFit(model))
    elif announce and (errors := [str(finding) for finding in found.findings.shown if not finding.warning]):
        announce(errors[0])
    if state.st_size >= REMEMBERED_FROM_BYTES:
        _remembered[key] = found
        _remembered.move_to_end(key)
        while len(_remembered) > REMEMBERED_FILES:
            _remembered.popitem(last=False)
    return found


def _small_model() -> Path | None:
    """The folder of the model that would be trained, if it is known here; none of ours is in live mode."""
    return None if settings().is_live else stored_base_model()


def _read(path: Path, kind: Kind, encoding: str, announce: Announce | None, fit: ContextFit) -> Survey:
    found, tokens, conversations = Survey(), ExampleTokens(encoding), Conversations()
    for verdict in read_verdicts(path, kind):
        for problem in verdict.problems:
            found.findings.note(problem)
            if announce and not problem.warning:
                announce(str(explain(problem)))
                announce = None
        if (example := verdict.example) is None:
            found.skipped += verdict.line is not None
            continue
        tokens.add(example, verdict.size)
        fit.keeps(verdict)
        found.with_tools += bool(example.tools)
        for problem in conversations.look(example):
            found.findings.note(problem)
    for problem in (*conversations.problems(), *fit.problems()):
        found.findings.note(problem)
    tokens.flush()
    found.totals, found.answers = tokens.totals, tokens.answers
    found.lines, found.questions = conversations.lines, conversations.questions
    return found
