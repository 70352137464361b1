"""What the dataset checks say: for each thing wrong with a file a sentence and a way to put it right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpers.engine.text.chat_format import MAX_LINE_BYTES, MIN_EXAMPLES, Problem
from helpers.ground.texts import _


@dataclass(frozen=True)
class Finding:
    """One thing found in a file: where (`line` counts from 1; None: the whole file), what, and what to do."""

    code: str
    line: int | None
    what: str
    fix: str
    warning: bool = False

    def __str__(self) -> str:
        where = _("line {line}").format(line=self.line) if self.line else _("whole file")
        return f"{where}: {self.what} {self.fix}"


def explain(problem: Problem) -> Finding:
    """The finding that tells a beginner about a problem.

    >>> explain(Problem("no_assistant_message", 3)).what
    'No message of the role "assistant": there is no answer to learn.'
    """
    what, fix = _sentences().get(problem.code, (problem.code, ""))
    number = "" if problem.message_index is None else problem.message_index + 1
    fields = {"detail": _readable(problem.detail), "message": number, "minimum": MIN_EXAMPLES}
    return Finding(problem.code, problem.line, what.format(**fields), fix.format(**fields), problem.warning)


def _readable(detail: str) -> str:
    """The JSON parser's words for one line of a file: only the column is of use there."""
    return re.sub(r": line 1 column (\d+) \(char \d+\)$", r" at character \1", detail)


def _sentences() -> dict[str, tuple[str, str]]:
    return _file_sentences() | _example_sentences() | _pair_sentences()


def _file_sentences() -> dict[str, tuple[str, str]]:
    megabytes = MAX_LINE_BYTES // 2**20
    return {
        "missing_file": (_("There is no such file."), _("Look at the path: {detail}")),
        "not_a_file": (_("This is a folder, not a file."), _("Name the .jsonl file in it.")),
        "unreadable_file": (
            _("The file cannot be opened ({detail})."),
            _("Close it elsewhere, check its rights."),
        ),
        "wrong_extension": (
            _("The name ends in {detail}, and the service takes .jsonl only."),
            _("Write one JSON object per line and give the file a name ending in .jsonl."),
        ),
        "too_large": (
            _("The file has {detail} MB; the hosted service takes 512 MB at most."),
            _("Split it, or keep the best examples."),
        ),
        "empty_file": (_("The file holds no examples."), _("Write one conversation per line.")),
        "binary": (
            _("This is not a text file."),
            _("Export it as JSON Lines: a spreadsheet or a zip file cannot be read."),
        ),
        "not_utf8": (_("This line is not UTF-8 ({detail})."), _('Save the file with the encoding "UTF-8".')),
        "bom": (
            _("The file begins with an invisible byte order mark (BOM); it is skipped."),
            _('Better save it as "UTF-8" without BOM: other programs may stumble.'),
        ),
        "line_too_long": (
            _("This line is longer than {size} MB.").format(size=megabytes),
            _("Is a line break missing? Each example has its own line."),
        ),
        "too_few_examples": (
            _("The file has {detail} example(s), the service asks for {minimum} or more."),
            _("Add examples: 50 to 100 are a good start."),
        ),
        "duplicate_example": (
            _("The same example stands in line {detail} already."),
            _("Remove one, unless it should count twice."),
        ),
        "shared_example": (
            _("The same question stands in {detail}: a score on it would measure memory."),
            _("Keep it in one of the two files."),
        ),
        "mixed_system": (
            _("The system message differs from that of line {detail}."),
            _("Use one wording, in training and later in every request, unless the difference is meant."),
        ),
    }


def _example_sentences() -> dict[str, tuple[str, str]]:
    return {
        "invalid_json": (
            _("Not valid JSON: {detail}."),
            _("Look there for a missing quote, comma or bracket; write files with json.dumps."),
        ),
        "not_an_object": (
            _("This line holds a {detail}, not an object."),
            _('Each line looks like {{"messages": […]}}.'),
        ),
        "unexpected_format": (
            _('There is no "messages" here (keys: {detail}).'),
            _('Put the conversation into a list called "messages".'),
        ),
        "wrong_kind": (
            _("This is the {detail} format, made for another training method."),
            _("Choose the method that fits the file, or another file."),
        ),
        "empty_messages": (_('"messages" is not a list with messages in it.'), _("Add the conversation.")),
        "message_not_object": (
            _("Message {message} is a {detail}, not an object."),
            _('Each message looks like {{"role": …, "content": …}}.'),
        ),
        "missing_role": (
            _("Message {message} has no role."),
            _("Say whose words they are: system, user or assistant."),
        ),
        "unrecognized_role": (
            _('Message {message} has the unknown role "{detail}".'),
            _("The roles are system, user and assistant."),
        ),
        "missing_content": (
            _("Message {message} has no text as its content."),
            _("Give it a text (an answer must not be empty)."),
        ),
        "extra_key": (
            _('An unknown key, "{detail}".'),
            _("Remove it; weight is allowed in assistant messages only."),
        ),
        "no_assistant_message": (
            _('No message of the role "assistant": there is no answer to learn.'),
            _("Add the answer you would like to get."),
        ),
        "last_not_assistant": (
            _("The last message is not the assistant's."),
            _("What follows the last answer is never learned; remove it or add the answer."),
        ),
        "invalid_weight": (
            _("Message {message} has the weight {detail}."),
            _("A weight is 0 (skip) or 1 (learn)."),
        ),
        "no_trained_message": (
            _("Every answer has the weight 0: nothing is learned here."),
            _("Give at least one answer the weight 1."),
        ),
    }


def _pair_sentences() -> dict[str, tuple[str, str]]:
    return {
        "preference_missing_input": (
            _("There is no question: input.messages is missing."),
            _('Each line looks like {{"input": {{"messages": […]}}, "preferred_output": […], …}}.'),
        ),
        "preference_missing_output": (
            _("{detail} is missing."),
            _("Give it one assistant message in a list."),
        ),
        "preference_invalid_output": (
            _("{detail} is not one single assistant message."),
            _("Give it one assistant message in a list."),
        ),
    }
