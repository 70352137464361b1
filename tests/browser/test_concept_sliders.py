"""The sliders of notebook 01, moved to both ends by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.notebook_page import Notebook

SWEEP = """\
sweep = {n: helpers.evaluate(['["a"]'] * (n + 1), [["a"]] * (n + 1)) for n in (0, 1, 2, 4, 8)}
helpers.show_few_shot_slider(sweep, {n: 30 + 50 * n for n in sweep})"""


def test_the_few_shot_and_lora_sliders_survive_both_ends(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(["import helpers", SWEEP, "helpers.show_lora_slider()"])
    notebook.run_all()
    page, shown = notebook.page, notebook.shown
    shots = shown.get_by_role("slider", name="Examples in the prompt")
    for key, tokens in (("End", "430"), ("Home", "30")):
        shots.focus()
        page.keyboard.press(key)
        shown.get_by_role("cell", name=tokens, exact=True).wait_for()
    rank = shown.get_by_role("slider", name="LoRA rank")
    for key, words in (("End", "Rank 256 trains"), ("Home", "Rank 1 trains")):
        rank.focus()
        page.keyboard.press(key)
        shown.get_by_text(words).first.wait_for()
    assert notebook.serious_accessibility_problems() == []
    assert notebook.errors() == []
