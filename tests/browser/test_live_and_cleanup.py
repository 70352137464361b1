"""What a learner types and ticks: the yes before money is spent, the boxes of the clean-up."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.notebook_page import Notebook
from tests.running_cloud import RunningCloud

LIVE = """
import os
own = {{
    "COURSE_MODE": "live", "OPENAI_BASE_URL": "{base_url}", "OPENAI_API_KEY": "{key}",
    "COURSE_TODAY": "2026-11-22", "COURSE_BUDGET_USD": "3", "AZURE_OPENAI_ENDPOINT": "",
}}
os.environ.update(own)
import helpers
helpers.show_mode()
client = helpers.openai_client()
"""
ASK = """
question = [{"role": "user", "content": "hello"}]
answer = client.chat.completions.create(model="gpt-4o-mini", messages=question, max_tokens=4)
print("answered by", answer.model)
"""
FILES = """
for name in ("one", "two"):
    client.files.create(file=(f"{name}.jsonl", b'{}\\n'), purpose="fine-tune")
helpers.cleanup()
"""


def asking(open_notebook: Callable[..., Notebook], cloud: RunningCloud) -> Notebook:
    """A notebook in live mode whose question waits for a typed answer."""
    setup = LIVE.format(base_url=cloud.base_url, key=cloud.new_organization("learner"))
    notebook = open_notebook([setup, ASK])
    notebook.command("notebook:run-all-cells")
    notebook.shown.locator(".jp-Stdin-input").wait_for()
    return notebook


def test_yes_is_typed_under_the_cell(
    open_notebook: Callable[..., Notebook], mock_cloud: RunningCloud
) -> None:
    notebook = asking(open_notebook, mock_cloud)
    box = notebook.shown.locator(".jp-Stdin-input")
    assert "This costs money: asking gpt-4o-mini" in notebook.text()
    assert "seen 2026-11-22" in notebook.text()
    box.fill("yes")
    box.press("Enter")
    notebook.shown.get_by_text("answered by gpt-4o-mini").wait_for(timeout=300_000)
    assert notebook.errors() == []


def test_no_sends_nothing_and_shows_no_traceback(
    open_notebook: Callable[..., Notebook], mock_cloud: RunningCloud
) -> None:
    notebook = asking(open_notebook, mock_cloud)
    box = notebook.shown.locator(".jp-Stdin-input")
    box.fill("no")
    box.press("Enter")
    notebook.shown.get_by_text("LiveRefused: Nothing was sent").wait_for()
    assert "Traceback" not in notebook.text()


def test_only_what_is_ticked_is_deleted(
    open_notebook: Callable[..., Notebook], mock_cloud: RunningCloud
) -> None:
    key = mock_cloud.new_organization("learner")
    notebook = open_notebook([LIVE.format(base_url=mock_cloud.base_url, key=key), FILES])
    notebook.run_all()
    notebook.shown.get_by_label("one.jsonl").check()
    notebook.shown.get_by_role("button", name="Delete what is ticked").click()
    notebook.shown.get_by_text(": deleted").wait_for()
    assert not notebook.shown.get_by_label("one.jsonl").is_checked()
    assert [file.filename for file in mock_cloud.client(api_key=key).files.list()] == ["two.jsonl"]
    assert notebook.serious_accessibility_problems() == []
    assert notebook.errors() == []
