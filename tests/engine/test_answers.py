"""Answers of the tiny model: limits, seeds, streams, batches, probabilities, JSON."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace

import pytest
import torch

from helpers.engine.engine import Engine
from helpers.engine.text.answer_grammar import ANY_OBJECT
from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.types import Chunk, ContextTooLong, EngineError, GenerationRequest, Usage
from helpers.engine.write.answer import Answer
from helpers.engine.write.answer_text import AnswerText
from helpers.engine.write.answering import CACHED_TOKENS, Answering, Waiting
from helpers.engine.write.batch import Batch
from helpers.engine.write.sampling import Sampler
from helpers.engine.write.turns import Turns
from tests.json_beginnings import begins_a_json_object

HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Engine:
    return Engine(tiny_model, "fp32")


def answer(engine: Engine, **wanted: object) -> tuple[list[str], list[Chunk], Usage]:
    request = GenerationRequest(**{"messages": HELLO, "max_tokens": 12, **wanted})
    *chunks, usage = engine.generate(request)
    texts = ["".join(c.text for c in chunks if c.index == i) for i in range(request.n)]
    return texts, chunks, usage


def test_temperature_zero_repeats_itself_and_counts_tokens(engine):
    first, chunks, usage = answer(engine, temperature=0)
    assert first == answer(engine, temperature=0)[0]
    assert usage.completion_tokens == 12
    assert usage.prompt_tokens == engine.count_tokens(HELLO)
    assert [c.finish_reason for c in chunks if c.finish_reason] == ["length"]


def test_a_seed_fixes_the_answer_and_n_answers_differ(engine):
    texts, _, usage = answer(engine, seed=5, n=3)
    assert texts == answer(engine, seed=5, n=3)[0]
    assert len(set(texts)) == 3
    assert usage.completion_tokens == 36
    assert texts != answer(engine, seed=6, n=3)[0]


def test_a_tiny_nucleus_is_the_likeliest_token(engine):
    assert answer(engine, top_p=1e-6, seed=1)[0] == answer(engine, temperature=0)[0]


def test_a_stop_string_is_never_shown(engine):
    (whole,), _, _ = answer(engine, temperature=0)
    stop = whole[len(whole) // 2 :][:2]
    (cut,), chunks, _ = answer(engine, temperature=0, stop=[stop])
    assert cut == whole[: whole.index(stop)]
    assert chunks[-1].finish_reason == "stop"


def test_logprobs_are_those_of_the_chosen_tokens(engine):
    _, chunks, usage = answer(engine, temperature=0, logprobs=True, top_logprobs=3)
    tokens = [token for chunk in chunks for token in chunk.tokens or []]
    assert len(tokens) == usage.completion_tokens
    for token in tokens:
        assert [t.logprob for t in token.top] == sorted((t.logprob for t in token.top), reverse=True)
        assert token.logprob == token.top[0].logprob < 0
        assert sum(math.exp(t.logprob) for t in token.top) <= 1
        assert token.bytes == token.top[0].bytes


@pytest.mark.parametrize(
    ("penalties", "chosen"),
    [
        ({}, [0, 0, 0, 0]),
        ({"presence_penalty": 1.5}, [0, 1, 0, 0]),
        ({"frequency_penalty": 1.5}, [0, 1, 0, 2]),
        ({"frequency_penalty": 1.0, "presence_penalty": 1.5}, [0, 1, 2, 0]),
    ],
)
def test_penalties_lower_what_was_used(penalties: dict[str, float], chosen: list[int]) -> None:
    """Presence once for a token that was used, frequency once for each time."""
    sampler = Sampler(GenerationRequest(HELLO, temperature=0, **penalties), 0)
    assert [sampler.choose(torch.tensor([3.0, 2.0, 0.7])) for _ in chosen] == chosen


@pytest.mark.parametrize("name", ["frequency_penalty", "presence_penalty"])
def test_a_penalty_below_zero_makes_an_answer_repeat_itself(engine: Engine, name: str) -> None:
    def different(**penalty: float) -> int:
        chunks = answer(engine, temperature=0, max_tokens=30, logprobs=True, **penalty)[1]
        return len({token.token for chunk in chunks for token in chunk.tokens or []})

    assert different(**{name: -2.0}) < different() / 2


def written(tokens: ChatTokens, wishes: list[str]) -> tuple[str, str | None]:
    """Text and end of a JSON answer by a model that wants these texts, token by token, and nothing else."""
    chunks: list[Chunk] = []
    one = Answer(GenerationRequest(HELLO, temperature=0, grammar=ANY_OBJECT), 0, 60, tokens, chunks.append)
    wished = [token for wish in wishes for token in tokens.tokenizer.encode(wish).ids]
    while wished and one.finish_reason is None:
        scores = torch.zeros(tokens.tokenizer.get_vocab_size())
        for place in reversed(range(len(wished))):
            scores[wished[place]] = 100.0 - place
        token = one.next_token(scores)
        assert token in wished, "no token that was wished for is allowed"
        wished = wished[wished.index(token) + 1 :]
    return "".join(chunk.text for chunk in chunks), one.finish_reason


@pytest.mark.parametrize(
    ("wishes", "text"),
    [
        (
            ["Sure!", '{"a": [1, true], "b": {"c": null}}', "Anything else?"],
            '{"a": [1, true], "b": {"c": null}}',
        ),
        (['{"a": [1', "}", "]", "}"], '{"a": [1]}'),
        (["[", "{}", "{}"], "{}"),
        (['{"a"', " is", ": ", "one", '"1"', "}"], '{"a": "1"}'),
    ],
)
def test_a_json_answer_takes_only_what_stays_an_object(engine: Engine, wishes: list[str], text: str) -> None:
    assert written(engine.tokens, wishes) == (text, "stop")


def test_json_answers_are_one_object(engine):
    for seed in range(3):
        (text,), chunks, _ = answer(engine, grammar=ANY_OBJECT, seed=seed, max_tokens=100, temperature=0.7)
        assert begins_a_json_object(text)
        assert chunks[-1].finish_reason == "length" or isinstance(json.loads(text), dict)


def test_answers_written_together_equal_answers_written_alone(engine):
    questions = [[{"role": "user", "content": "word " * n}] for n in (1, 40, 3, 90, 7)]
    alone = [answer(engine, messages=q, temperature=0, max_tokens=8 + i)[0] for i, q in enumerate(questions)]
    together: dict[int, list[str]] = {}

    def ask(i: int) -> None:
        together[i] = answer(engine, messages=questions[i], temperature=0, max_tokens=8 + i)[0]

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[i] for i in range(len(questions))] == alone


def test_what_the_last_prompt_began_with_is_not_read_again(engine):
    decoder = engine._model().decoder
    start = list(range(100, 130))
    groups = [
        [[*start, 7, 8, 9]],
        [[*start[:20], 5, 6]],
        [[*start[:20], 5, 6, 11, 12, 13], [*start[:20], 5, 6, 11, 14]],
        [[3, 4, 5]],
        [[3, 4, 5], [3, 4, 6, 7]],
        [[3, 4, 6, 7]],
    ]
    batch = Batch(decoder, None)
    with torch.inference_mode():
        for prompts in groups:
            hidden, pasts = batch._read(prompts)
            for prompt, found, past in zip(prompts, hidden, pasts, strict=True):
                fresh, ((*kept,),) = Batch(decoder, None)._read([prompt])
                torch.testing.assert_close(found, fresh[0], rtol=1e-4, atol=1e-4)
                for mine, theirs in zip(past, kept, strict=True):
                    torch.testing.assert_close(mine[0], theirs[0], rtol=1e-4, atol=1e-4)


def test_long_requests_wait_for_room_in_the_cache():
    """What is kept of running answers is bounded in tokens, not only in rows."""
    answering, waiting = Answering(lambda adapter: None, Turns()), []
    for prompt_tokens in (900, 900, 100, CACHED_TOKENS):
        request = Waiting(None, [0] * prompt_tokens, [SimpleNamespace(limit=100)], SimpleQueue())
        waiting.append(request)
    answering._waiting.extend(waiting)
    assert answering._next_group(rows=0, longest=0) == waiting[:1], "prompts are read 1,024 tokens at a time"
    assert answering._next_group(rows=6, longest=1000) == [], "7 rows of 1,000 tokens are too many"
    assert answering._next_group(rows=5, longest=1000) == waiting[1:2]
    assert answering._next_group(rows=1, longest=200) == waiting[2:3]
    assert answering._next_group(rows=1, longest=200) == []
    assert answering._next_group(rows=0, longest=0) == waiting[3:], "alone, the longest request is let in"


def test_a_closed_stream_stops_and_the_engine_goes_on(engine):
    stream = engine.generate(GenerationRequest(HELLO, max_tokens=1500))
    next(stream)
    stream.close()
    assert answer(engine, temperature=0)[2].completion_tokens == 12


EXITS = """
import sys
from pathlib import Path
from helpers.engine.engine import Engine
from helpers.engine.text.answer_grammar import ANY_OBJECT
from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.types import GenerationRequest

