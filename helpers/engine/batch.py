"""Answers written together by one adapter: one step writes a token of each. Answers may join at any step."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.engine.answer import Answer
from helpers.engine.decoder import Decoder, KeyValue, Packed
from helpers.engine.lora import Adapter

GROW = 64


class Batch:
    """The rows of one adapter.

    Keys and values lie in one tensor per layer, (rows, kv_heads, columns, head_dim), right-aligned: the
    newest token of every row stands in column `self._end - 1`, shorter rows begin later.
    """

    def __init__(self, decoder: Decoder, adapter: Adapter | None) -> None:
        self.decoder, self.adapter = decoder, adapter
        self.answers: list[Answer] = []
        self._cache: list[KeyValue] = []
        self._lengths = torch.zeros(0, dtype=torch.long)
        self._next = torch.zeros(0, dtype=torch.long)
        self._end = 0

    @torch.inference_mode()
    def join(self, prompt: list[int], answers: list[Answer]) -> None:
        """Read a prompt and write the first token of each of its answers."""
        opening = len(self.adapter.invocation) if self.adapter and self.adapter.invocation else 0
        past: list[list[KeyValue] | None] = [None]
        if opening and len(prompt) > opening:
            past = list(self.decoder.read(Packed([prompt[:-opening]], past), None)[1])
            prompt = prompt[-opening:]
        hidden, kept = self.decoder.read(Packed([prompt], past), self.adapter)
        scores = self.decoder.logits(hidden[-1:])
        tokens = [answer.next_token(scores[0].clone()) for answer in answers]
        going = [i for i, answer in enumerate(answers) if not answer.finish_reason]
        if going:
            self._append(kept[0], len(going))
            self._next = torch.cat([self._next, torch.tensor([tokens[i] for i in going])])
            self.answers += [answers[i] for i in going]

    def _append(self, rows: list[KeyValue], copies: int) -> None:
        length = rows[0][0].shape[1]
        self._resize(max(length, self._end), max(length, self._end) + GROW, copies)
        for (keys, values), (new_keys, new_values) in zip(self._cache, rows, strict=True):
            keys[-copies:, :, self._end - length : self._end] = new_keys
            values[-copies:, :, self._end - length : self._end] = new_values
        self._lengths = torch.cat([self._lengths, torch.full((copies,), length)])

    def _resize(self, end: int, columns: int, more_rows: int = 0) -> None:
        """Move to new tensors with `columns` columns whose filled part ends at `end`."""
        shape, dtype = self.decoder.shape, self.decoder.model.dtype
        rows, keep = len(self.answers), min(self._end, end)
        new: list[KeyValue] = []
        for layer in range(shape.layers):
            pair = []
            for which in range(2):
                fresh = torch.zeros(rows + more_rows, shape.kv_heads, columns, shape.head_dim, dtype=dtype)
                if rows:
                    fresh[:rows, :, end - keep : end] = self._cache[layer][which][
                        :, :, self._end - keep : self._end
                    ]
                pair.append(fresh)
            new.append((pair[0], pair[1]))
        self._cache, self._end = new, end

    @torch.inference_mode()
    def step(self) -> None:
        """Write one more token of every answer; finished and cancelled ones leave."""
        self._leave()
        if not self.answers:
            return
        if self._end == self._cache[0][0].shape[2]:
            longest = int(self._lengths.max())
            self._resize(longest, longest + GROW)
        positions, self._end, self._lengths = self._lengths, self._end + 1, self._lengths + 1
        columns = torch.arange(self._end)
        absent = columns[None, :] < (self._end - self._lengths)[:, None]
        bias = torch.zeros(absent.shape, dtype=self.decoder.model.dtype).masked_fill_(absent, float("-inf"))

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            keys, values = self._cache[layer]
            keys[:, :, self._end - 1], values[:, :, self._end - 1] = k.transpose(0, 1), v.transpose(0, 1)
            filled = keys[:, :, : self._end], values[:, :, : self._end]
            return _attention(q.transpose(0, 1), *filled, bias)

        hidden = self.decoder.run(self.decoder.model.embedding[self._next], positions, attend, self.adapter)
        scores = self.decoder.logits(hidden)
        self._next = torch.tensor(
            [answer.next_token(row) for answer, row in zip(self.answers, scores, strict=True)]
        )

    def _leave(self) -> None:
        stays = [i for i, a in enumerate(self.answers) if not (a.finish_reason or a.cancelled)]
        if len(stays) == len(self.answers):
            return
        rows = torch.tensor(stays, dtype=torch.long)
        self._cache = [(keys[rows], values[rows]) for keys, values in self._cache] if stays else []
        self._lengths, self._next = self._lengths[rows], self._next[rows]
        self.answers = [self.answers[i] for i in stays]
        self._end = self._end if stays else 0


def _attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """One query per row: q (rows, heads, dim), k, v (rows, kv_heads, columns, dim) → (rows, heads*dim)."""
    rows, kv_heads, _, dim = k.shape
    grouped = q.reshape(rows, kv_heads, -1, dim)
    scores = grouped @ k.transpose(2, 3) * dim**-0.5 + bias[:, None, None]
    return (scores.softmax(-1) @ v).reshape(rows, -1)
