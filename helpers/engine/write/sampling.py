"""From scores to the next token: penalties, temperature, nucleus, and what the alternatives were."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.engine.types import GenerationRequest

COLDEST = 1e-4
"""Below it the likeliest token has all of the probability, and fp32 scores divided by it are no numbers."""


class Sampler:
    """Chooses the tokens of one answer. The same seed gives the same tokens on the same machine."""

    def __init__(self, request: GenerationRequest, index: int) -> None:
        self.request = request
        self._random = torch.Generator()
        if request.seed is None:
            self._random.seed()
        else:
            self._random.manual_seed((request.seed + index) % 2**63)
        self._used: dict[int, int] = {}

    def choose(self, scores: Tensor) -> int:
        """Pick a token from fp32 `scores` (vocabulary,), which it may change."""
        token = self._pick(self._penalised(scores))
        self._used[token] = self._used.get(token, 0) + 1
        return token

    def _pick(self, scores: Tensor) -> int:
        if self.request.temperature < COLDEST:
            return int(scores.argmax())
        shares = torch.softmax(scores / self.request.temperature, -1)
        if self.request.top_p >= 1:
            return int(torch.multinomial(shares, 1, generator=self._random))
        ordered, tokens = shares.sort(descending=True)
        ordered[ordered.cumsum(0) - ordered > self.request.top_p] = 0.0
        return int(tokens[torch.multinomial(ordered, 1, generator=self._random)])

    def _penalised(self, scores: Tensor) -> Tensor:
        frequency, presence = self.request.frequency_penalty, self.request.presence_penalty
        if self._used and (frequency or presence):
            counts = torch.tensor(list(self._used.values()), dtype=scores.dtype)
            scores[list(self._used)] -= counts * frequency + presence
        return scores
