"""The decision record: a page in Markdown that one would show a manager."""

from __future__ import annotations

from pathlib import Path

from helpers.ground.clock import today
from helpers.ground.paths import course_home
from helpers.ground.texts import _
from helpers.lessons.checklist.answers import Answers, _file_name
from helpers.lessons.checklist.payback import BreakEven
from helpers.lessons.checklist.questions import questions, sections
from helpers.lessons.checklist.verdict import Decision, decide
from helpers.show.money import dollars


def decision_record(answers: Answers, costs: BreakEven | None = None) -> str:
    """Verdict, reasons, answers with their sources, break-even and open points, as Markdown.

    >>> decision_record(Answers("Letters")).splitlines()[0]
    '# Letters: fine-tune or not?'
    """
    decision = decide(answers)
    parts = [
        _("# {title}: fine-tune or not?").format(title=_plain(answers.title) or _("Our case")),
        _head(answers, decision),
        _section(_("Why"), [_reason(reason.rule.title, reason.text) for reason in decision.reasons]),
        _section(_("Next steps"), [reason.rule.next for reason in decision.reasons]),
        _section(_("Also noticed"), [_reason(reason.rule.title, reason.text) for reason in decision.also]),
        _costs(costs),
        *(_answers(answers, section, title) for section, title in sections()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def show_record(answers: Answers, costs: BreakEven | None = None) -> None:
    """Shows the decision record: verdict, reasons, break-even (where `costs` are given), answers, next steps.

    >>> show_record(Answers("Letters"))
    <IPython.core.display.Markdown object>
    """
    from IPython.display import Markdown, display

    display(Markdown(decision_record(answers, costs)))


def save_record(answers: Answers, costs: BreakEven | None = None, path: str | Path | None = None) -> Path:
    """Writes the record as Markdown; without `path` into `<COURSE_HOME>/decision-records/`. Gives its path.

    Raises OSError where it cannot be written.

    >>> save_record(Answers("Letters")).name
    'letters.md'
    """
    name = _file_name(answers.title) or "our-case"
    target = Path(path).expanduser() if path else course_home() / "decision-records" / f"{name}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(decision_record(answers, costs), encoding="utf-8")
    return target


def _head(answers: Answers, decision: Decision) -> str:
    purpose = answers.value("purpose") or _("not named yet")
    lines = [
        _("**Verdict, {day}: {verdict}.** {text}").format(
            day=today(), verdict=decision.title, text=decision.text
        ),
        _("Use case: {purpose}").format(purpose=_plain(str(purpose))),
    ]
    return "\n\n".join(lines)


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"## {title}", "", *(f"- {line}" for line in lines)]) if lines else ""


def _reason(title: str, text: str) -> str:
    return f"**{title}.** {text}"


def _costs(costs: BreakEven | None) -> str:
    if costs is None:
        return ""
    request = _(
        "A request costs {base} with the base model and {tuned} with the tuned one (prices seen {day})."
    )
    filled = request.format(
        base=dollars(costs.base.usd_per_request),
        tuned=dollars(costs.tuned.usd_per_request),
        day=costs.prices_seen,
    )
    return _section(_("Break-even"), [costs.sentence(), filled, costs.cheapest_sentence()])


def _answers(answers: Answers, section: str, title: str) -> str:
    rows = [_row(answers, name) for name, question in questions().items() if question.section == section]
    head = [_("| question | answer | where it comes from |"), "|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows])


def _row(answers: Answers, name: str) -> str:
    question, answer = questions()[name], answers.get(name)
    words = _plain(question.words(answer.value if answer else None))
    return f"| {_plain(question.text)} | {words} | {_plain(answers.source_words(name))} |"


def _plain(text: str) -> str:
    """One line that cannot break out of a table or become markup."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return escaped.replace("<", "&lt;").replace("`", "\\`")
