"""Rows as the model reads them: tools in their text form, openings, what is cut."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.text.context_fit import ContextFit
from helpers.engine.text.message_format import TOOLS_HEAD, as_read, message_text
from helpers.engine.text.row_reader import read_verdicts
from helpers.engine.text.row_tokens import MAX_TRAINED_TOKENS, Row, tokenize
from helpers.engine.text.verdict import Example
from helpers.engine.train.training_rows import read_pairs, read_rows
from helpers.engine.types import EngineError
from tests.engine.test_row_reader import ANSWER, CALL, CALLS, OLD_CALL, RESULT, TOOL, USER

CALLED = '<tool_call>{"name": "open_gate", "arguments": {"gate": 4}}</tool_call>'


@pytest.fixture(scope="module")
def tokens(tiny_model: Path) -> ChatTokens:
    return ChatTokens(tiny_model)


def write(file: Path, rows: list[object]) -> Path:
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


def learned(row: Row, tokens: ChatTokens) -> str:
    return tokens.decode([token for token, flag in zip(row.ids, row.learned, strict=True) if flag])


@pytest.mark.parametrize("content", [None, "", [], [{"type": "text", "text": ""}]])
def test_a_call_is_what_is_said_whatever_stands_in_its_content(content):
    assert message_text({**CALLS, "content": content}) == CALLED


def test_text_and_several_calls_are_lines():
    message = {**CALLS, "content": "One moment.", "tool_calls": [CALL, CALL]}
    assert message_text(message).splitlines() == ["One moment.", CALLED, CALLED]
    assert message_text(OLD_CALL) == '<tool_call>{"name": "open_gate", "arguments": {}}</tool_call>'


@pytest.mark.parametrize("arguments", ["{gate", '{"a": "\\ud83d"}', "[" * 100_000])
def test_arguments_that_cannot_be_read_stay_the_text_they_are(arguments):
    text = message_text(CALLS | {"tool_calls": [{**CALL, "function": {"name": "f", "arguments": arguments}}]})
    call = json.loads(text.removeprefix("<tool_call>").removesuffix("</tool_call>"))
    assert call["arguments"] == arguments and text.encode()


def test_tools_stand_at_the_end_of_the_system_message_or_in_one_of_their_own():
    functions = [TOOL["function"]]
    text = f'{TOOLS_HEAD}\n{{"name": "open_gate", "parameters": {{"type": "object"}}}}'
    alone = as_read([USER], functions)
    assert alone == [{"role": "system", "content": text}, USER]
    beside = as_read([{"role": "developer", "content": "Be brief."}, USER], functions)
    assert beside == [{"role": "system", "content": f"Be brief.\n\n{text}"}, USER]


def test_calls_and_tools_are_read_and_the_call_is_learned(tokens):
    row = tokenize(Example(1, [USER, CALLS], [TOOL["function"]]), tokens.template, tokens.encode).item
    assert learned(row, tokens) == CALLED
    assert TOOLS_HEAD in tokens.decode(row.ids)


def test_training_reads_a_call_as_a_later_request_does(tokens):
    history = [USER, CALLS, RESULT]
    pieces = tokens.turns([*history, ANSWER], [TOOL["function"]])
    before = [token for ids, _ in pieces[:-1] for token in ids]
    assert before == tokens.prompt(history, [TOOL["function"]])


@pytest.mark.parametrize("system", [[], [{"role": "system", "content": "Be brief."}]])
def test_an_opening_answer_is_learned_and_what_stands_before_it_is_not(tokens, system):
    messages = [*system, {"role": "assistant", "content": "Ahoy!"}, USER, ANSWER]
    row = tokenize(Example(1, messages), tokens.template, tokens.encode).item
    assert learned(row, tokens) == "Ahoy!Hello"
    assert list(row.ids) == tokens.encode(tokens.template.render(messages, False).removesuffix("\n"))


def test_long_rows_are_cut_and_those_without_an_answer_left_are_dropped(tokens, tmp_path):
    far = {"messages": [{**USER, "content": "boat " * 3000}, ANSWER]}
    long = {"messages": [USER, {**ANSWER, "content": "boat " * 3000}]}
    rows = read_rows(write(tmp_path / "a.jsonl", [far, long, {"messages": [USER, ANSWER]}]), tokens)
    assert [row.index for row in rows] == [0, 1]
    assert rows[0].size == MAX_TRAINED_TOKENS > rows[1].size
    with pytest.raises(EngineError, match="too long"):
        read_rows(write(tmp_path / "b.jsonl", [far] * 3), tokens)


def test_pairs_are_cut_like_rows(tokens, tmp_path):
    def pair(words: int) -> dict[str, object]:
        asked = {"messages": [{**USER, "content": "boat " * words}]}
        return {"input": asked, "preferred_output": [ANSWER], "non_preferred_output": [CALLS]}

    pairs = read_pairs(write(tmp_path / "a.jsonl", [pair(3000), pair(3)]), tokens)
    assert len(pairs) == 1
    assert [learned(row, tokens) for row in (pairs[0].preferred, pairs[0].other)] == ["Hello", CALLED]


def _conversation(dice: random.Random) -> dict[str, object]:
    messages = []
    for _ in range(dice.randrange(1, 5)):
        asked = {"role": "user", "content": "boat ž🥚 12 " * dice.randrange(1, 300)}
        said = {
            "role": "assistant",
            "content": "pier " * dice.randrange(1, 500),
            "weight": dice.choice([0, 1, 1]),
        }
        messages += [asked, said]
    tools = {"tools": [TOOL] * dice.randrange(1, 40)} if dice.random() < 0.3 else {}
    return {"messages": messages[dice.choice([0, 0, 1]) :], **tools}


def test_the_quick_check_finds_what_training_cuts(tokens, tiny_model, tmp_path):
    dice = random.Random(3)
    file = write(tmp_path / "f.jsonl", [_conversation(dice) for _ in range(40)])
    fit, cut, kept = ContextFit(tiny_model), 0, 0
    for verdict in read_verdicts(file):
        if verdict.example is None:
            continue
        found = tokenize(verdict.example, tokens.template, tokens.encode)
        assert fit.keeps(verdict) == (found.item is not None)
        cut, kept = cut + found.cut, kept + (found.item is not None)
    assert cut > 5 and kept > 5
    assert sum(problem.rows for problem in fit.problems()) == cut


def test_a_model_with_another_kind_of_tokenizer_is_measured_all_the_same(tiny_model, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    tokenizer = Tokenizer(WordLevel({"boat": 0, "?": 1}, unk_token="?"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    for name in ("tokenizer_config.json", "chat_template.jinja"):
        (folder / name).write_bytes((tiny_model / name).read_bytes())
    far = {"messages": [{**USER, "content": "boat " * 3000}, ANSWER]}
    near = {"messages": [{**USER, "content": "boat " * 1000}, ANSWER]}
    fit = ContextFit(folder)
    kept = [
        fit.keeps(verdict)
        for verdict in read_verdicts(write(tmp_path / "f.jsonl", [far, near]), min_examples=1)
    ]
    assert kept == [False, True]


def test_a_template_that_refuses_a_row_does_not_stop_the_checks(tiny_model, tmp_path):
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((tiny_model / name).read_bytes())
    (tmp_path / "chat_template.jinja").write_text("{{ raise_exception('no') }}")
    far = {"messages": [{**USER, "content": "boat " * 3000}, ANSWER]}
    file = write(tmp_path / "f.jsonl", [far])
    assert ContextFit(tmp_path).keeps(next(read_verdicts(file)))
    with pytest.raises(EngineError, match="refuses these messages"):
        read_rows(file, ChatTokens(tmp_path))
