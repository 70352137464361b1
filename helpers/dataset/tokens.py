"""Exact GPT token counts without a network, from the encodings inside the `splintr-rs` package.

Hosted prices are per GPT token. (The mock cloud's `usage` counts the tokens of the small model that really
answers; the two differ.) Chats are counted as the OpenAI cookbook does, "How to count tokens" (seen
2026-11-22): 3 tokens around each message, 1 for a name, 3 that open the reply.

>>> count_tokens("two cups of flour", model="gpt-4o-mini")
4
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from operator import sub
from typing import Any

from helpers.engine.text.content import content_text
from helpers.engine.text.tool_rules import called_functions, tool_functions
from helpers.facts import catalog

Messages = Sequence[Mapping[str, Any]]
Tools = Sequence[Mapping[str, Any]]
DEFAULT_MODEL, DEFAULT_ENCODING = "gpt-4o-mini", "o200k_base"
PER_MESSAGE, PER_NAME, PER_REPLY = 3, 1, 3
BATCH = 512
KEPT_CHARACTERS = 1_000_000
"""How much text a counter remembers the counts of before it begins anew: memory stays flat."""


def count_tokens(value: str | Messages, model: str = DEFAULT_MODEL, *, tools: Tools = ()) -> int:
    """Tokens of a text, or of a list of chat messages with their overhead.

    `tools` are a request's tool definitions, counted by their JSON (the service's own count differs a
    little). Raises TypeError for anything else.

    >>> count_tokens([{"role": "user", "content": "hello"}])
    8
    """
    own = _texts(value) + definition_texts(tool_functions({"tools": list(tools)}))
    return TextCounter(encoding_of(model)).total(own) + _overhead(value)


def count_many(values: Iterable[str | Messages], model: str = DEFAULT_MODEL) -> list[int]:
    """`count_tokens` of many texts or chats, in parallel inside the tokenizer.

    >>> count_many(["hello", "hello hello"])
    [1, 2]
    """
    return list(stream_counts(values, model))


def stream_counts(values: Iterable[str | Messages], model: str = DEFAULT_MODEL) -> Iterator[int]:
    """`count_many` for input of any length: reads and holds 512 values at a time."""
    counter, remaining = TextCounter(encoding_of(model)), iter(values)
    while batch := list(islice(remaining, BATCH)):
        texts = [_texts(value) for value in batch]
        counter.learn(chain.from_iterable(texts))
        for value, own in zip(batch, texts, strict=True):
            yield counter.total(own) + _overhead(value)


def encoding_of(model: str) -> str:
    """The encoding of a model, alias or fine-tuned model.

    A model that the catalog gives no GPT encoding is counted with GPT-4o's, which is then an estimate:
    see `is_exact`.

    >>> encoding_of("gpt-3.5-turbo"), encoding_of("ft:gpt-4o-mini-2024-07-18:org::AbCd1234")
    ('cl100k_base', 'o200k_base')
    """
    found = catalog.find(model)
    return (found.encoding if found else None) or DEFAULT_ENCODING


def is_exact(model: str) -> bool:
    """Whether counts for this model are exact rather than an estimate with GPT-4o's encoding."""
    found = catalog.find(model)
    return found is not None and found.encoding is not None


class TextCounter:
    """Tokens of texts in one encoding. A text that comes again (a role, a system message) is read once.

    >>> TextCounter("o200k_base").total(["hello", "hello"])
    2
    """

    def __init__(self, encoding: str) -> None:
        self._tokenizer = _tokenizer(encoding)
        self._known: dict[str, int] = {}
        self._characters = 0

    def learn(self, texts: Iterable[str]) -> None:
        """Count many texts at once, in parallel; `total` of them is then a look-up."""
        if self._characters > KEPT_CHARACTERS:
            self._known, self._characters = {}, 0
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(new, self._counts(new), strict=True))
        self._characters += sum(map(len, new))

    def total(self, texts: Sequence[str]) -> int:
        """Tokens of the texts together."""
        try:
            return sum(map(self._known.__getitem__, texts))
        except KeyError:
            self.learn(texts)
            return sum(map(self._known.__getitem__, texts))

    def _counts(self, texts: list[str]) -> list[int]:
        try:
            return self._counts_of_whole(texts)
        except UnicodeEncodeError:
            return self._counts_of_whole([_whole(text) for text in texts])

    def _counts_of_whole(self, texts: list[str]) -> list[int]:
        """A special token spelled out in a text counts as the plain text it is."""
        _, offsets = self._tokenizer.encode_batch_flat(["" if "<|" in text else text for text in texts])
        ends, ordinary = array("Q", offsets), self._tokenizer.encode_ordinary
        plain = map(sub, ends[1:], ends)
        return [len(ordinary(text)) if "<|" in text else n for text, n in zip(texts, plain, strict=True)]


def message_texts(message: Mapping[str, Any]) -> list[str]:
    """The texts of a message that are counted: role, name, content, and its calls' names and arguments."""
    named = [message[key] for key in ("role", "name") if isinstance(message.get(key), str)]
    return [*named, *spoken_texts(message)]


def spoken_texts(message: Mapping[str, Any]) -> list[str]:
    """What a message says: its content, and the names and arguments of the tools it calls."""
    calls = [str(call.get(key) or "") for call in called_functions(message) for key in ("name", "arguments")]
    return [content_text(message.get("content")), *calls]


def definition_texts(tools: Sequence[Mapping[str, Any]]) -> list[str]:
    """The definitions of tools as they are counted: their JSON."""
    return [json.dumps(tool, ensure_ascii=False) for tool in tools]


def _texts(value: str | Messages) -> list[str]:
    if isinstance(value, str):
        return [value]
    listed: Sequence[Any] = value if isinstance(value, Sequence) else [None]
    messages = [message for message in listed if isinstance(message, Mapping)]
    if len(messages) < len(listed):
        raise TypeError("count_tokens takes a text or a list of messages, each with a role and a content.")
    return [text for message in messages for text in message_texts(message)]


def _overhead(value: str | Messages) -> int:
    if isinstance(value, str):
        return 0
    return PER_REPLY + sum(PER_MESSAGE + (PER_NAME if "name" in message else 0) for message in value)


def _whole(text: str) -> str:
    """Half a character (a lone surrogate) becomes the replacement character, as in tiktoken."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@cache
def _tokenizer(encoding: str) -> Any:
    from splintr import Tokenizer

    return Tokenizer.from_pretrained(encoding)
