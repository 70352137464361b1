"""One form field per question of the checklist."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _
from helpers.lessons.checklist.answers import Answers
from helpers.lessons.checklist.questions import Question

if TYPE_CHECKING:
    import ipywidgets

OPEN = ""
STYLE = """<style>
.course-form .widget-label { white-space: normal; text-align: left; height: auto; line-height: 1.3; }
.course-form .widget-text, .course-form .widget-dropdown { width: 98%; max-width: 900px; height: auto; }
.course-form .widget-dropdown > select { height: 28px; }
.course-form .widget-button { flex: 0 0 auto; width: auto; }
.course-form details { margin: 0 0 10px 0; }
</style>"""


class Field:
    """A question's field with its explanation; calls `on_change()` after every answer it could take."""

    def __init__(
        self, number: int, question: Question, answers: Answers, on_change: Callable[[], None]
    ) -> None:
        import ipywidgets

        self.question, self.answers, self._on_change = question, answers, on_change
        self.control = _control(question, f"{number}. {question.text}")
        self._note = ipywidgets.HTML()
        self.widget = ipywidgets.VBox([self.control, self._note])
        self.refresh()
        self.control.observe(self._changed, names="value")

    def refresh(self) -> None:
        """Shows the answer as it is kept now."""
        value = self.answers.value(self.question.id)
        shown = OPEN if value is None else value if self.question.kind == "choice" else str(value)
        if self.control.value != shown:
            self._loading = True
            self.control.value = shown
            self._loading = False
        self._tell("")

    _loading = False

    def _changed(self, change: dict[str, Any]) -> None:
        if self._loading:
            return
        try:
            self.answers.set(self.question.id, change["new"])
        except ValueError as error:
            self._tell(str(error))
            return
        self._tell("")
        self._on_change()

    def _tell(self, problem: str) -> None:
        source = self.answers.source_words(self.question.id)
        alert = f'<p role="alert">⚠️ {escape(problem)}</p>' if problem else ""
        told = f"<small>{escape(source)}</small>" if source and not problem else ""
        why = f"<summary>{escape(_('Why we ask'))}</summary>{escape(self.question.explain)}"
        self._note.value = f"{alert}{told}<details>{why}</details>"


def _control(question: Question, label: str) -> ipywidgets.Widget:
    import ipywidgets

    style = {"description_width": "45%"}
    if question.kind == "choice":
        options = [(_("(not answered)"), OPEN), *((words, value) for value, words in question.options)]
        return ipywidgets.Dropdown(options=options, value=OPEN, description=label, style=style)
    hint = {"score": "0.85", "number": "100", "difference": "0.05"}.get(question.kind, "")
    return ipywidgets.Text(description=label, style=style, placeholder=hint, continuous_update=False)
