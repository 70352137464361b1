"""Shows what goes on for a while: lines on a terminal, one output in a notebook that nobody watches, a
picture and a button where somebody is there. What stays is plain HTML with words, without a widget.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from helpers.ground.texts import _
from helpers.show.front_end import kernel, somebody_is_there
from helpers.show.kernel_subshell import clickable_while_running
from helpers.show.showing import Shown

LINE_SECONDS = 10.0


@dataclass(frozen=True)
class Face:
    """What there is to show, asked for again at every look.

    `line` is for a log, written when `phase` changes and every ten seconds; `text` and `html` are the whole.
    The button says `button`, once pressed `pressed`; `stop` gives nothing, or why nothing was stopped.
    """

    line: Callable[[], str]
    text: Callable[[], str]
    html: Callable[[], str]
    phase: Callable[[], object]
    button: str
    pressed: str
    stop: Callable[[], str | None]


def live_view(face: Face) -> LineView:
    """The view for whoever is there; use it as `with live_view(face) as view: view.show(); view.wait(1)`."""
    if kernel() is None:
        return LineView(face)
    return ButtonView(face) if somebody_is_there() else OutputView(face)


class LineView:
    """Lines on a terminal."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self._phase: object = None
        self._last = -LINE_SECONDS

    def __enter__(self) -> LineView:
        return self

    def __exit__(self, *_error: object) -> None:
        print(self.face.text(), flush=True)

    def show(self) -> None:
        """Show how things are now."""
        phase = self.face.phase()
        if phase != self._phase or time.monotonic() - self._last > LINE_SECONDS:
            self._phase, self._last = phase, time.monotonic()
            print(self.face.line(), flush=True)

    def wait(self, seconds: float) -> None:
        """Let some time pass; a click ends it early."""
        time.sleep(seconds)


class OutputView(LineView):
    """One output of a notebook, rewritten in place: text at first, the picture at the end."""

    def __enter__(self) -> OutputView:
        from IPython.display import display

        self._handle: Any = display(Shown({"text/plain": _("Starting …")}), display_id=True)
        return self

    def __exit__(self, *_error: object) -> None:
        self._handle.update(Shown({"text/plain": self.face.text(), "text/html": self.face.html()}))

    def show(self) -> None:
        self._handle.update(Shown({"text/plain": self.face.text()}))


class ButtonView(OutputView):
    """The picture, live, with a button that acts while its cell is running."""

    def __enter__(self) -> ButtonView:
        import ipywidgets
        from IPython.display import display

        self._changed = threading.Event()
        self._html = ipywidgets.HTML(escape(_("Starting …")))
        self._button = ipywidgets.Button(description=self.face.button, icon="stop")
        self._button.on_click(self._pressed)
        self._box = ipywidgets.VBox([self._html, self._button])
        self._handle = display(self._box, display_id=True)
        self._clickable = clickable_while_running(self._button)
        if not self._clickable.__enter__():
            self._button.layout.display = "none"
        return self

    def __exit__(self, *error: object) -> None:
        self._clickable.__exit__(None, None, None)
        super().__exit__(*error)
        for widget in (self._html, self._button, self._box):
            widget.close()

    def show(self) -> None:
        self._html.value = self.face.html()

    def wait(self, seconds: float) -> None:
        self._changed.wait(seconds)
        self._changed.clear()

    def _pressed(self, button: Any) -> None:
        button.disabled, button.description = True, self.face.pressed
        trouble = self.face.stop()
        if trouble:
            button.disabled, button.description, button.tooltip = False, self.face.button, trouble
        self._changed.set()


def progress_bar(done: int, total: int) -> str:
    """A bar over the steps of a job as HTML; empty while nothing is known."""
    label = escape(_("steps done"), quote=True)
    style = "width: 100%; max-width: 700px"
    bar = f'<progress aria-label="{label}" value="{done}" max="{total}" style="{style}"></progress>'
    return f"<div>{bar}</div>" if total else ""
