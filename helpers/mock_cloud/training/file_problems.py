"""What is wrong with a training file, in the hosted service's words where they are known.

Sources of the wordings are listed per case in CONFORMANCE.md; the rest is ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from helpers.engine.text.chat_format import MIN_EXAMPLES, Kind, Problem, read_examples
from helpers.mock_cloud.state.hooks import JobFailed

Part = Literal["training", "validation"]
MAX_WARNINGS = 5
_UNREADABLE = {"invalid_json", "not_utf8", "binary", "line_too_long", "not_an_object"}


@dataclass(frozen=True)
class Inspection:
    """The number of well-formed examples, the first error, and the first few warnings."""

    examples: int
    error: Problem | None
    warnings: list[Problem]


def inspect(path: Path, kind: Kind, min_examples: int = MIN_EXAMPLES) -> Inspection:
    """Read the whole file, keeping nothing of it in memory."""
    examples, error, warnings = 0, None, []
    for found in read_examples(path, kind, min_examples):
        if not isinstance(found, Problem):
            examples += 1
        elif found.warning:
            warnings = [*warnings, found][:MAX_WARNINGS]
        elif error is None:
            error = found
            if found.code != "too_few_examples" and found.code in _UNREADABLE:
                break
    return Inspection(examples, error, warnings)


def unreadable(problem: Problem | None) -> str | None:
    """The `status_details` of a file that cannot even be parsed; None for a file that can."""
    return _sentence(problem) if problem is not None and problem.code in _UNREADABLE else None


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
        return JobFailed("invalid_file_format", _sentence(problem), param)
    if problem.code == "wrong_kind":
        return JobFailed(f"invalid_{part}_file", _invalid(part) + _wrong_kind(problem, file, method), param)
    if problem.code == "extra_key" and problem.message_index is None:
        prefix = f"The job failed due to a file format error in the {part} file. "
        return JobFailed("invalid_file_format", prefix + _sentence(problem), param)
    return JobFailed(f"invalid_{part}_file", _invalid(part) + _sentence(problem), param)


def warning(problem: Problem, part: Part) -> str:
    """One sentence about something that does not stop the job."""
    example = f"Example {problem.line} of the {part} file"
    texts = {
        "bom": f"The {part} file starts with a byte order mark (BOM), which is ignored.",
        "duplicate_example": f"{example} repeats example {problem.detail}.",
        "last_not_assistant": f"{example} does not end with an assistant message.",
        "no_trained_message": f"{example} has only messages of weight 0: nothing is learned from it.",
    }
    return texts.get(problem.code, f"{example}: {problem.code}.")


def _invalid(part: Part) -> str:
    return f"The job failed due to an invalid {part} file. "


def _wrong_kind(problem: Problem, file: str, method: str) -> str:
    if problem.detail == "chat":
        return (
            f"Input file {file} is in the fine-tune-chat format, but the specified fine-tuning job is not "
            f"using 'supervised' as the training method (provided method={method}). "
        )
    return (
        f"Input file {file} is in the fine-tune-preference format, but the specified fine-tuning job is "
        f"not using 'dpo' as the training method (provided method={method}). "
    )


def _sentence(problem: Problem) -> str:
    if problem.code == "unexpected_format":
        return "Unexpected file format, expected either prompt/completion pairs or chat messages."
    if problem.code == "binary":
        return "Invalid file format. The file holds binary data, not UTF-8 text with a JSON object per line."
    where = f"Example {problem.line}"
    if problem.message_index is not None:
        where += f", message {problem.message_index + 1}"
    return f"Invalid file format. {_SENTENCES.get(problem.code, _other)(problem, where)}"


def _other(problem: Problem, where: str) -> str:
    detail = f" ({problem.detail})" if problem.detail else ""
    return f"{where}: {problem.code.replace('_', ' ')}{detail}."


_SENTENCES: dict[str, Callable[[Problem, str], str]] = {
    "invalid_json": lambda p, at: (
        f"{at} cannot be parsed. Error: line contains invalid json: {p.detail} (line {p.line})"
    ),
    "not_utf8": lambda p, at: f"{at} cannot be read: {p.detail} is not UTF-8 text. Save the file as UTF-8.",
    "line_too_long": lambda p, at: (
        f"{at} is longer than {int(p.detail) // 2**20} MB. Split it into shorter examples."
    ),
    "not_an_object": lambda p, at: (
        f'{at} is a JSON {p.detail}; it must be an object such as {{"messages": [...]}}.'
    ),
    "empty_messages": lambda p, at: f"{at} has no messages.",
    "message_not_object": lambda p, at: f"{at} is not an object with role and content.",
    "missing_role": lambda p, at: f"{at} Discriminator 'role' is missing in value",
    "unrecognized_role": lambda p, at: (
        f"{at} has the role '{p.detail}'; use system, user, assistant or tool."
    ),
    "missing_content": lambda p, at: f"{at} has no content.",
    "extra_key": lambda p, at: f'{at} contains an extra "{p.detail}".',
    "no_assistant_message": lambda p, at: (
        f"{at} has no assistant message, so there is nothing to learn from it."
    ),
    "invalid_weight": lambda p, at: f"{at} has the weight {p.detail}; only 0 and 1 are allowed.",
    "preference_missing_input": lambda p, at: f'{at} has no "input" with messages.',
    "preference_missing_output": lambda p, at: f'{at} has no "{p.detail}".',
    "preference_invalid_output": lambda p, at: f'{at}: "{p.detail}" must be a list of one assistant message.',
}
