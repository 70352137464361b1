"""What the engine cannot do, said in words."""

from __future__ import annotations


class EngineError(Exception):
    """Something the engine cannot do, in words a learner understands."""


class WeightsError(EngineError):
    """The base model's weights cannot be fetched, verified or converted."""


class ContextTooLong(EngineError):
    """A prompt has so many tokens that the base model has no room for an answer."""

    def __init__(self, tokens: int, limit: int) -> None:
        self.tokens, self.limit = tokens, limit
        super().__init__(
            f"The messages have {tokens} tokens, but this model's context is {limit} tokens. "
            "Shorten the messages."
        )
