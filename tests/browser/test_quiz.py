"""The quiz, answered with the keyboard alone; progress, seen after a kernel restart."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.notebook_page import Notebook

QUIZ = ["import helpers", 'helpers.show_quiz("00-start")']


def test_a_quiz_is_answered_by_keyboard(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(QUIZ)
    notebook.run_all()
    page, shown = notebook.page, notebook.shown
    shown.get_by_role("radiogroup").first.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert shown.locator('input[type="radio"]').nth(1).is_checked()
    page.wait_for_timeout(500)
    notebook.wait_until_idle()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check answer"
    page.keyboard.press("Enter")
    reply = shown.get_by_role("alert").filter(has_text="Correct")
    reply.wait_for()
    assert "the training, the loss and the answers are real" in reply.inner_text()
    assert notebook.serious_accessibility_problems() == []
    assert notebook.errors() == []


def test_progress_is_there_after_a_kernel_restart(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(
        ["import helpers", 'helpers.check("01.tokens", 430_000)', "helpers.show_course_map()"]
    )
    notebook.run_all()
    assert "1 of" in notebook.text()
    notebook.restart_kernel()
    notebook.command("notebook:clear-all-cell-outputs")
    notebook.run_all()
    assert "Correct" in notebook.text()
    assert notebook.serious_accessibility_problems() == []


def test_the_accessibility_check_sees_a_field_without_a_name(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(["from IPython.display import HTML", "HTML('<input type=\"text\">')"])
    notebook.run_all()
    assert any(problem.startswith("label") for problem in notebook.serious_accessibility_problems())
