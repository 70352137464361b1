"""The real base model knows something, streams it, and answers in JSON when asked."""

from __future__ import annotations

import json

import pytest

from helpers.engine.engine import Engine
from helpers.engine.model.weights import base_model_folder
from helpers.engine.text.answer_grammar import ANY_OBJECT
from helpers.engine.types import Chunk, GenerationRequest

pytestmark = pytest.mark.real_model


@pytest.fixture(scope="module")
def engine(own_base_model: None) -> Engine:
    return Engine(base_model_folder())


@pytest.fixture(scope="module")
def own_base_model():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COURSE_BASE_MODEL", raising=False)
        yield


def test_it_knows_a_capital_and_ends_by_itself(engine):
    question = [{"role": "user", "content": "What is the capital of France?"}]
    chunks = list(engine.generate(GenerationRequest(question, max_tokens=60, temperature=0)))[:-1]
    assert "Paris" in "".join(chunk.text for chunk in chunks)
    assert len(chunks) > 3
    assert chunks[-1].finish_reason == "stop"


def test_it_answers_in_json(engine):
    question = [{"role": "user", "content": "Give me a JSON object with a name and a age"}]
    items = engine.generate(GenerationRequest(question, max_tokens=120, temperature=0, grammar=ANY_OBJECT))
    assert isinstance(json.loads("".join(i.text for i in items if isinstance(i, Chunk))), dict)
