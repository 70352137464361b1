"""Tokens per example of a training file, counted in batches while the file is read."""

from __future__ import annotations

from array import array
from itertools import chain

from helpers.dataset.tokens import (
    BATCH,
    PER_MESSAGE,
    PER_NAME,
    PER_REPLY,
    TextCounter,
    definition_texts,
    message_texts,
    spoken_texts,
)
from helpers.engine.text.verdict import Example

BATCH_CHARACTERS = 500_000


class ExampleTokens:
    """Counts examples as they come: `totals` of all their messages and tools, `answers` of the assistant's.

    Call `flush` after the last one.
    """

    def __init__(self, encoding: str) -> None:
        self.totals, self.answers = array("I"), array("I")
        self._counter = TextCounter(encoding)
        self._waiting: list[tuple[list[str], list[str], int]] = []
        self._characters = 0

    def add(self, example: Example, size: int) -> None:
        """Take an example whose line has `size` bytes."""
        self._waiting.append(_counted_texts(example))
        self._characters += size
        if len(self._waiting) >= BATCH or self._characters > BATCH_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Count what waits."""
        self._counter.learn(chain.from_iterable(texts for texts, _, _ in self._waiting))
        for texts, answers, overhead in self._waiting:
            self.totals.append(self._counter.total(texts) + overhead)
            self.answers.append(self._counter.total(answers))
        self._waiting, self._characters = [], 0


def _counted_texts(example: Example) -> tuple[list[str], list[str], int]:
    """All texts of an example, those of its answers, and the overhead of its messages in tokens."""
    messages = example.messages
    if example.preferred and example.non_preferred:
        messages = [*messages, example.preferred, example.non_preferred]
    texts, answers = definition_texts(example.tools), list[str]()
    overhead = PER_REPLY + PER_MESSAGE * len(messages)
    for message in messages:
        role, content = message["role"], message.get("content")
        if len(message) == 2 and type(content) is str:
            texts += role, content
            if role == "assistant":
                answers.append(content)
            continue
        texts += message_texts(message)
        overhead += PER_NAME if "name" in message else 0
        if role == "assistant":
            answers += spoken_texts(message)
    return texts, answers, overhead
