"""Exact GPT token counts without a network, from the encodings inside the `splintr-rs` package.

Hosted prices are per GPT token. (The mock cloud's `usage` counts the tokens of the small model that really
answers; the two differ.) Chats are counted as the OpenAI cookbook does, "How to count tokens" (seen
2026-11-22): 3 tokens around each message, 1 for a name, 3 that open the reply.

>>> count_tokens("two cups of flour", model="gpt-4o-mini")
4
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice, pairwise
from typing import Any

from helpers.facts import catalog

Messages = Sequence[Mapping[str, Any]]
DEFAULT_MODEL, DEFAULT_ENCODING = "gpt-4o-mini", "o200k_base"
PER_MESSAGE, PER_NAME, PER_REPLY = 3, 1, 3
BATCH = 512


def count_tokens(value: str | Messages, model: str = DEFAULT_MODEL) -> int:
    """Tokens of a text, or of a list of chat messages with their overhead.

    Raises TypeError for anything else.

    >>> count_tokens([{"role": "user", "content": "hello"}])
    8
    """
    return count_many([value], model)[0]


def count_many(values: Iterable[str | Messages], model: str = DEFAULT_MODEL) -> list[int]:
    """`count_tokens` of many texts or chats, in parallel inside the tokenizer.

    >>> count_many(["hello", "hello hello"])
    [1, 2]
    """
    return list(stream_counts(values, model))


def stream_counts(values: Iterable[str | Messages], model: str = DEFAULT_MODEL) -> Iterator[int]:
    """`count_many` for input of any length: reads and holds 512 values at a time."""
    encoding = encoding_of(model)
    remaining = iter(values)
    while batch := list(islice(remaining, BATCH)):
        texts = [_texts(value) for value in batch]
        counts = iter(_counts(list(chain.from_iterable(texts)), encoding))
        for value, own in zip(batch, texts, strict=True):
            yield sum(islice(counts, len(own))) + _overhead(value)


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


def assistant_texts(messages: Messages) -> list[str]:
    """What the model is to learn to say: the contents of the assistant's messages."""
    return [_content(message) for message in messages if message.get("role") == "assistant"]


def _texts(value: str | Messages) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Sequence) or not all(isinstance(message, Mapping) for message in value):
        raise TypeError("count_tokens takes a text or a list of messages, each with a role and a content.")
    return [text for message in value for text in _message_texts(message)]


def _message_texts(message: Mapping[str, Any]) -> list[str]:
    named = [message[key] for key in ("role", "name") if isinstance(message.get(key), str)]
    return [*named, _content(message)]


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def _overhead(value: str | Messages) -> int:
    if isinstance(value, str):
        return 0
    return PER_REPLY + sum(PER_MESSAGE + (PER_NAME if "name" in message else 0) for message in value)


def _counts(texts: list[str], encoding: str) -> list[int]:
    """Tokens per text; a special token spelled out in a text counts as the plain text it is."""
    tokenizer = _tokenizer(encoding)
    _, offsets = tokenizer.encode_batch_flat(["" if "<|" in text else text for text in texts])
    starts = array("Q")
    starts.frombytes(offsets)
    plain = [end - start for start, end in pairwise(starts)]
    return [
        len(tokenizer.encode_ordinary(text)) if "<|" in text else n
        for text, n in zip(texts, plain, strict=True)
    ]


@cache
def _tokenizer(encoding: str) -> Any:
    from splintr import Tokenizer

    return Tokenizer.from_pretrained(encoding)
