"""Asks many questions at once: prompts of like length together, padded on the left, decoded greedily."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _
from helpers.lessons.sql.prompts import Message

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MAX_PROMPT_TOKENS = 2048


class PromptTooLong(ValueError):
    """A prompt that leaves this lesson's models no room or no sense; says how long it is and what to do."""


def answer_all(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[list[Message]],
    *,
    max_new_tokens: int = 48,
    batch_size: int = 50,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """The model's answers, in the order of the prompts; the most likely token each time, so always the same.

    `progress(done, total)` is called after each batch. Raises `PromptTooLong` before anything is generated.
    """
    texts = [_as_text(tokenizer, prompt) for prompt in prompts]
    lengths = [len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"]] if texts else []
    _refuse_long(lengths)
    answers = [""] * len(texts)
    done = 0
    for batch in _batches(lengths, batch_size):
        for index, answer in zip(
            batch, _generate(model, tokenizer, [texts[i] for i in batch], max_new_tokens), strict=True
        ):
            answers[index] = answer
        done += len(batch)
        if progress:
            progress(done, len(texts))
    return answers


def _as_text(tokenizer: PreTrainedTokenizerBase, prompt: list[Message]) -> str:
    return str(tokenizer.apply_chat_template(prompt, add_generation_prompt=True, tokenize=False))


def _refuse_long(lengths: Sequence[int]) -> None:
    longest = max(lengths, default=0)
    if longest > MAX_PROMPT_TOKENS:
        raise PromptTooLong(
            _(
                "Prompt number {number} has {length:,} tokens; this lesson stops at {limit:,}. "
                "Leave out tables that the question does not need, or shorten the question."
            ).format(number=lengths.index(longest) + 1, length=longest, limit=MAX_PROMPT_TOKENS)
        )


def _batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    order = sorted(range(len(lengths)), key=lambda index: lengths[index])
    yield from (order[start : start + size] for start in range(0, len(order), size))


def _generate(model: Any, tokenizer: Any, texts: list[str], max_new_tokens: int) -> list[str]:
    import torch

    inputs = tokenizer(
        texts, return_tensors="pt", padding=True, padding_side="left", add_special_tokens=False
    ).to(model.device)
    training = model.training
    model.eval()
    with torch.inference_mode():
        output = model.generate(**inputs, max_new_tokens=max_new_tokens, do_sample=False)
    model.train(training)
    return tokenizer.batch_decode(output[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
