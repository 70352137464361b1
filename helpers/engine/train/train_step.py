"""The training step: forward and backward over a few rows, in one place.

Rows are packed one after the other, about `TOKENS_AT_ONCE` trained tokens at a time, so that memory does not
depend on the batch size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import functional as F

from helpers.engine.model.decoder import Decoder
from helpers.engine.model.lora import Adapter
from helpers.engine.train.answer_loss import answer_log_probs
from helpers.engine.train.frozen_layers import FrozenLayers
from helpers.engine.train.training_rows import Pair, Row

TOKENS_AT_ONCE = 512
T = TypeVar("T", Row, Pair)


@dataclass(frozen=True)
class Measured:
    """Sums over a batch: `loss` and `hits` over `count` tokens (DPO: pairs)."""

    loss: float = 0.0
    hits: float = 0.0
    count: int = 0

    def __add__(self, other: Measured) -> Measured:
        return Measured(self.loss + other.loss, self.hits + other.hits, self.count + other.count)

    @property
    def mean_loss(self) -> float:
        return self.loss / max(self.count, 1)

    @property
    def accuracy(self) -> float:
        return self.hits / max(self.count, 1)


class Supervised:
    """Mean cross-entropy of the learned tokens."""

    def __init__(self, decoder: Decoder, frozen: FrozenLayers) -> None:
        self.decoder, self.frozen = decoder, frozen

    def run(self, rows: Sequence[Row], adapter: Adapter, train: bool) -> Measured:
        """Measure a batch; if `train`, add the gradients of its mean loss to the adapter's."""
        total, measured = sum(sum(row.learned[1:]) for row in rows), Measured()
        for part in in_parts(rows):
            values, hits = log_probs(self.decoder, self.frozen, part, adapter)
            if train:
                (-values.sum() / total).backward()
            measured += Measured(-values.sum().item(), hits.sum().item(), len(values))
        return measured


class DirectPreference:
    """DPO (Rafailov et al. 2023): -log σ(β·margin), the margin measured against where the job started."""

    def __init__(
        self, decoder: Decoder, frozen: FrozenLayers, beta: float, reference: Adapter | None
    ) -> None:
        self.decoder, self.frozen, self.beta, self.reference = decoder, frozen, beta, reference
        self._known: dict[int, float] = {}

    def run(self, pairs: Sequence[Pair], adapter: Adapter, train: bool) -> Measured:
        """Measure a batch of pairs; `hits` counts those whose preferred answer gained more."""
        measured = Measured()
        for part in in_parts(pairs):
            rows = [row for pair in part for row in (pair.preferred, pair.other)]
            gains = self._sums(rows, adapter) - self._reference(rows)
            margins = gains[0::2] - gains[1::2]
            losses = -F.logsigmoid(self.beta * margins)
            if train:
                (losses.sum() / len(pairs)).backward()
            measured += Measured(losses.sum().item(), (margins > 0).sum().item(), len(part))
        return measured

    def _sums(self, rows: Sequence[Row], adapter: Adapter | None) -> Tensor:
        values, _ = log_probs(self.decoder, self.frozen, rows, adapter)
        return torch.stack([part.sum() for part in values.split([sum(row.learned[1:]) for row in rows])])

    def _reference(self, rows: Sequence[Row]) -> Tensor:
        missing = [row for row in rows if id(row) not in self._known]
        if missing:
            with torch.no_grad():
                sums = self._sums(missing, self.reference).tolist()
            self._known.update(zip(map(id, missing), sums, strict=True))
        return torch.tensor([self._known[id(row)] for row in rows])


def in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Split a batch so that each part trains about `TOKENS_AT_ONCE` tokens."""
    part: list[T] = []
    for item in items:
        if part and sum(map(trained_tokens, part)) + trained_tokens(item) > TOKENS_AT_ONCE:
            yield part
            part = []
        part.append(item)
    yield part


def trained_tokens(item: Row | Pair) -> int:
    """Tokens that the training step runs with gradient."""
    return len(item.ids) if isinstance(item, Row) else len(item.preferred.ids) + len(item.other.ids)


def log_probs(
    decoder: Decoder, frozen: FrozenLayers, rows: Sequence[Row], adapter: Adapter | None
) -> tuple[Tensor, Tensor]:
    """Log-probabilities (nats) of the rows' learned tokens, one row after the other, and their hits (0/1)."""
    packed, x = frozen.packed(rows), frozen.read(rows)
    skipped = [0] * len(frozen.lead)
    after = [row.learned[max(len(skipped), 1) :] for row in rows]
    first = [] if frozen.lead else [0]
    learns = torch.tensor(skipped + [flag for part in after for flag in (*first, *part)], dtype=torch.bool)
    targets = torch.tensor([token for ids in packed.ids for token in ids])[learns]
    upper = range(frozen.count, decoder.shape.layers)
    attend = decoder.attend_packed(packed)
    x = decoder.run(x, packed.positions(), attend, adapter, upper, wanted=learns.roll(-1))
    return answer_log_probs(decoder.normed(x), decoder.model.head, targets)
