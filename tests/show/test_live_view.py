"""A view of something that goes on, for a terminal, for nobody, and for somebody who can click."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from helpers.show import front_end, live_view
from helpers.show.durations import duration
from helpers.show.live_view import ButtonView, Face, LineView, OutputView, progress_bar


class Work:
    """Counts looks; can be stopped, unless it refuses."""

    def __init__(self, refuses: str = "") -> None:
        self.done, self.stopped, self.refuses = 0, False, refuses

    def stop(self) -> str:
        self.stopped = not self.refuses
        return self.refuses

    def face(self) -> Face:
        return Face(
            line=lambda: f"line {self.done}",
            text=lambda: f"text {self.done}",
            html=lambda: f"<p>html {self.done}</p>",
            phase=lambda: self.done // 2,
            button="Stop it",
            pressed="Stopping",
            stop=self.stop,
        )


def test_on_a_terminal_a_line_per_phase_and_the_whole_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    work = Work()
    with live_view.live_view(work.face()) as view:
        for work.done in range(5):
            view.show()
            view.wait(0)
    assert capsys.readouterr().out.splitlines() == ["line 0", "line 2", "line 4", "text 4"]


@pytest.mark.parametrize(("allowed", "kind"), [(True, ButtonView), (False, OutputView)])
def test_who_is_there_decides(monkeypatch: pytest.MonkeyPatch, allowed: bool, kind: type[LineView]) -> None:
    asked = SimpleNamespace(get_parent=lambda _channel: {"content": {"allow_stdin": allowed}})
    monkeypatch.setattr(front_end, "kernel", lambda: asked)
    monkeypatch.setattr(live_view, "kernel", lambda: asked)
    assert front_end.somebody_is_there() is allowed
    assert type(live_view.live_view(Work().face())) is kind


def test_nobody_is_there_without_a_kernel() -> None:
    assert front_end.kernel() is None and not front_end.somebody_is_there()


@pytest.mark.parametrize("error", [EOFError, OSError, RuntimeError])
def test_a_question_nobody_can_answer(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def nobody(_question: str) -> str:
        raise error

    monkeypatch.setattr("builtins.input", nobody)
    assert front_end.typed_answer("Who is there?") is None
    monkeypatch.setattr("builtins.input", lambda question: f"you asked {question}")
    assert front_end.typed_answer("who?") == "you asked who?"


class Screen:
    """What `display` was given, and every update of it."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def display(self, thing: Any, **_options: object) -> Screen:
        self.shown.append(thing)
        return self

    def update(self, thing: Any) -> None:
        self.shown.append(thing)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    found = Screen()
    monkeypatch.setattr("IPython.display.display", found.display)
    return found


def test_the_button_stops_and_plain_html_stays(screen: Screen) -> None:
    work = Work()
    with ButtonView(work.face()) as view:
        view.show()
        view._pressed(view._button)
        assert work.stopped and view._button.disabled and view._button.description == "Stopping"
        view.wait(60)
    assert screen.shown[-1].bundle == {"text/plain": "text 0", "text/html": "<p>html 0</p>"}
    assert view._box.comm is None, "no widget is left behind"


def test_a_button_that_was_refused_can_be_pressed_again(screen: Screen) -> None:
    work = Work(refuses="The service says no")
    with ButtonView(work.face()) as view:
        view._pressed(view._button)
        assert (view._button.disabled, view._button.description) == (False, "Stop it")
        assert view._button.tooltip == "The service says no"


def test_a_bar_needs_a_total() -> None:
    assert progress_bar(0, 0) == ""
    assert 'value="3" max="9"' in progress_bar(3, 9)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "1 s"), (89.4, "89 s"), (90, "2 min"), (3569, "59 min"), (3600, "1 h 0 min")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words
