"""A verdict in words a learner can trace: reasons, the answers behind them, the rules."""

from __future__ import annotations

from html import escape

from helpers.ground.texts import _
from helpers.learning.feedback import Note, inline
from helpers.lessons.checklist.answers import Answers, preset, presets
from helpers.lessons.checklist.rules import document, order, rules
from helpers.lessons.checklist.verdict import Decision, Reason, decide
from helpers.show.showing import show_html
from helpers.show.table import Html, table


def verdict_html(decision: Decision) -> str:
    """The verdict with its reasons; the answers behind each open on demand."""
    reasons = "".join(_reason(reason) for reason in decision.reasons)
    also = "".join(_reason(reason) for reason in decision.also)
    more = f"<details><summary>{escape(_('Also noticed'))}</summary><ul>{also}</ul></details>" if also else ""
    note = Note(decision.icon, f"{_('Verdict')}: {decision.title}", decision.text)
    return f'<div role="status">{note.html()}</div><ul>{reasons}</ul>{more}'


def verdict_text(decision: Decision) -> str:
    """The same as plain text."""
    lines = [f"- {reason.rule.title}: {reason.text} {reason.rule.next}" for reason in decision.reasons]
    return "\n".join([f"{decision.icon} {_('Verdict')}: {decision.title}", *lines])


def show_verdict(answers: Answers) -> None:
    """Shows the verdict on a case and what led to it.

    >>> show_verdict(preset("eight-examples"))  # doctest: +ELLIPSIS
    ⏸️ Verdict: Not yet...
    """
    decision = decide(answers)
    show_html(verdict_html(decision), verdict_text(decision))


def show_presets() -> None:
    """Shows the cases that come with the course, each with its verdict.

    >>> show_presets()  # doctest: +ELLIPSIS
    recipe-lines ... Prototype...
    """
    rows, lines = [], []
    for entry in presets():
        decision = decide(preset(entry["id"]))
        cells = (_(entry["title"]), _(entry["summary"]), f"{decision.icon} {decision.title}")
        rows.append(cells)
        lines.append(f"{entry['id']:<18} {decision.icon} {decision.title}")
    show_html(table((_("Case"), _("What it is"), _("Verdict")), rows), "\n".join(lines))


def show_rules() -> None:
    """Shows every rule of the verdict, the most cautious first.

    >>> show_rules()  # doctest: +ELLIPSIS
    Every rule looks at your answers. The verdict is the most cautious one ...
    """
    rows, lines = [], []
    for rule in sorted(rules(), key=lambda rule: order().index(rule.verdict)):
        cells = (rule.verdict, rule.title, rule.next)
        rows.append([Html(inline(cell)) for cell in cells])
        lines.append(f"{rule.verdict:<10} {rule.title}: {rule.next}")
    told = "\n".join([_(document()["how"]), *lines])
    show_html(table((_("Verdict"), _("Rule"), _("What to do")), rows), told)


def _reason(reason: Reason) -> str:
    behind = "".join(
        f"<li>{escape(question)} <em>{escape(words)}</em></li>" for question, words in reason.because
    )
    rule = escape(_("Rule {id}; your answers behind it:").format(id=reason.rule.id))
    details = f"<details><summary>{escape(_('Which answers?'))}</summary>{rule}<ul>{behind}</ul></details>"
    told = f"{escape(reason.text)} {escape(reason.rule.next)}"
    return f"<li><strong>{escape(reason.rule.title)}.</strong> {told}{details}</li>"
