"""The decision checklist to fill in, save, load and change."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _
from helpers.lessons.checklist import answers as files
from helpers.lessons.checklist import evidence_offer
from helpers.lessons.checklist.answers import Answers
from helpers.lessons.checklist.form import STYLE, Field
from helpers.lessons.checklist.payback import BreakEven
from helpers.lessons.checklist.questions import questions, sections
from helpers.lessons.checklist.record import decision_record, save_record
from helpers.lessons.checklist.verdict import decide
from helpers.lessons.checklist.verdict_view import verdict_html
from helpers.show.showing import show_widget

if TYPE_CHECKING:
    import ipywidgets


def show_checklist(name: str = "") -> Checklist:
    """Shows the checklist: a preset (`"recipe-assistant"`), a saved case by its name, or an empty one.

    Gives the form; `.answers` is the case, `.use_evidence(task)` fills measured results in. Raises ValueError
    for a name that is neither.

    >>> case = show_checklist("recipe-assistant")
    The decision checklist stands here. Run the cell above to fill it in.
    >>> case.answers.set("examples", 60)
    """
    checklist = Checklist(_start(name))
    show_widget(checklist.widget, _("The decision checklist stands here. Run the cell above to fill it in."))
    return checklist


class Checklist:
    """The form, the verdict below it, and the case they are about (`.answers`)."""

    def __init__(self, answers: Answers) -> None:
        import ipywidgets

        self.answers = answers
        self.costs: BreakEven | None = None
        self.status, self.verdict = ipywidgets.HTML(), ipywidgets.HTML()
        self.fields = [
            Field(number, question, answers, self._update)
            for number, question in enumerate(questions().values(), start=1)
        ]
        self.widget = ipywidgets.VBox([*self._file_row(), *self._form(), self.verdict, *self._record_row()])
        self.widget.add_class("course-form")
        self._update()

    def __repr__(self) -> str:
        return _("Checklist {title!r}").format(title=self.answers.title)

    def load(self, name: str) -> None:
        """Puts a preset or saved case into the form."""
        loaded = _start(name)
        self.answers.__dict__.update(loaded.__dict__)
        self.title.value = loaded.title
        self._refresh(_("Loaded: {title}.").format(title=loaded.title or _("an empty checklist")))

    def save(self) -> None:
        """Saves the case under its name."""
        self.answers.title = self.title.value
        path = files.save(self.answers)
        self.choose.options = _choices()
        self._say(_("Saved as {name}.").format(name=path.name))

    def use_evidence(self, task: str) -> None:
        """Fills in what was measured for a task; refuses, in words, results of another task."""
        try:
            taken = evidence_offer.take_over(self.answers, task)
        except ValueError as refusal:
            print(refusal)
            self._say(f"⚠️ {refusal}")
            return
        text = _("{n} answers filled in from your own measurements, marked as measured.").format(n=len(taken))
        self._refresh(text if taken else _("Nothing measured for this task fits a question yet."))

    def write_record(self) -> None:
        """Writes the decision record and offers it for download."""
        self.answers.title = self.title.value
        path = save_record(self.answers, self.costs)
        data = b64encode(decision_record(self.answers, self.costs).encode()).decode()
        name = escape(path.name)
        link = f'<a download="{name}" href="data:text/markdown;base64,{data}">{name}</a>'
        self.record_link.value = (
            f'<p role="status">{escape(_("Decision record written. Download:"))} {link}</p>'
        )

    def _file_row(self) -> list[ipywidgets.Widget]:
        import ipywidgets

        self.choose = ipywidgets.Dropdown(options=_choices(), value="", description=_("Start from"))
        self.title = ipywidgets.Text(value=self.answers.title, description=_("Name"))
        self.tasks = ipywidgets.Dropdown(options=_tasks(), description=_("Measured for"))
        rows = [
            [self.choose, self._button(_("Load"), lambda: self.load(self.choose.value))],
            [self.title, self._button(_("Save"), self.save)],
            [
                self.tasks,
                self._button(_("Use measured results"), lambda: self.use_evidence(self.tasks.value)),
            ],
        ]
        return [ipywidgets.HTML(STYLE), *(ipywidgets.HBox(row) for row in rows), self.status]

    def _form(self) -> list[ipywidgets.Widget]:
        import ipywidgets

        parts: list[ipywidgets.Widget] = []
        for section, title in sections():
            parts.append(ipywidgets.HTML(f"<h3>{escape(title)}</h3>"))
            parts += [field.widget for field in self.fields if field.question.section == section]
        return parts

    def _record_row(self) -> list[ipywidgets.Widget]:
        import ipywidgets

        self.record_link = ipywidgets.HTML()
        return [self._button(_("Write decision record"), self.write_record), self.record_link]

    def _button(self, words: str, action: Callable[[], None]) -> ipywidgets.Button:
        import ipywidgets

        button = ipywidgets.Button(description=words, layout=ipywidgets.Layout(width="auto"))
        button.on_click(lambda _button: self._try(action))
        return button

    def _try(self, action: Callable[[], Any]) -> None:
        try:
            action()
        except (ValueError, OSError) as error:
            self._say(f"⚠️ {error}")

    def _refresh(self, said: str) -> None:
        for field in self.fields:
            field.refresh()
        self._update()
        self._say(said)

    def _update(self) -> None:
        self.verdict.value = verdict_html(decide(self.answers))

    def _say(self, words: str) -> None:
        self.status.value = f'<p role="status">{escape(words)}</p>'


def _start(name: str) -> Answers:
    if name in {entry["id"] for entry in files.presets()}:
        return files.preset(name)
    return files.load(name) if name else Answers()


def _choices() -> list[tuple[str, str]]:
    ready = [(_(entry["title"]), entry["id"]) for entry in files.presets()]
    own = [(_("Saved: {title}").format(title=title), title) for title in files.saved()]
    return [(_("an empty checklist"), ""), *ready, *own]


def _tasks() -> list[tuple[str, str]]:
    return [(task, task) for task in evidence_offer.tasks()] or [(_("nothing measured yet"), "")]
