"""What is said about a row of a training file: can it be trained on, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["chat", "preference"]
WARNINGS = frozenset({"last_not_assistant", "no_trained_message", "undefined_tool"})
"""What the rules find that does not stop a job."""
LEFT_OUT = frozenset({"no_trained_message"})
"""Warnings whose row is left out; any error does the same."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file. `line` counts from 1 and `message_index` from 0 (`None`: whole file/line).

    `detail` holds the fact a message needs: the parser's words, the role, the key, the count, the bytes.
    A `warning` does not stop a job; `rows` is how many rows share the problem, `line` then the first of them.
    Codes by what they are about:

    - file: `empty_file`, `too_few_examples` (detail: how many), `nothing_to_learn` (every row has only
      messages of weight 0), `binary`, `utf16` (detail: which encoding), `bom` (warning)
    - line: `line_too_long`, `not_utf8`, `invalid_json`, `lone_surrogate`, `not_an_object`,
      `unexpected_format` (detail: the keys), `wrong_kind` (detail: the format found),
      `duplicate_example` (warning, detail: the first line)
    - conversation: `empty_messages`, `no_assistant_message`, `last_not_assistant` (warning),
      `no_trained_message` (warning, every weight is 0: the row is left out)
    - message: `message_not_object`, `missing_role`, `unrecognized_role`, `missing_content`,
      `content_not_text` (detail: the JSON type found), `content_not_offered` and `unknown_part` (detail: the
      part's type), `extra_key`, `invalid_weight`
    - tools: `invalid_tool` and `invalid_tool_call` (detail: the place), `arguments_not_json` and
      `undefined_tool` (warning; detail: the tool's name), `missing_tool_call_id`, `unanswered_tool_call` and
      `tool_without_call` (detail: the call's id)
    - length, told after the last line: `cut_example` and `left_out_example` (warnings), `all_too_long`
      (detail: the most tokens that are read)
    - pair: `preference_missing_input`, `preference_missing_output`, `preference_invalid_output` (detail: key)
    """

    code: str
    line: int | None = None
    message_index: int | None = None
    detail: str = ""
    warning: bool = False
    rows: int = 1


class Example(NamedTuple):
    """A row that can be trained on; a preference row has its prompt in `messages` and one answer an output.

    `tools` are the functions that the conversation may call: `{"name", "description", "parameters"}`.
    """

    line: int
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] = []
    preferred: dict[str, Any] | None = None
    non_preferred: dict[str, Any] | None = None


class Verdict(NamedTuple):
    """One row judged: `example` if it can be trained on, `problems` if anything is to be said about it.

    `size` is the line's length in bytes. What is wrong with the whole file comes as a verdict without a line.
    """

    line: int | None
    example: Example | None = None
    problems: tuple[Problem, ...] = ()
    size: int = 0
