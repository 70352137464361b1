"""Answers that are one JSON object: llguidance says which tokens may come next."""

from __future__ import annotations

import json

import llguidance.numpy as guidance
from llguidance import LLMatcher
from torch import Tensor

from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.types import EngineError

SCHEMA = json.dumps({"type": "object", "x-guidance": {"whitespace_pattern": "[ \\n]{0,2}"}})


class JsonGuide:
    """Keeps one answer inside the grammar of JSON objects (RFC 8259), with little white space."""

    def __init__(self, tokens: ChatTokens) -> None:
        self._matcher = LLMatcher(tokens.guidance(), LLMatcher.grammar_from_json_schema(SCHEMA))
        if self._matcher.is_error():
            raise EngineError(f"JSON answers are not possible with this model: {self._matcher.get_error()}")

    def allow(self, scores: Tensor) -> None:
        """Set the scores (float32, on the CPU) of all tokens that would leave the grammar to minus infinity.

        llguidance's own torch functions are compiled at run time, which needs a C++ compiler: NumPy's do not.
        """
        mask = guidance.allocate_token_bitmask(1, len(scores))
        guidance.fill_next_token_bitmask(self._matcher, mask, 0)
        guidance.apply_token_bitmask_inplace(scores[None].numpy(), mask)

    def add(self, token: int) -> bool:
        """Take a chosen token; true when the object is complete."""
        self._matcher.consume_token(token)
        return self._matcher.is_stopped()
