"""Do two models answer alike? Compared token by token, with one pass over each answer instead of a new one.

A greedy answer is fixed by the most likely token at each of its places. So where two models choose the same
tokens all along an answer that one of them gave, they give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpers.lessons.sql.generation import answer_all
from helpers.lessons.sql.prompts import Message

Choices = list[tuple[int, ...]]


def choices_along(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[list[Message]],
    answers: Sequence[str],
    batch_size: int = 10,
) -> Choices:
    """For each answer, the model's most likely token at every place of it and where it should end.

    `model` and `tokenizer` are of transformers; `prompts` and `answers` go together, one by one. Gives a
    tuple of token ids per answer, one longer than the answer. Raises ValueError where their numbers differ.

    >>> choices_along(None, None, prompts=[], answers=[])
    []
    """
    if len(prompts) != len(answers):
        raise ValueError(f"{len(prompts)} prompts and {len(answers)} answers do not go together.")
    chosen: Choices = []
    for start in range(0, len(prompts), batch_size):
        chosen += _batch(
            model, tokenizer, prompts[start : start + batch_size], answers[start : start + batch_size]
        )
    return chosen


def _batch(
    model: Any, tokenizer: Any, prompts: Sequence[list[Message]], answers: Sequence[str]
) -> list[tuple[int, ...]]:
    import torch

    heads = [tokenizer.apply_chat_template(p, add_generation_prompt=True, tokenize=False) for p in prompts]
    lengths = [len(tokenizer(answer, add_special_tokens=False)["input_ids"]) + 1 for answer in answers]
    whole = [head + answer for head, answer in zip(heads, answers, strict=True)]
    inputs = tokenizer(
        whole, return_tensors="pt", padding=True, padding_side="left", add_special_tokens=False
    ).to(model.device)
    model.eval()
    with torch.inference_mode():
        logits = model(**inputs, logits_to_keep=max(lengths), use_cache=False).logits
    best = logits.argmax(-1).tolist()
    return [tuple(row[-length:]) for row, length in zip(best, lengths, strict=True)]


def count_equal(first: Choices, second: Choices) -> int:
    """How many answers two models choose alike, token by token.

    >>> count_equal([(1, 2), (3,)], [(1, 2), (4,)])
    1
    """
    return sum(a == b for a, b in zip(first, second, strict=True))


def answers_of(
    model: Any, tokenizer: Any, prompts: Sequence[list[Message]], answers: Sequence[str]
) -> list[str]:
    """The model's own greedy answers: `answers` where it would give them too, generated anew elsewhere.

    Takes what `choices_along` takes, and raises what it raises.

    >>> answers_of(None, None, prompts=[], answers=[])
    []
    """
    own = choices_along(model, tokenizer, prompts, answers)
    differing = [
        index
        for index, (choice, answer) in enumerate(zip(own, answers, strict=True))
        if not _is_chosen(tokenizer, choice, answer)
    ]
    result = list(answers)
    again = answer_all(model, tokenizer, [prompts[index] for index in differing])
    for index, text in zip(differing, again, strict=True):
        result[index] = text
    return result


def _is_chosen(tokenizer: Any, choice: tuple[int, ...], answer: str) -> bool:
    """Whether the tokens chosen along an answer are the answer's own, and then its end."""
    ends = {tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("<|im_end|>")}
    own = tuple(tokenizer(answer, add_special_tokens=False)["input_ids"])
    return choice[:-1] == own and choice[-1] in ends
