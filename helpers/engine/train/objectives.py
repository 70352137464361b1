"""What a job minimises: the loss of a few rows and, if wanted, its gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from helpers.engine.model.decoder import Decoder
from helpers.engine.model.lora import Adapter
from helpers.engine.train.row_pass import RowPass
from helpers.engine.train.training_rows import Pair, Row

TOKENS_AT_ONCE = 256


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

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder

    def count(self, rows: Sequence[Row]) -> int:
        """What the batch's mean is taken over: its learned tokens."""
        return sum(sum(row.learned[1:]) for row in rows)

    def parts(self, rows: Sequence[Row], limit: int = TOKENS_AT_ONCE) -> Iterator[Sequence[Row]]:
        """Split a batch so that each part has about `limit` tokens: memory does not depend on its size."""
        part: list[Row] = []
        for row in rows:
            if part and sum(map(len, (each.ids for each in part))) + row.size > limit:
                yield part
                part = []
            part.append(row)
        if part:
            yield part

    def measure(self, rows: Sequence[Row], adapter: Adapter, into: Adapter | None, share: float) -> Measured:
        """Run one part. The gradients of `share` times its summed loss are added to `into`."""
        read = RowPass(self.decoder, rows, adapter, train=into is not None)
        if into:
            read.backward(torch.full_like(read.log_probs, -share), into)
        return Measured(-read.log_probs.sum().item(), read.hits.sum().item(), len(read.hits))


class DirectPreference:
    """DPO (Rafailov et al. 2023): -log σ(β·margin), the margin measured against where the job started."""

    def __init__(self, decoder: Decoder, beta: float, reference: Adapter | None) -> None:
        self.decoder, self.beta, self.reference = decoder, beta, reference
        self._known: dict[int, Tensor] = {}

    def count(self, pairs: Sequence[Pair]) -> int:
        return len(pairs)

    def parts(self, pairs: Sequence[Pair], limit: int = TOKENS_AT_ONCE) -> Iterator[Sequence[Pair]]:
        """Each pair by itself: its prompt is read once for both answers."""
        for pair in pairs:
            yield [pair]

    def measure(
        self, pairs: Sequence[Pair], adapter: Adapter, into: Adapter | None, share: float
    ) -> Measured:
        """Run one part; `hits` counts the pairs whose preferred answer gained more.

        `d loss / d log p = -β σ(-β margin)` for the preferred answer's tokens, the opposite for the other's.
        """
        measured = Measured()
        for pair in pairs:
            rows = [pair.preferred, pair.other]
            read, sizes = RowPass(self.decoder, rows, adapter, train=into is not None), _sizes(rows)
            gains = _sums(read, sizes) - self._reference(rows)
            margin = gains[0] - gains[1]
            if into:
                pull = share * self.beta * torch.sigmoid(-self.beta * margin)
                read.backward(torch.stack([-pull, pull]).repeat_interleave(torch.tensor(sizes)), into)
            loss = -F.logsigmoid(self.beta * margin)
            measured += Measured(loss.item(), float(margin > 0), 1)
        return measured

    def _reference(self, rows: Sequence[Row]) -> Tensor:
        key = id(rows[0])
        if key not in self._known:
            read = RowPass(self.decoder, rows, self.reference, train=False)
            self._known[key] = _sums(read, _sizes(rows))
        return self._known[key]


def _sizes(rows: Sequence[Row]) -> list[int]:
    return [sum(row.learned[1:]) for row in rows]


def _sums(read: RowPass, sizes: list[int]) -> Tensor:
    return torch.stack([part.sum() for part in read.log_probs.split(sizes)])
