"""Notebook 05 as a learner opens it: scores of a real run, taught calls in its cells, pictures in words."""

import re

import nbformat
import pytest

from helpers.authoring.source import learner_path, read_source, solution_path

NAME = "05-hugging-face"
CALLS = (
    "load_dataset(",
    "apply_chat_template(",
    "LoraConfig(",
    "SFTConfig(",
    "trainer = Trainer(",
    "trainer.train()",
    "merge_and_unload()",
    "client.chat.completions.create(",
    "push_to_hub(",
)
BARS = (
    "at least 0.75 of the questions right: True",
    "at least 0.5 above zero-shot: True",
    "trained within 2,000 MB (bf16): True",
    "the same answers in fp32: True",
)


@pytest.fixture(scope="module")
def outputs():
    """Of the solved notebook: the learner's own ships without."""
    cells = nbformat.read(solution_path(NAME), as_version=4).cells
    found = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    if len(found) <= len(BARS):
        pytest.skip("the solved notebook holds no run: python3 -m helpers notebooks build 05-hugging-face")
    return found


@pytest.fixture(scope="module")
def shown(outputs):
    return "\n".join(
        str(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in outputs
    )


def test_the_calls_being_taught_stand_in_the_cells():
    code = "\n".join(cell.source for cell in read_source(NAME).cells if cell.cell_type == "code")
    assert [call for call in CALLS if call not in code] == []


def test_the_bars_are_checked_whenever_the_notebook_runs():
    """nbval compares these cells with what they print now, so a regression cannot hide behind old outputs."""
    cells = nbformat.read(learner_path(NAME), as_version=4).cells
    compared = [cell for cell in cells if cell.source.startswith("# NBVAL_CHECK_OUTPUT")]
    printed = "".join(output.text for cell in compared for output in cell.outputs)
    assert [bar for bar in BARS if bar not in printed] == []


def test_the_minutes_told_are_those_that_it_took(shown):
    seconds = re.search(r"^(\d+) s, at most [\d,]+ MB", shown, re.M)[1]
    assert int(seconds) <= 300, "the text says about four minutes"


def test_every_picture_is_told_in_words(outputs):
    pages = [output["data"].get("text/html", "") for output in outputs if "data" in output]
    pictures = [tag for page in pages for tag in re.findall(r"<img [^>]*>", page)]
    assert pictures
    assert all(len(re.search(r'alt="([^"]*)"', tag)[1]) > 40 for tag in pictures)


def test_nothing_private_is_saved(outputs):
    text = re.sub(r"base64,[\w+/=]+", "", str(outputs))
    assert not re.search(r"/(home|root|Users|tmp|work)/|sk-\w{8}", text)