engine = Engine(Path(sys.argv[1]), "fp32")
hello = [{"role": "user", "content": "Hello"}]
stream = engine.generate(GenerationRequest(hello, max_tokens=int(sys.argv[2])))
for number, piece in enumerate(stream):
    if number == 3:
        break
kept = [stream, globals()]
"""


@pytest.mark.parametrize("max_tokens", [2, 1500])
def test_a_program_may_end_while_it_is_being_answered(tiny_model, max_tokens):
    command = [sys.executable, "-c", EXITS, str(tiny_model), str(max_tokens)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_too_long_is_said_before_the_first_token(engine):
    with pytest.raises(ContextTooLong) as caught:
        engine.generate(GenerationRequest([{"role": "user", "content": "word " * 3000}]))
    assert caught.value.tokens > caught.value.limit == 2048


def test_an_answer_has_at_most_what_the_context_leaves(engine):
    long = [{"role": "user", "content": "word " * 2000}]
    room = 2048 - engine.count_tokens(long)
    chunks = list(engine.generate(GenerationRequest(long, max_tokens=4096, stop=[], seed=1)))
    assert chunks[-1].completion_tokens <= room
    assert chunks[-2].finish_reason in {"stop", "length"}


def test_a_missing_adapter_is_an_error_in_words(engine, tmp_path):
    with pytest.raises(EngineError, match="cannot be read"):
        list(engine.generate(GenerationRequest(HELLO, adapter=tmp_path / "gone", max_tokens=2)))
    assert answer(engine, temperature=0)[2].completion_tokens == 12


def test_answers_go_on_after_memory_was_given_back(engine):
    before = answer(engine, temperature=0)[0]
    engine.release()
    assert answer(engine, temperature=0)[0] == before


def test_characters_of_several_tokens_appear_whole(engine):
    text = AnswerText(engine.tokens.tokenizer, [])
    pieces = [text.add(token) for token in engine.tokens.encode("a 👩‍🍳 b")]
    assert "".join(pieces) + text.finish() == "a 👩‍🍳 b"
    assert not any("\ufffd" in piece for piece in pieces)


def test_text_that_may_become_a_stop_string_waits(engine):
    text = AnswerText(engine.tokens.tokenizer, ["###"])
    shown = "".join(text.add(token) for token in engine.tokens.encode("one # two #"))
    assert shown == "one # two "
    assert text.finish() == "#"
