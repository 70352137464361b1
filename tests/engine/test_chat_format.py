"""What is found wrong in training files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.engine.text.chat_format import MAX_LINE_BYTES, Example, Problem, read_examples

USER, ANSWER = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}
PAIR = {"input": {"messages": [USER]}, "preferred_output": [ANSWER], "non_preferred_output": [ANSWER]}


def problems(file: Path, content: bytes | object, kind: str = "chat") -> list[tuple[str, int | None]]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    file.write_bytes(data)
    found = [item for item in read_examples(file, kind, min_examples=1) if isinstance(item, Problem)]
    return [(problem.code, problem.message_index) for problem in found]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"messages": [USER, ANSWER]}, []),
        ([1], [("not_an_object", None)]),
        ({"text": "Hi"}, [("unexpected_format", None)]),
        ({"messages": []}, [("empty_messages", None)]),
        ({"messages": ["Hi", ANSWER]}, [("message_not_object", 0)]),
        ({"messages": [{"content": "Hi"}, ANSWER]}, [("missing_role", 0)]),
        ({"messages": [{"role": "robot", "content": "Hi"}, ANSWER]}, [("unrecognized_role", 0)]),
        ({"messages": [USER, {"role": "assistant"}]}, [("missing_content", 1)]),
        ({"messages": [{**USER, "weight": 1}, ANSWER]}, [("extra_key", 0)]),
        ({"messages": [USER, ANSWER], "id": 3}, [("extra_key", None)]),
        ({"messages": [USER]}, [("no_assistant_message", None)]),
        ({"messages": [USER, ANSWER, USER]}, [("last_not_assistant", None)]),
        ({"messages": [USER, {**ANSWER, "weight": 0.5}]}, [("invalid_weight", 1)]),
        ({"messages": [USER, {**ANSWER, "weight": 0}]}, [("no_trained_message", None)]),
        (PAIR, [("wrong_kind", None)]),
    ],
)
def test_rows_of_chat_files(tmp_path, row, expected):
    assert problems(tmp_path / "f.jsonl", row) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (PAIR, []),
        ({"messages": [USER, ANSWER]}, [("wrong_kind", None)]),
        ({**PAIR, "input": "Hi"}, [("preference_missing_input", None)]),
        ({**PAIR, "preferred_output": []}, [("preference_missing_output", None)]),
        ({**PAIR, "preferred_output": [USER]}, [("preference_invalid_output", None)]),
    ],
)
def test_rows_of_preference_files(tmp_path, row, expected):
    assert problems(tmp_path / "f.jsonl", row, "preference") == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ["empty_file"]),
        (b'{"messages": [}', ["invalid_json"]),
        (b"\xff\xfe{}", ["not_utf8"]),
        (b"PK\x03\x04\x00\x00", ["binary"]),
        (b"[" * 100_000, ["invalid_json"]),
        (b"{" + b" " * MAX_LINE_BYTES + b"}\n", ["line_too_long"]),
    ],
)
def test_broken_files(tmp_path, content, expected):
    assert [code for code, _ in problems(tmp_path / "f.jsonl", content)] == expected


def test_a_bom_and_duplicates_only_warn_and_few_rows_are_counted(tmp_path):
    line = json.dumps({"messages": [USER, ANSWER]}).encode() + b"\n"
    file = tmp_path / "f.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + line + b"\n" + line)
    items = list(read_examples(file))
    assert [(p.code, p.line, p.warning) for p in items if isinstance(p, Problem)] == [
        ("bom", 1, True),
        ("duplicate_example", 3, True),
        ("too_few_examples", None, False),
    ]
    assert [item.line for item in items if isinstance(item, Example)] == [1, 3]
