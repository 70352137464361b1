"""What is found wrong in training files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.engine.text.row_reader import MAX_LINE_BYTES, read_verdicts

USER, ANSWER = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}
PAIR = {"input": {"messages": [USER]}, "preferred_output": [ANSWER], "non_preferred_output": [ANSWER]}
CALL = {"id": "c1", "type": "function", "function": {"name": "open_gate", "arguments": '{"gate": 4}'}}
CALLS = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "open"}
TOOL = {"type": "function", "function": {"name": "open_gate", "parameters": {"type": "object"}}}
OLD_CALL = {"role": "assistant", "function_call": {"name": "open_gate", "arguments": "{}"}}


def problems(file: Path, content: bytes | object, kind: str = "chat") -> list[tuple[str, int | None]]:
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    found = [problem for verdict in read_verdicts(file, kind, 1) for problem in verdict.problems]
    return [(problem.code, problem.message_index) for problem in found]


def says(content: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": content}, ANSWER]}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"messages": [USER, ANSWER]}, []),
        ({"messages": [ANSWER, USER, ANSWER]}, []),
        ({"messages": [ANSWER]}, []),
        ([1], [("not_an_object", None)]),
        ({"text": "Hi"}, [("unexpected_format", None)]),
        ({"instruction": "Name it", "input": "a boat", "output": "pier"}, [("unexpected_format", None)]),
        ({"prompt": "Name it", "completion": " pier"}, [("wrong_kind", None)]),
        ({"messages": [USER], "reference_answer": "4"}, [("wrong_kind", None)]),
        ({"messages": []}, [("empty_messages", None)]),
        ({"messages": ["Hi", ANSWER]}, [("message_not_object", 0)]),
        ({"messages": [{"content": "Hi"}, ANSWER]}, [("missing_role", 0)]),
        ({"messages": [{"role": "robot", "content": "Hi"}, ANSWER]}, [("unrecognized_role", 0)]),
        ({"messages": [{"role": ["user"], "content": "Hi"}, ANSWER]}, [("unrecognized_role", 0)]),
        ({"messages": [USER, {"role": "assistant"}]}, [("missing_content", 1)]),
        ({"messages": [USER, {"role": "assistant", "content": ""}]}, [("missing_content", 1)]),
        ({"messages": [{**USER, "weight": 1}, ANSWER]}, [("extra_key", 0)]),
        ({"messages": [{**USER, "tool_calls": [CALL]}, ANSWER]}, [("extra_key", 0)]),
        ({"messages": [{**USER, "name": None, "tool_calls": None}, ANSWER]}, []),
        ({"messages": [USER, ANSWER], "id": 3}, [("extra_key", None)]),
        ({"messages": [USER]}, [("no_assistant_message", None)]),
        ({"messages": [USER, ANSWER, USER]}, [("last_not_assistant", None)]),
        ({"messages": [USER, {**ANSWER, "weight": 0.5}]}, [("invalid_weight", 1)]),
        (
            {"messages": [USER, {**ANSWER, "weight": 0}]},
            [("no_trained_message", None), ("nothing_to_learn", None)],
        ),
        (PAIR, [("wrong_kind", None)]),
        (says([{"type": "text", "text": "Hi"}]), []),
        (
            says([{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {}}]),
            [("content_not_offered", 0)],
        ),
        (says([{"type": "input_audio", "input_audio": {}}]), [("content_not_offered", 0)]),
        (says([{"type": "smell"}]), [("unknown_part", 0)]),
        (says([{"text": "Hi"}]), [("unknown_part", 0)]),
        (says(["Hi"]), [("content_not_text", 0)]),
        (says(42), [("content_not_text", 0)]),
        (says(True), [("content_not_text", 0)]),
        (says({"text": "Hi"}), [("content_not_text", 0)]),
        (says(None), [("missing_content", 0)]),
        (says([]), [("missing_content", 0)]),
        (says("torn \ud83d"), [("lone_surrogate", 0)]),
        ({"messages": [USER, {**ANSWER, "content": "\ude00"}]}, [("lone_surrogate", 1)]),
        ({"messages": [USER, ANSWER], "tools": [{"\udc00": 1}]}, [("lone_surrogate", None)]),
        (says("whole \U0001f600"), []),
    ],
)
def test_rows_of_chat_files(tmp_path, row, expected):
    assert problems(tmp_path / "f.jsonl", row) == expected


def call(**changes: object) -> dict[str, object]:
    return {**CALLS, "tool_calls": [{**CALL, **changes}]}


def arguments(value: object) -> dict[str, object]:
    return call(function={"name": "open_gate", "arguments": value})


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([USER, CALLS], []),
        ([USER, CALLS, RESULT, ANSWER], []),
        ([USER, {**CALLS, "content": ""}, RESULT, ANSWER], []),
        ([USER, {**CALLS, "content": [{"type": "text", "text": ""}]}], []),
        ([USER, {**CALLS, "content": []}], []),
        ([USER, {**CALLS, "content": 4}], [("content_not_text", 1)]),
        ([USER, call(id="a"), {**RESULT, "tool_call_id": "a"}, ANSWER], []),
        ([USER, OLD_CALL, {"role": "function", "name": "open_gate", "content": None}, ANSWER], []),
        ([USER, CALLS, USER, ANSWER], [("unanswered_tool_call", 1)]),
        ([USER, OLD_CALL, ANSWER], [("unanswered_tool_call", 1)]),
        (
            [USER, {**CALLS, "tool_calls": [CALL, {**CALL, "id": "c2"}]}, RESULT, ANSWER],
            [("unanswered_tool_call", 1)],
        ),
        ([USER, RESULT, ANSWER], [("tool_without_call", 1)]),
        ([USER, CALLS, RESULT, RESULT, ANSWER], [("tool_without_call", 3)]),
        (
            [USER, CALLS, {"role": "tool", "content": "4"}, ANSWER],
            [("missing_tool_call_id", 2), ("unanswered_tool_call", 1)],
        ),
        ([USER, CALLS, {**RESULT, "content": {"gate": 4}}, ANSWER], [("content_not_text", 2)]),
        ([USER, CALLS, {**RESULT, "content": 4}, ANSWER], [("content_not_text", 2)]),
        ([USER, arguments("{gate: 4}")], [("arguments_not_json", 1)]),
        ([USER, arguments("[4]")], [("arguments_not_json", 1)]),
        ([USER, arguments({"gate": 4})], [("arguments_not_json", 1)]),
        ([USER, arguments("[" * 100_000)], [("arguments_not_json", 1)]),
        ([USER, call(function={"name": "open_gate"})], [("invalid_tool_call", 1)]),
        ([USER, call(function="open_gate")], [("invalid_tool_call", 1)]),
        ([USER, call(id=None)], [("invalid_tool_call", 1)]),
        ([USER, call(type="code")], [("invalid_tool_call", 1)]),
        ([USER, {**CALLS, "tool_calls": [3]}], [("invalid_tool_call", 1)]),
        ([USER, {**CALLS, "tool_calls": "open_gate"}], [("invalid_tool_call", 1)]),
        ([USER, {"role": "assistant", "content": None, "tool_calls": []}], [("missing_content", 1)]),
    ],
)
def test_calls_of_tools_and_their_answers(tmp_path, messages, expected):
    assert problems(tmp_path / "f.jsonl", {"messages": messages, "tools": [TOOL]}) == expected


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        ({"tools": [TOOL], "parallel_tool_calls": False}, []),
        ({"functions": [TOOL["function"]]}, []),
        ({"tools": None}, []),
        ({"tools": "open_gate"}, ["invalid_tool"]),
        ({"tools": [{"type": "function"}]}, ["invalid_tool"]),
        ({"tools": [{"type": "function", "function": {"name": "open the gate"}}]}, ["invalid_tool"]),
        ({"tools": [TOOL["function"]]}, ["invalid_tool"]),
        ({"functions": [{"name": "f", "parameters": "none"}]}, ["invalid_tool"]),
        ({"tools": [{"type": "function", "function": {"name": "close_gate"}}]}, ["undefined_tool"]),
    ],
)
def test_definitions_of_tools(tmp_path, tools, expected):
    row = {"messages": [USER, CALLS], **tools}
    assert [code for code, _ in problems(tmp_path / "f.jsonl", row)] == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (PAIR, []),
        ({**PAIR, "input": {"messages": [USER, CALLS, RESULT], "tools": [TOOL]}}, []),
        ({"messages": [USER, ANSWER]}, [("wrong_kind", None)]),
        ({"prompt": "a", "chosen": "b", "rejected": "c"}, [("unexpected_format", None)]),
        ({"instruction": "a", "input": "b", "output": "c"}, [("unexpected_format", None)]),
        ({**PAIR, "input": "Hi"}, [("preference_missing_input", None)]),
        ({**PAIR, "input": {"messages": [USER, CALLS]}}, [("unanswered_tool_call", 1)]),
        ({**PAIR, "preferred_output": []}, [("preference_missing_output", None)]),
        ({**PAIR, "preferred_output": [USER]}, [("preference_invalid_output", None)]),
        ({**PAIR, "preferred_output": [{**ANSWER, "content": 4}]}, [("content_not_text", 0)]),
    ],
)
def test_rows_of_preference_files(tmp_path, row, expected):
    assert problems(tmp_path / "f.jsonl", row, "preference") == expected


GOOD = json.dumps({"messages": [USER, ANSWER]})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ["empty_file"]),
        (b"\n \n", ["empty_file"]),
        (b"\xef\xbb\xbf\n", ["empty_file"]),
        (b'{"messages": [}', ["invalid_json"]),
        (b'{"messages": "\xff"}', ["not_utf8"]),
        (b'{"messages": "\xed\xa0\xbd"}', ["not_utf8"]),
        (b"PK\x03\x04\x00\x00", ["binary"]),
        (b"[" * 100_000, ["invalid_json"]),
        (b"{" + b" " * MAX_LINE_BYTES + b"}\n", ["line_too_long"]),
        *(
            (GOOD.encode(code), ["utf16"])
            for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")
        ),
    ],
)
def test_broken_files(tmp_path, content, expected):
    assert [code for code, _ in problems(tmp_path / "f.jsonl", content)] == expected


def test_lines_keep_their_numbers_after_one_that_is_too_long(tmp_path):
    file = tmp_path / "f.jsonl"
    file.write_bytes(b"x" * (3 * MAX_LINE_BYTES) + b"\n\noops\n" + GOOD.encode())
    assert [(verdict.line, bool(verdict.example)) for verdict in read_verdicts(file, "chat", 1)] == [
        (1, False),
        (3, False),
        (4, True),
    ]


def test_a_bom_and_duplicates_only_warn_and_few_rows_are_counted(tmp_path):
    line = GOOD.encode() + b"\n"
    file = tmp_path / "f.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + line + b"\n" + line)
    verdicts = list(read_verdicts(file))
    assert [(p.code, p.line, p.warning) for verdict in verdicts for p in verdict.problems] == [
        ("bom", 1, True),
        ("duplicate_example", 3, True),
        ("too_few_examples", None, False),
    ]
    assert [verdict.example.line for verdict in verdicts if verdict.example] == [1, 3]


def test_a_row_is_left_out_where_every_weight_is_0_and_a_file_of_them_is_an_error(tmp_path):
    silent = json.dumps({"messages": [USER, {**ANSWER, "weight": 0}]})
    file = tmp_path / "f.jsonl"
    file.write_text(f"{GOOD}\n{silent}\n")
    assert [bool(verdict.example) for verdict in read_verdicts(file, min_examples=1)] == [True, False]
    assert problems(file, silent.encode())[-1] == ("nothing_to_learn", None)


def test_an_example_knows_its_tools_and_both_answers(tmp_path):
    file = tmp_path / "f.jsonl"
    file.write_text(json.dumps({"messages": [USER, CALLS], "tools": [TOOL]}))
    assert next(read_verdicts(file)).example.tools == [TOOL["function"]]
    file.write_text(json.dumps({**PAIR, "non_preferred_output": [CALLS]}))
    example = next(read_verdicts(file, "preference")).example
    assert (example.preferred, example.non_preferred) == (ANSWER, CALLS)
