"""Answers written together by one adapter: one step writes a token of each. Answers may join at any step."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix

import torch
from torch import Tensor

from helpers.engine.model.attention import KeyValue, Packed
from helpers.engine.model.decoder import Decoder
from helpers.engine.model.lora import Adapter
from helpers.engine.write.answer import Answer
from helpers.engine.write.row_cache import RowCache

REMEMBERED_TOKENS = 2048


class Batch:
    """The answers that one adapter (or the base model) is writing, in the rows of a cache."""

    def __init__(self, decoder: Decoder, adapter: Adapter | None) -> None:
        self.decoder, self.adapter = decoder, adapter
        self.answers: list[Answer] = []
        self._cache = RowCache(decoder.model)
        self._last: tuple[list[int], list[KeyValue]] = [], []
        self._next: list[int] = []

    @torch.inference_mode()
    def join(self, prompts: Sequence[list[int]], answers: Sequence[list[Answer]]) -> None:
        """Read prompts together and write the first token of each prompt's answers."""
        hidden, pasts = self._read(prompts)
        for scores, past, group in zip(self.decoder.logits(hidden), pasts, answers, strict=True):
            tokens = [answer.next_token(scores.clone()) for answer in group]
            going = [i for i, answer in enumerate(group) if not answer.finish_reason]
            if going:
                self._cache.add(past, len(going))
                self._next += [tokens[i] for i in going]
                self.answers += [group[i] for i in going]

    def _read(self, prompts: Sequence[list[int]]) -> tuple[Tensor, list[list[KeyValue]]]:
        """Each prompt's last hidden state and its keys and values; a shared beginning is read once.

        What the prompts begin with like the last one read before them is not read again.
        """
        all_but_last = [prompt[:-1] for prompt in prompts]
        known = len(commonprefix([self._last[0], *all_but_last]))
        shared = len(commonprefix(all_but_last)) if len(prompts) > 1 else 0
        before = [(keys[:, :known], values[:, :known]) for keys, values in self._last[1]] if known else None
        rest = [prompt[max(known, shared) :] for prompt in prompts]
        led = shared > known
        packed = Packed([prompts[0][known:shared], *rest] if led else rest, led, known)
        hidden, kept = self.decoder.read(packed, self.adapter, before)
        ends = torch.tensor(packed.lengths).cumsum(0) - 1
        if len(prompts[-1]) <= REMEMBERED_TOKENS:
            self._last = prompts[-1], [(keys.clone(), values.clone()) for keys, values in kept[-1]]
        return hidden[ends][-len(prompts) :], kept[-len(prompts) :]

    @torch.inference_mode()
    def step(self) -> None:
        """Write one more token of every answer; finished and cancelled ones leave."""
        self._leave()
        if not self.answers:
            return
        lengths = torch.tensor(self._cache.lengths)
        absent = torch.arange(int(lengths.max()) + 1) > lengths[:, None]
        bias = torch.zeros(absent.shape, dtype=self.decoder.model.dtype).masked_fill_(absent, float("-inf"))

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            filled = self._cache.write(layer, k, v)
            return _attention(q, *filled, bias)

        x = self.decoder.run(self.decoder.embed(self._next), lengths, attend, self.adapter)
        scores = self.decoder.logits(self.decoder.normed(x))
        self._cache.advance()
        self._next = [answer.next_token(row) for answer, row in zip(self.answers, scores, strict=True)]

    def _leave(self) -> None:
        stays = [i for i, a in enumerate(self.answers) if not (a.finish_reason or a.cancelled)]
        if len(stays) == len(self.answers):
            return
        order = self._cache.keep(stays)
        self.answers = [self.answers[i] for i in order]
        self._next = [self._next[i] for i in order]


def _attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """One query per row: q (rows, heads, dim), k, v (rows, kv_heads, columns, dim) → (rows, heads*dim)."""
    rows, kv_heads, _, dim = k.shape
    grouped = q.reshape(rows, kv_heads, -1, dim)
    scores = grouped @ k.transpose(2, 3) * dim**-0.5 + bias[:, None, None]
    return (scores.softmax(-1) @ v).reshape(rows, -1)
