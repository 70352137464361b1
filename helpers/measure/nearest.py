"""Few-shot prompts whose examples are looked up: for each question the training rows most like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Conversation = Sequence[dict[str, Any]]


def nearest_prompts(
    questions: Sequence[Conversation], examples: Sequence[Conversation], k: int = 4
) -> list[list[dict[str, Any]]]:
    """For each question: its system message, the `k` examples most like it, the question itself.

    Ranked by BM25 (Robertson and others, 1994), the most alike last, next to the question. `questions` are
    system and user message, `examples` whole conversations. Raises ValueError without examples.

    >>> system = {"role": "system", "content": "Sort."}
    >>> asked = [[system, {"role": "user", "content": text}] for text in ("red fox", "blue whale", "fox")]
    >>> rows = [[*chat, {"role": "assistant", "content": "animal"}] for chat in asked[:2]]
    >>> [message["content"] for message in nearest_prompts(asked[2:], rows, k=1)[0]]
    ['Sort.', 'red fox', 'animal', 'fox']
    """
    import bm25s

    if not examples:
        raise ValueError("There are no examples to look up.")
    retriever = bm25s.BM25()
    retriever.index(_words([example[-2]["content"] for example in examples]), show_progress=False)
    asked = _words([question[-1]["content"] for question in questions])
    found, _scores = retriever.retrieve(asked, k=min(k, len(examples)), show_progress=False)
    return [
        [
            *question[:-1],
            *(message for place in reversed(places) for message in examples[place][-2:]),
            question[-1],
        ]
        for question, places in zip(questions, found, strict=True)
    ]


def _words(texts: list[str]) -> Any:
    import bm25s

    return bm25s.tokenize(texts, stopwords="en", show_progress=False)
