"""Answers of a model in this kernel to many chats at once, for comparing an adapter with its base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def answer_all(
    model: Any,
    tokenizer: Any,
    chats: Sequence[list[dict[str, str]]],
    *,
    max_new_tokens: int = 64,
    batch_size: int = 16,
) -> list[str]:
    """One greedy answer per chat, in order. `model` is a transformers or peft model, adapter as switched.

    A chat is a list of messages; an answer ends after `max_new_tokens` at the latest.

    >>> answer_all(None, None, chats=[])
    []
    """
    starts = range(0, len(chats), batch_size)
    return [a for n in starts for a in _answers(model, tokenizer, chats[n : n + batch_size], max_new_tokens)]


def _answers(model: Any, tokenizer: Any, chats: Sequence[Any], max_new_tokens: int) -> list[str]:
    import torch

    tokenizer.padding_side = "left"
    asked = tokenizer.apply_chat_template(
        list(chats), add_generation_prompt=True, return_tensors="pt", padding=True, return_dict=True
    )
    model.eval()
    with torch.no_grad():
        told = model.generate(**asked, max_new_tokens=max_new_tokens, do_sample=False)
    length = asked["input_ids"].shape[1]
    return [text.strip() for text in tokenizer.batch_decode(told[:, length:], skip_special_tokens=True)]
