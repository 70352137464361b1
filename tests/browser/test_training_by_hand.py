"""Notebooks 05 and 06 in JupyterLab: stop buttons clicked while their cell runs, wrong answers looked at."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.browser.notebook_page import Notebook

TRAIN = """
from pathlib import Path
import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig
from helpers.ground.quiet import quiet_libraries
from helpers.lessons.sql.laptop_trainer import LaptopSFTTrainer
from helpers.lessons.sql.live_loss import LiveLoss

quiet_libraries()
tiny = {tiny!r}
rows = [{{"prompt": "How many?", "completion": " SELECT COUNT(*) FROM zoo"}}] * 8
config = SFTConfig({out!r}, use_cpu=True, bf16=False, activation_checkpointing=False, save_strategy="no",
                   report_to="none", disable_tqdm=True, max_steps=100_000, logging_steps=1)
live = LiveLoss()
trainer = LaptopSFTTrainer(AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32), config,
                           train_dataset=Dataset.from_list(rows),
                           processing_class=AutoTokenizer.from_pretrained(tiny), callbacks=[live])
result = trainer.train()
"""

FAILURES = """
from helpers.lessons.sql.failures import show_failures
from helpers.lessons.sql.prompts import questions
from helpers.lessons.sql.scoring import judge_all

three = questions("test")[:3]
show_failures(judge_all(three, [three[0].sql, "SELECT 1", "DROP TABLE book"]))
"""

JOB = """
import sys
from helpers.lessons.autotrain.live_job import start_job
from helpers.lessons.autotrain.runner import follow

words = "import time; [(print({'loss': 2 - n / 999}, flush=True), time.sleep(0.1)) for n in range(9999)]"
run = follow(start_job([sys.executable, "-c", words], "stopped-by-hand", way="YAML"))
print(run, run.stopped, run.exit_code)
"""


def test_the_stop_button_of_a_training_acts_while_its_cell_runs(
    open_notebook: Callable[..., Notebook], tiny_model: object, tmp_path: object
) -> None:
    train = TRAIN.format(tiny=str(tiny_model), out=str(tmp_path))
    notebook = open_notebook([train, "print('done', live.stopped, live.step > 5)"])
    notebook.command("notebook:run-all-cells")
    notebook.shown.get_by_text(re.compile(r"Step \d+ of")).first.wait_for()
    notebook.page.wait_for_timeout(1500)
    assert notebook.serious_accessibility_problems() == []
    notebook.shown.get_by_role("button", name="Stop training").click()
    notebook.wait_until_idle()
    assert "done True True" in notebook.text()
    assert "stopped by you" in notebook.text()
    assert notebook.errors() == []
    assert notebook.shown.get_by_role("button", name="Stop training").count() == 0


def test_wrong_answers_can_be_looked_through(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook([FAILURES])
    notebook.run_all()
    choice = notebook.shown.get_by_label("Question")
    choice.wait_for()
    assert choice.locator("option").count() == 2
    assert "SELECT 1" in notebook.text()
    choice.select_option(index=1)
    notebook.shown.get_by_text("DROP TABLE book").wait_for()
    assert notebook.errors() == []
    assert notebook.serious_accessibility_problems() == []


def test_the_stop_button_of_a_job_ends_its_processes(open_notebook: Callable[..., Notebook]) -> None:
    notebook = open_notebook([JOB])
    notebook.command("notebook:run-all-cells")
    notebook.shown.get_by_role("button", name="Stop the job").click()
    notebook.wait_until_idle()
    assert "stopped by you" in notebook.text()
    assert notebook.errors() == []
    assert notebook.serious_accessibility_problems() == []
