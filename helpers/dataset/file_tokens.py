"""How long the examples of a training file are, in tokens of the hosted model."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path

from helpers.dataset.dataset_findings import Finding
from helpers.dataset.file_survey import survey
from helpers.dataset.tokens import DEFAULT_MODEL, encoding_of
from helpers.engine.text.verdict import Kind
from helpers.facts import catalog
from helpers.ground.texts import _


@dataclass(frozen=True)
class TokenStatistics:
    """Token counts of a training file for one model.

    `counts` holds one total per good example, in the file's order; `n_skipped` rows cannot be trained on, and
    `problems` name the first of them. `n_too_long` examples exceed `limit`, the most tokens per example that
    the service takes (None: unknown). `n_with_tools` examples define tools, which count too.
    """

    path: Path
    model: str
    counts: array[int] = field(repr=False)
    assistant_counts: array[int] = field(repr=False)
    n_skipped: int = 0
    limit: int | None = None
    n_with_tools: int = 0
    problems: tuple[Finding, ...] = ()

    @property
    def n_examples(self) -> int:
        return len(self.counts)

    @property
    def total(self) -> int:
        """Tokens of one epoch before the service cuts examples at its limit."""
        return sum(self.counts)

    @property
    def billed_per_epoch(self) -> int:
        """Tokens of one epoch as billed: each example counts up to the limit."""
        return self.total if self.limit is None else sum(min(count, self.limit) for count in self.counts)

    @property
    def n_too_long(self) -> int:
        return 0 if self.limit is None else sum(count > self.limit for count in self.counts)

    def quantile(self, share: float, assistant: bool = False) -> int:
        """The token count that `share` of the examples do not exceed; 0 for an empty file."""
        ordered = sorted(self.assistant_counts if assistant else self.counts)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0

    def __str__(self) -> str:
        lines = [
            _("{name}: {n} examples, {total:,} tokens for {model}").format(
                name=self.path.name, n=self.n_examples, total=self.total, model=self.model
            ),
            _("tokens per example   shortest {0}, half up to {1}, 95% up to {2}, longest {3}").format(
                *(self.quantile(share) for share in (0, 0.5, 0.95, 1))
            ),
            _("in the answers       shortest {0}, half up to {1}, 95% up to {2}, longest {3}").format(
                *(self.quantile(share, assistant=True) for share in (0, 0.5, 0.95, 1))
            ),
        ]
        if self.limit is not None:
            text = _("longer than the {limit:,} tokens this model takes: {n}")
            lines.append(text.format(limit=self.limit, n=self.n_too_long))
        if self.n_skipped:
            lines.append(_("rows that could not be read: {n}").format(n=self.n_skipped))
        return "\n".join([*lines, *(f"✗ {problem}" for problem in self.problems)])


def token_statistics(path: str | Path, model: str = DEFAULT_MODEL, kind: Kind = "chat") -> TokenStatistics:
    """Count the tokens of every example of a training file, in flat memory.

    Raises OSError if the file cannot be read.

    >>> from helpers.ground.paths import data
    >>> statistics = token_statistics(data("lines/train.jsonl"), model="gpt-4o-mini")
    >>> statistics.n_examples, statistics.quantile(0.5, assistant=True)
    (60, 11)
    """
    found, hosted = survey(Path(path), kind, encoding_of(model)), catalog.find(model)
    return TokenStatistics(
        path=Path(path),
        model=model,
        counts=found.totals,
        assistant_counts=found.answers,
        n_skipped=found.skipped,
        limit=hosted.max_tokens_per_example if hosted else None,
        n_with_tools=found.with_tools,
        problems=tuple(found.why_not()),
    )
