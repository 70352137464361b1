"""Tools in the engine: one form for training rows and requests, answers inside a grammar, calls read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from helpers.engine.engine import Engine
from helpers.engine.text.answer_grammar import SILENT, calls_grammar, json_grammar
from helpers.engine.text.call_reader import CallReader
from helpers.engine.text.message_format import call_text
from helpers.engine.text.row_reader import read_verdicts
from helpers.engine.types import Chunk, GenerationRequest, Hyperparameters, TrainingJob
from helpers.engine.write.answer import Answer

ASK: Any = [{"role": "system", "content": "Mind the gate."}, {"role": "user", "content": "Open gate 4"}]
GATE = {
    "name": "open_gate",
    "parameters": {"type": "object", "properties": {"gate": {"enum": [4, 5]}}, "required": ["gate"]},
}
RING = {"name": "ring", "description": "Rings"}
CALL = call_text({"name": "open_gate", "arguments": '{"gate": 4}'})


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Engine:
    return Engine(tiny_model, "fp32")


def wished(engine: Engine, grammar: str, text: str) -> str:
    """What a model writes inside a grammar that wants to write this text, then to end, and nothing else."""
    chunks: list[Chunk] = []
    request = GenerationRequest(ASK, temperature=0, grammar=grammar)
    answer = Answer(request, 0, 200, engine.tokens, chunks.append)
    wishes = [*engine.tokens.encode(text), min(engine.tokens.end)]
    while wishes and not answer.finish_reason:
        scores = torch.zeros(engine.tokens.tokenizer.get_vocab_size())
        scores[wishes[0]] = 100.0
        if answer.next_token(scores) != wishes.pop(0):
            break
    return "".join(chunk.text for chunk in chunks)


BOTH = f"{CALL}\n{call_text({'name': 'ring', 'arguments': '{}'})}"


@pytest.mark.parametrize("text", ["A text.", CALL, f"One moment.\n{CALL}", BOTH, "<tool", "a <tool_call", ""])
def test_an_answer_may_speak_and_call(engine: Engine, text: str) -> None:
    assert wished(engine, calls_grammar([GATE, RING]), text) == text


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (SILENT, CALL),
        (calls_grammar([RING]), CALL),
        (calls_grammar([GATE], must=True), "A text."),
        (calls_grammar([GATE, RING], several=False), BOTH),
        (calls_grammar([GATE]), CALL.replace("4", "6")),
        (calls_grammar([GATE]), CALL.replace("4", '4, "more": 1')),
        (calls_grammar([GATE], schema={"type": "object"}), "A text."),
        (json_grammar({"enum": ["a"]}), '"b"'),
    ],
)
def test_an_answer_does_not_leave_its_grammar(engine: Engine, grammar: str, text: str) -> None:
    assert wished(engine, grammar, text) != text


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_calls_are_read_back_whatever_the_pieces(size: int) -> None:
    arguments = ['{"a": "}</tool_call> \\" \\\\"}', '{"b": [{"c": {}}], "d": "é"}', "{}"]
    calls = [call_text({"name": f"f_{n}", "arguments": text}) for n, text in enumerate(arguments)]
    whole, reader = "\n".join(["Wait <b>, so:", *calls]), CallReader()
    pieces = [
        piece for at in range(0, len(whole), size) for piece in reader.add(whole[at : at + size])
    ] + reader.add("", ended=True)
    assert "".join(piece.text for piece in pieces) == "Wait <b>, so:"
    read: list[list[str]] = []
    for piece in pieces:
        if piece.name is not None:
            read.append([piece.name, ""])
        elif piece.arguments:
            read[-1][1] += piece.arguments
    assert [name for name, _ in read] == ["f_0", "f_1", "f_2"]
    assert [json.loads(text) for _, text in read] == [json.loads(text) for text in arguments]


def test_what_only_looks_like_a_call_is_said() -> None:
    reader = CallReader()
    pieces = reader.add("if a <tool\n") + reader.add("<tool", ended=True)
    assert "".join(piece.text for piece in pieces) == "if a <tool\n<tool"


def rows(file: Path) -> Path:
    call = {"id": "c", "type": "function", "function": {"name": "open_gate", "arguments": '{"gate": 4}'}}
    messages = [*ASK, {"role": "assistant", "tool_calls": [call]}]
    answered = [
        {"role": "tool", "tool_call_id": "c", "content": "ok"},
        {"role": "assistant", "content": "Open."},
    ]
    tools = [{"type": "function", "function": GATE}]
    pair = [{"messages": messages, "tools": tools}, {"messages": messages + answered, "tools": tools}]
    file.write_text("\n".join(json.dumps(row) for row in pair * 6))
    return file


def test_rows_are_read_as_requests_are(engine: Engine, tmp_path: Path) -> None:
    """What comes before a learned call is the prompt of the same request, token by token."""
    found = [verdict.example for verdict in read_verdicts(rows(tmp_path / "rows.jsonl"))]
    short, long = found[0], found[1]
    assert short and long
    (prompt, learned), (call, answers) = engine.tokens.turns(short.messages, short.tools)
    assert prompt == engine.tokens.prompt(ASK, [GATE]) and (learned, answers) == (False, True)
    assert engine.tokens.decode(call) == CALL
    pieces = engine.tokens.turns(long.messages, long.tools)
    assert engine.tokens.prompt(long.messages[:-1], [GATE]) == [t for ids, _ in pieces[:3] for t in ids]


def test_calls_can_be_learned(engine: Engine, tmp_path: Path) -> None:
    """The tiny model learns to call of its own accord, and is read by the same reader."""
    job = TrainingJob(
        training_file=rows(tmp_path / "rows.jsonl"),
        output=tmp_path / "out",
        hyperparameters=Hyperparameters(n_epochs=15, batch_size=2, learning_rate_multiplier=20.0),
        seed=1,
    )
    losses: list[float] = []
    outcome = engine.train(job, lambda metrics: losses.append(metrics.train_loss), lambda _: None)
    assert outcome.final and losses[-1] < losses[0]
    request = GenerationRequest(ASK, outcome.final.folder, 60, 0, tools=[GATE], grammar=calls_grammar([GATE]))
    text = "".join(item.text for item in engine.generate(request) if isinstance(item, Chunk))
    assert text == CALL
