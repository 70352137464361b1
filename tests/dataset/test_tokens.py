"""Token counts agree with published ones, whatever the model, the text or the size of the input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.dataset.file_tokens import token_statistics
from helpers.dataset.tokens import (
    KEPT_CHARACTERS,
    TextCounter,
    count_many,
    count_tokens,
    encoding_of,
    is_exact,
    stream_counts,
)

CHAT = [
    {"role": "system", "content": "You list the ingredients of a recipe."},
    {"role": "user", "name": "cook", "content": "Two cups of plain flour, sifted; 3 eggs."},
    {"role": "assistant", "content": "flour, eggs"},
]


@pytest.mark.parametrize("model", ["gpt-3.5-turbo", "gpt-4o-mini"])
def test_a_chat_counts_its_texts_and_the_overhead_around_them(model: str) -> None:
    texts = [message[key] for message in CHAT for key in ("role", "name", "content") if key in message]
    assert count_tokens(CHAT, model) == sum(count_many(texts, model)) + 3 * len(CHAT) + 1 + 3


def test_the_encodings_differ_where_they_should() -> None:
    assert count_tokens("брашно и јаја", "gpt-4o-mini") < count_tokens("брашно и јаја", "gpt-3.5-turbo")


def test_encodings_by_model() -> None:
    assert encoding_of("gpt-4") == "cl100k_base"
    assert encoding_of("gpt-4o-mini-2024-07-18.ft-0123") == "o200k_base"
    assert is_exact("gpt-4.1") and not is_exact("Qwen-32B") and not is_exact("something-else")


def test_special_tokens_in_a_text_are_only_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_many_counts_are_the_single_ones_in_order() -> None:
    texts = ["", "flour", "zwei Eier", "žemlja " * 40, "<|im_start|>", "🥚"] * 300
    assert count_many(texts) == [count_tokens(text) for text in texts]


def test_counting_reads_ahead_by_one_batch_only() -> None:
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield "one"

    counts = stream_counts(endless())
    assert next(counts) == 1
    assert taken == 512


@pytest.mark.parametrize("value", [3, {"role": "user"}, [1, 2]])
def test_other_things_are_refused_in_words(value: object) -> None:
    with pytest.raises(TypeError, match="a text or a list of messages"):
        count_tokens(value)


def test_content_in_parts_and_without_content() -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": "hello"}]}]
    assert count_tokens(parts) == count_tokens([{"role": "user", "content": "hello"}])
    assert count_tokens([{"role": "assistant", "content": None}]) == 7


def test_statistics_skip_bad_rows_and_know_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    good = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b " * 20_000}]}
    short = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    path.write_text("\n".join([json.dumps(good), "{oops", json.dumps(short)]))
    found = token_statistics(path, "gpt-3.5-turbo")
    assert (found.n_examples, found.n_skipped, found.n_too_long, found.limit) == (2, 1, 1, 16_385)
    assert found.billed_per_epoch == 16_385 + found.counts[1]
    assert found.assistant_counts[1] == 1
    assert "rows that could not be read: 1" in str(found)


def test_statistics_of_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("")
    assert token_statistics(path).quantile(0.5) == 0


TOOLS = [
    {
        "type": "function",
        "function": {"name": f"gate_{n}", "description": "Open a gate", "parameters": {"a": {}}},
    }
    for n in range(20)
]
CALLS = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "c", "type": "function", "function": {"name": "gate_3", "arguments": '{"a": "west"}'}}
    ],
}


def test_tools_and_their_calls_are_counted(tmp_path: Path) -> None:
    definitions = sum(count_many(json.dumps(tool["function"]) for tool in TOOLS))
    call = sum(count_many(["gate_3", '{"a": "west"}']))
    asked = [{"role": "user", "content": "west gate"}, CALLS]
    silent = [{"role": "user", "content": "west gate"}, {"role": "assistant", "content": None}]
    assert count_tokens(asked) == count_tokens(silent) + call
    assert count_tokens(asked, tools=TOOLS) == count_tokens(asked) + definitions
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps({"messages": asked, "tools": TOOLS}))
    found = token_statistics(path)
    assert (found.total, found.assistant_counts[0]) == (count_tokens(asked, tools=TOOLS), call)
    assert found.n_with_tools == 1


def test_half_a_character_is_counted_as_the_replacement_character() -> None:
    assert count_tokens("ahoy \ud83d") == count_tokens("ahoy \ufffd")
    assert count_many(["ahoy", "\ude00 <|im_end|>", "two words"])[::2] == [count_tokens("ahoy"), 2]


def test_what_a_counter_remembers_stays_small() -> None:
    counter = TextCounter("o200k_base")
    for number in range(40):
        counter.learn([f"{number} " + "x" * 100_000, "hello"])
    assert counter.total(["hello", "hello"]) == 2
    assert sum(map(len, counter._known)) < 2 * KEPT_CHARACTERS
