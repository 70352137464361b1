"""Notebook 04's widgets, clicked: the blind vote and the forgotten deployment; its picture is seen."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.notebook_page import Notebook

VOTE = [
    "from helpers.lessons import azure",
    """vote = azure.show_blind_vote(
        ["First question?", "Second question?"],
        {"base": ["Plain one.", "Plain two."], "tuned": ["Oh, one.", "Oh, two."]},
    )""",
    "forgotten = azure.show_forgotten_deployment()",
    "azure.show_parts()",
]


def test_a_blind_vote_reveals_the_names_only_at_its_end(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(VOTE)
    notebook.run_all()
    shown = notebook.shown
    for question in ("First question?", "Second question?"):
        shown.get_by_text(question).first.wait_for()
        assert "tuned" not in notebook.text()
        shown.get_by_role("button", name="Answer A").click()
        notebook.wait_until_idle()
    shown.get_by_text("decided votes").first.wait_for()
    assert shown.get_by_role("button", name="Answer A").is_disabled()
    assert "tuned" in notebook.text()
    assert notebook.errors() == []


def test_the_slider_tells_what_forgetting_costs(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(VOTE)
    notebook.run_all()
    page, shown = notebook.page, notebook.shown
    before = shown.get_by_role("status").filter(has_text="Forgotten for 62 hours").first.inner_text()
    shown.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    shown.get_by_role("status").filter(has_text="Forgotten for 63 hours").first.wait_for()
    shown.get_by_label("Tier").select_option("Developer")
    shown.get_by_text("removed it after 24 hours").first.wait_for()
    assert before not in notebook.text()
    assert shown.locator('img[alt^="Boxes in boxes"]').count() == 1
    assert notebook.serious_accessibility_problems() == []
