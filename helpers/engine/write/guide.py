"""Answers kept inside a grammar: llguidance says which tokens may come next."""

from __future__ import annotations

import llguidance.numpy as guidance
from llguidance import LLMatcher
from torch import Tensor

from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.types import EngineError


class Guide:
    """Keeps one answer inside a grammar of `engine/text/answer_grammar.py`."""

    def __init__(self, tokens: ChatTokens, grammar: str) -> None:
        self._matcher = LLMatcher(tokens.guidance(), grammar)
        if self._matcher.is_error():
            raise EngineError(f"Such answers are not possible with this model: {self._matcher.get_error()}")

    def allow(self, scores: Tensor) -> None:
        """Set the scores (float32, on the CPU) of all tokens that would leave the grammar to minus infinity.

        llguidance's own torch functions are compiled at run time, which needs a C++ compiler: NumPy's do not.
        """
        mask = guidance.allocate_token_bitmask(1, len(scores))
        guidance.fill_next_token_bitmask(self._matcher, mask, 0)
        guidance.apply_token_bitmask_inplace(scores[None].numpy(), mask)

    def add(self, token: int) -> bool:
        """Take a chosen token; true when nothing can follow it."""
        self._matcher.consume_token(token)
        return self._matcher.is_stopped()
