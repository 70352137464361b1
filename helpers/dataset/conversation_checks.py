"""What the conversations of a file have in common: system messages, user messages, questions."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from helpers.engine.text.content import content_text
from helpers.engine.text.verdict import Example, Problem

_SYSTEM = ("system", "developer")


class Conversations:
    """Looks at each example once. `lines` and `questions` (hashes) tell two files' shared questions.

    A missing system or user message is counted, as the cookbook does.
    """

    def __init__(self) -> None:
        self.lines, self.questions = array("I"), array("q")
        self._without: dict[str, tuple[int, int]] = {}
        self._system: tuple[str, int] | None = None

    def look(self, example: Example) -> Iterator[Problem]:
        """Take note of an example; yields a warning if its system message differs from the first one."""
        asked, system = list[str](), None
        for message in example.messages:
            role, content = message["role"], message.get("content")
            if role == "user":
                asked.append(content if type(content) is str else content_text(content))
            elif system is None and role in _SYSTEM:
                system = content if type(content) is str else content_text(content)
        if asked:
            self.lines.append(example.line)
            self.questions.append(hash(tuple(asked)))
        else:
            self._miss("missing_user", example.line)
        if system is None:
            self._miss("missing_system", example.line)
        elif self._system is None:
            self._system = system, example.line
        elif system != self._system[0]:
            yield Problem("mixed_system", example.line, detail=str(self._system[1]), warning=True)

    def problems(self) -> list[Problem]:
        """How many of the examples so far lack a system message or a user message."""
        found = self._without.items()
        return [Problem(code, first, warning=True, rows=rows) for code, (rows, first) in found]

    def _miss(self, code: str, line: int) -> None:
        rows, first = self._without.get(code, (0, line))
        self._without[code] = rows + 1, first
