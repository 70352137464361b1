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
    page = notebook.page
    verdict = page.get_by_role("status").filter(has_text="Verdict")
    verdict.wait_for(timeout=20_000)
    assert "Prototype" in verdict.inner_text()
    examples = page.get_by_label("How many good training examples do you have?")
    examples.fill("8")
    examples.press("Tab")
    page.get_by_role("status").filter(has_text="Verdict: Not yet").wait_for(timeout=10_000)
    page.get_by_label("Name").fill("My case")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("status").filter(has_text="Saved as my-case.json").wait_for(timeout=10_000)
    page.get_by_label("Start from").select_option(label="Text to SQL")
    page.get_by_role("button", name="Load", exact=True).click()
    page.get_by_role("status").filter(has_text="Verdict: Go").wait_for(timeout=10_000)
    page.get_by_label("Start from").select_option(label="Saved: My case")
    page.get_by_role("button", name="Load", exact=True).click()
    page.get_by_role("status").filter(has_text="Verdict: Not yet").wait_for(timeout=10_000)
    assert examples.input_value() == "8"
    page.get_by_role("button", name="Write decision record").click()
    page.get_by_role("link", name="my-case.md").wait_for(timeout=10_000)
    assert notebook.serious_accessibility_problems() == []
    assert notebook.errors() == []


def test_a_saved_case_is_there_after_a_kernel_restart(open_notebook: Callable[..., Notebook]) -> None:
    imported = "from helpers.lessons.checklist.answers import preset, save"
    notebook = open_notebook([imported, 'case = preset("daily-facts")', 'case.title = "Kept"; save(case)'])
    notebook.run_all()
    notebook.restart_kernel()
    again = open_notebook(["import helpers", 'case = helpers.show_checklist("Kept")'])
    again.run_all()
    again.page.get_by_role("status").filter(has_text="Try first: retrieval").wait_for(timeout=20_000)


def test_sliders_go_to_both_ends_by_keyboard(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(CALCULATOR)
    notebook.run_all()
    page = notebook.page
    sentence = page.get_by_role("status")
    sentence.filter(has_text="paid back").wait_for(timeout=20_000)
    requests = page.get_by_role("slider", name="Requests per month")
    requests.focus()
    page.keyboard.press("Home")
    sentence.filter(has_text="There is no break-even").wait_for(timeout=10_000)
    page.keyboard.press("End")
    sentence.filter(has_text="paid back after 0.0 months").wait_for(timeout=10_000)
    page.get_by_role("slider", name="Prompt tokens, base model").focus()
    page.keyboard.press("Home")
    sentence.filter(has_text="There is no break-even").wait_for(timeout=10_000)
    page.get_by_role("checkbox", name="Azure hosting by the hour").press("Space")
    assert page.get_by_role("img", name="Two lines of money").is_visible()
    assert notebook.serious_accessibility_problems() == []
    assert notebook.errors() == []


def test_the_form_fits_a_narrow_window(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook(CHECKLIST, width=800)
    notebook.run_all()
    output = notebook.page.locator(".course-form")
    output.wait_for(timeout=20_000)
    wide = output.evaluate("node => node.scrollWidth - node.clientWidth")
    assert wide <= 2
