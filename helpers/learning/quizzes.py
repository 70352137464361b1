"""Shows the quiz of a notebook: native buttons, feedback for each answer, counted as progress."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _
from helpers.learning import feedback, progress, quiz_files
from helpers.show.showing import show_html, show_widget

if TYPE_CHECKING:
    import ipywidgets

Reply = tuple[bool, str]
"""Whether the answer is right, and the feedback."""


def show_quiz(name: str) -> None:
    """Shows the quiz of a notebook, named as its file; for another name, which quizzes there are.

    >>> show_quiz("00-start")
    A quiz of 3 questions stands here. Run the cell above to answer it.
    """
    questions = quiz_files.questions(name)
    if not questions:
        known = ", ".join(quiz_files.names())
        text = _("There is no quiz {name!r}. The quizzes: {known}.").format(name=name, known=known)
        return show_html(f"<p>{escape(text)}</p>", text)
    invitation = _("A quiz of {n} questions stands here. Run the cell above to answer it.")
    return show_widget(quiz_widget(name), invitation.format(n=len(questions)))


def quiz_widget(name: str) -> ipywidgets.VBox:
    """The quiz as one widget; its children are the questions."""
    import ipywidgets

    questions = quiz_files.questions(name)
    boxes = [
        _question_box(name, number, len(questions), question) for number, question in enumerate(questions)
    ]
    return ipywidgets.VBox(boxes)


def _question_box(name: str, number: int, of: int, question: dict[str, Any]) -> ipywidgets.VBox:
    import ipywidgets

    count = _("Question {number} of {of}").format(number=number + 1, of=of)
    heading = ipywidgets.HTML(f"<strong>{escape(count)}.</strong> {feedback.inline(_(question['question']))}")
    chooser, answer = _CHOOSERS[question["type"]](question)
    button = ipywidgets.Button(description=_("Check answer"), tooltip=_("Check answer") + f": {count}")
    reply = ipywidgets.HTML()

    def on_click(_button: Any) -> None:
        reply.value = _reply_html(name, number, answer())

    def forget(_change: Any) -> None:
        reply.value = ""

    button.on_click(on_click)
    for control in (chooser, *getattr(chooser, "children", ())):
        if control.has_trait("value"):
            control.observe(forget, names="value")
    margin = ipywidgets.Layout(margin="0 0 16px 0")
    return ipywidgets.VBox([heading, chooser, button, reply], layout=margin)


def _reply_html(name: str, number: int, reply: Reply | None) -> str:
    """The feedback, announced by screen readers; the answer is recorded when there is one."""
    if reply is None:
        note = feedback.Note("✏️", _("Not attempted"), _("Choose an answer first."))
    else:
        right, text = reply
        progress.record("quiz", name, question=number, correct=right)
        icon, words, colour = ("✅", _("Correct"), "success") if right else ("🔁", _("Not yet"), "warn")
        note = feedback.Note(icon, words, text, colour)
    return f'<div role="alert">{note.html()}</div>'


def _single(question: dict[str, Any]) -> tuple[ipywidgets.Widget, Callable[[], Reply | None]]:
    import ipywidgets

    answers = question["answers"]
    options = [(_(answer["answer"]), place) for place, answer in enumerate(answers)]
    wide = ipywidgets.Layout(width="auto")
    chooser = ipywidgets.RadioButtons(
        options=options, index=None, layout=wide, tooltip=_(question["question"])
    )

    def answer() -> Reply | None:
        if chooser.value is None:
            return None
        chosen = answers[chooser.value]
        return bool(chosen["correct"]), _(chosen["feedback"])

    return chooser, answer


def _several(question: dict[str, Any]) -> tuple[ipywidgets.Widget, Callable[[], Reply | None]]:
    import ipywidgets

    answers, wide = question["answers"], ipywidgets.Layout(width="auto")
    boxes = [ipywidgets.Checkbox(description=_(a["answer"]), indent=False, layout=wide) for a in answers]
    note = ipywidgets.HTML(f"<em>{escape(_('Several answers may be right.'))}</em>")

    def answer() -> Reply | None:
        if not any(box.value for box in boxes):
            return None
        right = all(box.value == bool(a["correct"]) for box, a in zip(boxes, answers, strict=True))
        chosen = [_(a["feedback"]) for box, a in zip(boxes, answers, strict=True) if box.value]
        if not right and all(a["correct"] for box, a in zip(boxes, answers, strict=True) if box.value):
            chosen.append(_("There is at least one more."))
        return right, "\n".join(chosen)

    return ipywidgets.VBox([note, *boxes]), answer


def _number(question: dict[str, Any]) -> tuple[ipywidgets.Widget, Callable[[], Reply | None]]:
    import ipywidgets

    field = ipywidgets.Text(description=_("Number:"), continuous_update=True)

    def answer() -> Reply | None:
        text = field.value.strip().replace(",", "").replace("_", "")
        if not text:
            return None
        try:
            return quiz_files.numeric_reply(question, float(text))
        except ValueError:
            return False, _("Write a number, like 12 or 0.5.")

    return field, answer


_CHOOSERS = {"multiple_choice": _single, "many_choice": _several, "numeric": _number}
