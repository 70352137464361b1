"""Few-shot prompts whose examples are looked up: for each question the training rows most like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    look_up = nearest_places([example[-2]["content"] for example in examples], k)
    prompts = []
    for question in questions:
        near = [message for place in look_up(question[-1]["content"]) for message in examples[place][-2:]]
        prompts.append([*question[:-1], *near, question[-1]])
    return prompts


def nearest_places(texts: Sequence[str], k: int = 4) -> Callable[[str], list[int]]:
    """A function that gives the places of the `k` texts most like another one, the most alike last.

    Raises ValueError without texts.

    >>> nearest_places(["a red fox", "a blue whale"], k=1)("the fox")
    [0]
    """
    import bm25s

    if not texts:
        raise ValueError("There are no examples to look up.")
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(list(texts), stopwords="en", show_progress=False), show_progress=False)

    def look_up(text: str) -> list[int]:
        words = bm25s.tokenize([text], stopwords="en", show_progress=False)
        found, _scores = retriever.retrieve(words, k=min(k, len(texts)), show_progress=False)
        return [int(place) for place in reversed(found[0])]

    return look_up
