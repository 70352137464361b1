"""What is wrong with a training file, in the hosted service's words where they are known.

Sources of the wordings are listed per case in CONFORMANCE.md; the rest is ours.
"""

from __future__ import annotations

from typing import Literal

from helpers.engine.text.content import NOT_OFFERED
from helpers.engine.text.row_reader import MIN_EXAMPLES
from helpers.engine.text.verdict import Problem
from helpers.mock_cloud.state.hooks import JobFailed

Part = Literal["training", "validation"]
_METHODS = {"chat": "supervised", "preference": "dpo", "reinforcement": "reinforcement"}


def failure(problem: Problem, part: Part, file: str, method: str) -> JobFailed:
    """The error a job shows for the problem in its training or validation file."""
    param = f"{part}_file"
    if problem.code in {"too_few_examples", "empty_file"}:
        count = problem.detail or "0"
        message = (
            f"{part.capitalize()} file has {count} example(s), but must have at least {MIN_EXAMPLES} examples"
        )
        return JobFailed("invalid_n_examples", message, param)
    if problem.code == "invalid_json":
        return JobFailed("invalid_file_format", sentence(problem), param)
    if problem.code == "extra_key" and problem.message_index is None:
        prefix = f"The job failed due to a file format error in the {part} file. "
        return JobFailed("invalid_file_format", prefix + sentence(problem), param)
    words = _wrong_kind(problem, file, method) if problem.code == "wrong_kind" else sentence(problem)
    return JobFailed(f"invalid_{part}_file", f"The job failed due to an invalid {part} file. {words}", param)


def warning(problem: Problem, part: Part) -> str:
    """One sentence about something that does not stop the job."""
    example = f"Example {problem.line} of the {part} file"
    where = f"The {part} file" if problem.line == 1 else example
    several = f"{problem.rows} example(s) of the {part} file (the first is example {problem.line})"
    texts = {
        "bom": f"{where} starts with a byte order mark (BOM), which is ignored.",
        "duplicate_example": f"{example} repeats example {problem.detail}.",
        "last_not_assistant": f"{example} does not end with an assistant message.",
        "no_trained_message": f"{example} has only messages of weight 0: nothing is learned from it.",
        "undefined_tool": f"{example} calls the tool '{problem.detail}', which its tools do not define.",
        "cut_example": (
            f"{several} are longer than {problem.detail} tokens, the most that the model here reads, and "
            "were cut there."
        ),
        "left_out_example": (
            f"{several} are left out: they are too long, their answers begin beyond the {problem.detail} "
            "tokens that the model here reads."
        ),
    }
    return texts.get(problem.code, f"{example}: {problem.code}.")


def _wrong_kind(problem: Problem, file: str, method: str) -> str:
    if problem.detail not in _METHODS:
        wanted = "preference pairs" if method == "dpo" else "chat messages"
        return (
            f"Input file {file} is in the fine-tune-completion format (prompt/completion pairs), but the "
            f"specified fine-tuning job needs {wanted}."
        )
    return (
        f"Input file {file} is in the fine-tune-{problem.detail} format, but the specified fine-tuning job "
        f"is not using '{_METHODS[problem.detail]}' as the training method (provided method={method}). "
    )


def sentence(problem: Problem) -> str:
    """What is wrong, as a file's `status_details` say it."""
    at = f"Example {problem.line}"
    if problem.message_index is not None:
        at += f", message {problem.message_index + 1}"
    text = _FILE_SENTENCES.get(problem.code)
    text = text or f"Invalid file format. {_SENTENCES.get(problem.code) or _other(problem)}"
    size = f"{int(problem.detail) // 2**20} MB" if problem.code == "line_too_long" else ""
    return text.format(at=at, p=problem, size=size, offered=NOT_OFFERED.get(problem.detail))


def _other(problem: Problem) -> str:
    return f"{{at}}: {problem.code.replace('_', ' ')}{' ({p.detail})' if problem.detail else ''}."


_FILE_SENTENCES: dict[str, str] = {
    "unexpected_format": (
        "Unexpected file format, expected either prompt/completion pairs or chat messages."
    ),
    "binary": (
        "Invalid file format. The file holds binary data, not UTF-8 text with a JSON object per line."
    ),
    "utf16": "Invalid file format. The file is encoded in {p.detail}. Save it as UTF-8.",
    "nothing_to_learn": "Every assistant message has the weight 0, so there is nothing to learn from it.",
    "all_too_long": (
        "All examples are too long: their answers begin beyond the {p.detail} tokens that the model here "
        "reads. Shorten what stands before the answers."
    ),
}
_SENTENCES: dict[str, str] = {
    "invalid_json": "{at} cannot be parsed. Error: line contains invalid json: {p.detail} (line {p.line})",
    "not_utf8": "{at} cannot be read: {p.detail} is not UTF-8 text. Save the file as UTF-8.",
    "line_too_long": "{at} is longer than {size}. Split it into shorter examples.",
    "lone_surrogate": "{at} holds half of a character (a lone surrogate escape), so it is not valid text.",
    "not_an_object": '{at} is a JSON {p.detail}; it must be an object such as {{"messages": [...]}}.',
    "empty_messages": "{at} has no messages.",
    "message_not_object": "{at} is not an object with role and content.",
    "missing_role": "{at} Discriminator 'role' is missing in value",
    "unrecognized_role": "{at} has the role '{p.detail}'; use system, user, assistant or tool.",
    "missing_content": "{at} has no content.",
    "content_not_text": "{at} has a JSON {p.detail} as its content; it must be a string.",
    "content_not_offered": (
        "{at} has a content part of type '{p.detail}': the mock cloud does not offer training on "
        "{offered}, only on text."
    ),
    "unknown_part": "{at} has a content part of the unknown type '{p.detail}'.",
    "extra_key": '{at} contains an extra "{p.detail}".',
    "no_assistant_message": "{at} has no assistant message, so there is nothing to learn from it.",
    "invalid_weight": "{at} has the weight {p.detail}; only 0 and 1 are allowed.",
    "invalid_tool": "{at} has a wrong tool definition at {p.detail}.",
    "invalid_tool_call": "{at} has a wrong tool call at {p.detail}.",
    "arguments_not_json": (
        "{at} calls '{p.detail}' with arguments that are not a string with a JSON object."
    ),
    "missing_tool_call_id": "{at} has no 'tool_call_id'.",
    "unanswered_tool_call": (
        "{at}: an assistant message with 'tool_calls' must be followed by tool messages responding to each "
        "'tool_call_id'. No message responds to: {p.detail}"
    ),
    "tool_without_call": "{at} has the role 'tool', but no message before it calls '{p.detail}'.",
    "preference_missing_input": '{at} has no "input" with messages.',
    "preference_missing_output": '{at} has no "{p.detail}".',
    "preference_invalid_output": '{at}: "{p.detail}" must be a list of one assistant message.',
}
