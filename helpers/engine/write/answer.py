"""One answer being written: its tokens so far, its text, why it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.types import Chunk, GenerationRequest, TokenLogprob
from helpers.engine.write.answer_text import AnswerText
from helpers.engine.write.guide import Guide
from helpers.engine.write.sampling import Sampler


class Answer:
    """Number `index` of a request. `deliver` takes its chunks; `cancelled` is set when nobody listens now."""

    def __init__(
        self,
        request: GenerationRequest,
        index: int,
        limit: int,
        tokens: ChatTokens,
        deliver: Callable[[Chunk], None],
    ) -> None:
        self.request, self.index, self.limit, self.tokens = request, index, limit, tokens
        self.deliver, self.cancelled = deliver, False
        self.written = 0
        self.finish_reason: Literal["stop", "length"] | None = None
        self._text = AnswerText(tokens.tokenizer, request.stop)
        self._sampler = Sampler(request, index)
        self._guide = Guide(tokens, request.grammar) if request.grammar else None
        self._logprobs: list[TokenLogprob] = []

    def next_token(self, scores: Tensor) -> int:
        """Choose from fp32 `scores` (vocabulary,), deliver what can be shown, note the end."""
        raw = scores.clone() if self.request.logprobs else scores
        if self._guide:
            self._guide.allow(scores)
        token = self._sampler.choose(scores)
        if token in self.tokens.end:
            self._end("stop", "")
            return token
        self.written += 1
        if self.request.logprobs:
            self._logprobs.append(self._logprob(raw, token))
        text = self._text.add(token)
        if self._text.stopped or (self._guide and self._guide.add(token)):
            self._end("stop", text)
        elif self.written >= self.limit:
            self._end("length", text)
        elif text:
            self._deliver(text)
        return token

    def _end(self, reason: Literal["stop", "length"], text: str) -> None:
        self.finish_reason = reason
        self._deliver(text + self._text.finish())

    def _deliver(self, text: str) -> None:
        tokens, self._logprobs = self._logprobs if self.request.logprobs else None, []
        self.deliver(Chunk(self.index, text, tokens, self.finish_reason))

    def _logprob(self, scores: Tensor, token: int) -> TokenLogprob:
        values = torch.log_softmax(scores, -1)
        best = values.topk(self.request.top_logprobs) if self.request.top_logprobs else None
        top = [self._entry(v, t) for v, t in zip(*map(Tensor.tolist, best), strict=True)] if best else []
        return self._entry(float(values[token]), token, top)

    def _entry(self, value: float, token: int, top: list[TokenLogprob] | None = None) -> TokenLogprob:
        data = self.tokens.token_bytes(token)
        return TokenLogprob(data.decode("utf-8", "replace"), list(data), value, top or [])
