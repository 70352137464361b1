"""Watching a job in JupyterLab: cancelled with a click while its cell runs, interrupted, seen to its end."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.browser.notebook_page import Notebook

WATCH = """
import helpers
from tests.jobs.scripted_jobs import ScriptedClient
client = ScriptedClient(steps={steps})
job = helpers.watch(client, client.id, interval=0.2)
"""


def test_the_cancel_button_acts_while_the_cell_runs(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook([WATCH.format(steps=100_000), "print('seen', job.status, client.cancelled_at)"])
    notebook.command("notebook:run-all-cells")
    button = notebook.shown.get_by_role("button", name="Cancel job")
    notebook.shown.get_by_text(re.compile(r"step \d\d of")).wait_for()
    assert notebook.serious_accessibility_problems() == []
    button.click()
    notebook.wait_until_idle()
    assert "seen cancelled" in notebook.text()
    assert "cancelled: ftjob-scripted" in notebook.text()
    assert button.count() == 0
    assert notebook.errors() == []
    assert notebook.shown.get_by_role("img", name="Training loss fell").count() == 1
    assert notebook.serious_accessibility_problems() == []


def test_interrupting_leaves_the_job_running(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook([WATCH.format(steps=100_000), "print('not reached')"])
    notebook.command("notebook:run-all-cells")
    notebook.shown.get_by_text(re.compile(r"step \d\d of")).wait_for()
    notebook.command("notebook:interrupt-kernel")
    notebook.shown.get_by_text("The job goes on without you").wait_for()
    notebook.wait_until_idle()
    assert "Traceback" not in notebook.text()
    assert "not reached" not in notebook.text()


def test_a_job_that_ends_leaves_its_picture(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook([WATCH.format(steps=12), "print(job.fine_tuned_model)"])
    notebook.run_all()
    assert "Fine-tuned model: ft:gpt-4o-mini" in notebook.text()
    assert notebook.shown.get_by_role("img", name="Validation loss fell").count() == 1
    assert notebook.errors() == []
