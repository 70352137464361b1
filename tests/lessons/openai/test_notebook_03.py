"""Notebook 03 as a learner opens it: what it must show is there, measured, and told in words."""

import re
import statistics

import nbformat
import pytest

from helpers.authoring.source import learner_path, read_source, solution_path

NAME = "03-openai"
CALLS = (
    "client.files.create(",
    "client.fine_tuning.jobs.create(",
    "client.fine_tuning.jobs.list_events(",
    "client.fine_tuning.jobs.checkpoints.list(",
    "client.files.content(",
    "client.chat.completions.create(",
    "client.models.delete(",
    "client.files.delete(",
)
BARS = (
    "F1 of at least 0.8: True",
    "at least 0.5 above zero-shot: True",
    "better than every other prompt: True",
    "every recipe was answered: True",
    "from the first entry: Created fine-tuning job",
    "to the last: The job has successfully completed",
    "left of what this notebook made: []",
)


@pytest.fixture(scope="module")
def cells():
    return nbformat.read(learner_path(NAME), as_version=4).cells


@pytest.fixture(scope="module")
def outputs():
    """Of the solved notebook: the learner's own ships without."""
    solved = nbformat.read(solution_path(NAME), as_version=4).cells
    return [output for cell in solved if cell.cell_type == "code" for output in cell.outputs]


def test_the_calls_being_taught_stand_in_the_cells():
    code = "\n".join(cell.source for cell in read_source(NAME).cells if cell.cell_type == "code")
    assert [call for call in CALLS if call not in code] == []


def test_cells_are_short():
    lengths = [len(cell.source.splitlines()) for cell in read_source(NAME).cells if cell.cell_type == "code"]
    assert statistics.median(lengths) <= 6 and max(lengths) <= 12


def test_headings_are_in_order(cells):
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose, flags=re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_bars_are_checked_whenever_the_notebook_runs(cells):
    """nbval compares these cells with what they print now, so a regression cannot hide behind old outputs."""
    compared = [cell for cell in cells if cell.source.startswith("# NBVAL_CHECK_OUTPUT")]
    printed = "".join(output.text for cell in compared for output in cell.outputs)
    assert [bar for bar in BARS if bar not in printed] == []


def test_every_picture_is_told_in_words(outputs):
    pages = [output["data"].get("text/html", "") for output in outputs if "data" in output]
    pictures = [tag for page in pages for tag in re.findall(r"<img [^>]*>", page)]
    assert len(pictures) >= 3
    assert all(len(re.search(r'alt="([^"]*)"', tag)[1]) > 40 for tag in pictures)


def test_nothing_private_is_saved(outputs):
    text = re.sub(r"base64,[\w+/=]+", "", str(outputs))
    assert not re.search(r"/(home|root|Users|tmp|work)/|sk-\w{8}", text)


def test_the_learner_meets_no_results_before_the_own_run(cells):
    told = [cell for cell in cells if cell.cell_type == "code" and cell.outputs]
    assert told and all(cell.source.startswith("# NBVAL_CHECK_OUTPUT") for cell in told)
