"""Shows verdicts, hints and solutions in words, with an icon and a colour, in light and dark themes."""

from __future__ import annotations

import re
from html import escape

from helpers.ground.texts import _
from helpers.learning.outcomes import CORRECT, NOT_YET, Verdict
from helpers.show.palette import MUTED


class Note:
    """A short message to the learner, as HTML where the front end can show it and as text elsewhere."""

    def __init__(self, icon: str, headline: str, body: str, colour: str = "info") -> None:
        self.icon, self.headline, self.body, self.colour = icon, headline, body, colour

    def __repr__(self) -> str:
        return f"{self.icon} {self.headline}\n{self.body}".strip()

    def _repr_mimebundle_(self, **_options: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        edge = f"var(--jp-{self.colour}-color1, {MUTED.light})"
        return (
            f'<div class="course-note" style="border-left: 6px solid {edge}; padding: 6px 12px">'
            f'<strong><span aria-hidden="true">{self.icon}</span> {escape(self.headline)}</strong>'
            f"{paragraphs(self.body)}</div>"
        )


def display_verdict(title: str, verdict: Verdict) -> None:
    """The outcome of a check: headline in words, sentence that helps."""
    icon, words, colour = _look(verdict.outcome)
    _display(Note(icon, f"{words}: {title}", verdict.message, colour))


def display_hint(text: str, which: int, of: int) -> None:
    """Hint number `which` of `of`."""
    _display(Note("💡", _("Hint {which} of {of}").format(which=which, of=of), text))


def display_solution(title: str, code: str, why: str) -> None:
    """One way to solve it, as code, and the reason."""
    body = f"```\n{code.strip()}\n```\n{why}"
    _display(Note("🔑", _("One solution: {title}").format(title=title), body))


def paragraphs(text: str) -> str:
    """HTML of plain text with `code`, *emphasis*, fenced code, and a paragraph per line.

    >>> paragraphs("Use `helpers`.")
    '<p style="margin: 4px 0">Use <code>helpers</code>.</p>'
    """
    blocks = re.split(r"```\n?(.*?)```", text, flags=re.DOTALL)
    return "".join(_pre(block) if place % 2 else _lines(block) for place, block in enumerate(blocks))


def _look(outcome: str) -> tuple[str, str, str]:
    if outcome == CORRECT:
        return "✅", _("Correct"), "success"
    if outcome == NOT_YET:
        return "🔁", _("Not yet"), "warn"
    return "✏️", _("Not attempted"), "info"


def _pre(code: str) -> str:
    style = "margin: 4px 0; overflow-x: auto"
    return f'<pre tabindex="0" style="{style}"><code>{escape(code.rstrip())}</code></pre>'


def _lines(text: str) -> str:
    return "".join(
        f'<p style="margin: 4px 0">{inline(line)}</p>' for line in text.splitlines() if line.strip()
    )


def inline(text: str) -> str:
    """HTML of one line: `code` and *emphasis*, everything else escaped."""
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
    return re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])", r"<em>\1</em>", safe)


def _display(note: Note) -> None:
    from IPython.display import display

    display(note)
