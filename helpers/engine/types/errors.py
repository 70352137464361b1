"""What the engine cannot do, said in words."""

from __future__ import annotations


class EngineError(Exception):
    """Something the engine cannot do, in words a learner understands."""


class WeightsError(EngineError):
    """The base model's weights cannot be fetched, verified or converted."""


class ContextTooLong(EngineError):
    """A prompt with its answer, or a training example, has more tokens than the base model can hold."""

    def __init__(self, tokens: int, limit: int, asked: int = 0) -> None:
        self.tokens, self.limit, self.asked = tokens, limit, asked
        answer = f" and {asked} in the answer" if asked else ""
        super().__init__(
            f"The messages have {tokens} tokens{answer}, but this model's context is {limit} tokens. "
            "Shorten the messages or ask for fewer tokens."
        )
