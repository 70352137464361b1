"""The decision checklist and the break-even sliders, as a learner uses them."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.notebook_page import Notebook

CHECKLIST = ["import helpers", 'case = helpers.show_checklist("recipe-assistant")']
CALCULATOR = [
    "import helpers",
    "calculator = helpers.show_break_even_calculator(training_tokens=50_000, base_prompt_tokens=900,\n"
    "    tuned_prompt_tokens=100, completion_tokens=40)",
]


def test_the_checklist_is_filled_in_saved_and_loaded(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(CHECKLIST)
    notebook.run_all()
    shown = notebook.shown
    verdict = shown.get_by_role("status").filter(has_text="Verdict")
    verdict.wait_for()
    assert "Prototype" in verdict.inner_text()
    examples = shown.get_by_label("How many good training examples do you have?")
    examples.fill("8")
    examples.press("Tab")
    shown.get_by_role("status").filter(has_text="Verdict: Not yet").wait_for()
    shown.get_by_label("Name").fill("My case")
    shown.get_by_role("button", name="Save", exact=True).click()
    shown.get_by_role("status").filter(has_text="Saved as my-case.json").wait_for()
    shown.get_by_label("Start from").select_option(label="Text to SQL")
    shown.get_by_role("button", name="Load", exact=True).click()
    shown.get_by_role("status").filter(has_text="Verdict: Go").wait_for()
    shown.get_by_label("Start from").select_option(label="Saved: My case")
    shown.get_by_role("button", name="Load", exact=True).click()
    shown.get_by_role("status").filter(has_text="Verdict: Not yet").wait_for()
    assert examples.input_value() == "8"
    shown.get_by_role("button", name="Write decision record").click()
    shown.get_by_role("link", name="my-case.md").wait_for()
    assert notebook.serious_accessibility_problems() == []
    assert notebook.errors() == []


def test_a_saved_case_is_there_after_a_kernel_restart(open_notebook: Callable[..., Notebook]) -> None:
    imported = "from helpers.lessons.checklist.answers import preset, save"
    notebook = open_notebook([imported, 'case = preset("daily-facts")', 'case.title = "Kept"; save(case)'])
    notebook.run_all()
    notebook.restart_kernel()
    again = open_notebook(["import helpers", 'case = helpers.show_checklist("Kept")'])
    again.run_all()
    again.shown.get_by_role("status").filter(has_text="Try first: retrieval").wait_for()


def test_sliders_go_to_both_ends_by_keyboard(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(CALCULATOR)
    notebook.run_all()
    page, shown = notebook.page, notebook.shown
    sentence = shown.get_by_role("status")
    sentence.filter(has_text="paid back").wait_for()
    requests = shown.get_by_role("slider", name="Requests per month")
    requests.focus()
    page.keyboard.press("Home")
    sentence.filter(has_text="There is no break-even").wait_for()
    page.keyboard.press("End")
    sentence.filter(has_text="paid back after 0 days").wait_for()
    shown.get_by_role("slider", name="Prompt tokens, base model").focus()
    page.keyboard.press("Home")
    sentence.filter(has_text="There is no break-even").wait_for()
    shown.get_by_role("checkbox", name="Azure hosting by the hour").press("Space")
    assert shown.get_by_role("img", name="Two lines of money").is_visible()
    assert notebook.serious_accessibility_problems() == []
    assert notebook.errors() == []


def test_the_form_fits_a_narrow_window(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(CHECKLIST, width=800)
    notebook.run_all()
    output = notebook.shown.locator(".course-form")
    output.wait_for()
    wide = output.evaluate("node => node.scrollWidth - node.clientWidth")
    assert wide <= 2
