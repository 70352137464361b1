"""The outcome of the dataset checks, as a table in a notebook and as text elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from helpers.dataset.dataset_findings import Finding
from helpers.ground.texts import _


@dataclass(frozen=True)
class DatasetReport:
    """What the checks found: `n_examples` good rows, the first findings of each kind, and how many in all."""

    path: Path
    n_examples: int
    findings: list[Finding]
    counts: Counter[str]

    @property
    def ok(self) -> bool:
        """Whether the file can be uploaded: warnings do not stop it."""
        return not self.errors

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.warning]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.warning]

    def rows(self) -> list[tuple[str, str]]:
        """Each check with its result in words."""
        return [(title, self._result(codes)) for title, codes in _checks()]

    def __str__(self) -> str:
        rows = [f"{result:<14} {title}" for title, result in self.rows()]
        return "\n".join([self._headline(), *rows, *self._details()])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        rows = "\n".join(f"| {title} | {result} |" for title, result in self.rows())
        head = f"| {_('check')} | {_('result')} |\n|:---|:---|"
        details = "\n".join(f"- {_plain(line)}" for line in self._details())
        return f"**{_plain(self._headline())}**\n\n{head}\n{rows}\n\n{details}"

    def _headline(self) -> str:
        if self.ok:
            text = _("{name}: {n} examples, ready to upload")
        else:
            text = _("{name}: not ready to upload ({n} good examples)")
        return text.format(name=self.path.name, n=self.n_examples)

    def _result(self, codes: frozenset[str]) -> str:
        if "missing_file" in self.counts or "not_a_file" in self.counts or "unreadable_file" in self.counts:
            return "✗ " + _("not checked")
        errors = sum(self.counts[code] for code in codes & {finding.code for finding in self.errors})
        warnings = sum(self.counts[code] for code in codes & {finding.code for finding in self.warnings})
        if errors:
            return "✗ " + _("{n} to fix").format(n=errors)
        if not errors and not warnings and not self.n_examples:
            return "– " + _("nothing to check")
        return "! " + _("{n} to look at").format(n=warnings) if warnings else "✓ " + _("ok")

    def _details(self) -> list[str]:
        lines = []
        for finding in [*self.errors, *self.warnings]:
            mark = "!" if finding.warning else "✗"
            lines.append(f"{mark} {finding}")
        hidden = sum(self.counts.values()) - sum(finding.rows for finding in self.findings)
        return [*lines, _("… and {n} more of these kinds.").format(n=hidden)] if hidden else lines


def _checks() -> list[tuple[str, frozenset[str]]]:
    """Each check, and the codes of what it may find."""
    checks = {
        _("1. every line is a JSON object"): "invalid_json not_an_object line_too_long lone_surrogate",
        _("2. every example has a list of messages"): (
            "unexpected_format wrong_kind empty_messages preference_missing_input"
        ),
        _("3. every message has a role and a content"): "message_not_object missing_role",
        _("4. no unknown keys"): "extra_key invalid_weight",
        _("5. the roles are known"): "unrecognized_role",
        _("6. the content is text"): "missing_content content_not_text content_not_offered unknown_part",
        _("7. every example has an answer to learn"): (
            "no_assistant_message last_not_assistant no_trained_message nothing_to_learn "
            "preference_missing_output preference_invalid_output"
        ),
        _("8. a .jsonl text file in UTF-8, not too big"): (
            "wrong_extension too_large binary utf16 not_utf8 bom"
        ),
        _("9. enough examples"): "empty_file too_few_examples",
        _("10. nothing twice"): "duplicate_example shared_example",
        _("11. one system message, and a user's question"): "mixed_system missing_system missing_user",
        _("12. tool calls are whole and answered"): (
            "invalid_tool invalid_tool_call arguments_not_json undefined_tool missing_tool_call_id "
            "unanswered_tool_call tool_without_call"
        ),
        _("13. short enough for the small model"): "cut_example left_out_example all_too_long",
    }
    return [(title, frozenset(codes.split())) for title, codes in checks.items()]


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, "\\" + mark if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return text
