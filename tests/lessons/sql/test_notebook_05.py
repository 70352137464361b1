"""Notebook 05 as a learner opens it: scores of a real run, taught calls in its cells, pictures in words."""

import re

import nbformat
import pytest

from helpers.authoring.source import learner_path, read_source

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


@pytest.fixture(scope="module")
def outputs():
    cells = nbformat.read(learner_path(NAME), as_version=4).cells
    return [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.fixture(scope="module")
def shown(outputs):
    return "\n".join(
        str(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in outputs
    )


def test_the_calls_being_taught_stand_in_the_cells():
    code = "\n".join(cell.source for cell in read_source(NAME).cells if cell.cell_type == "code")
    assert [call for call in CALLS if call not in code] == []


def test_scores_are_those_of_a_real_run(shown):
    scores = {
        name: float(score)
        for name, score in re.findall(r"^(base|few-shot|tuned): (\d\.\d\d) \(\d+/100", shown, re.M)
    }
    assert scores["tuned"] >= 0.75
    assert scores["tuned"] >= scores["base"] + 0.5


def test_training_kept_to_its_time_and_memory(shown):
    seconds, megabytes = re.search(r"^(\d+) s, at most ([\d,]+) MB", shown, re.M).groups()
    assert int(seconds) <= 300
    assert int(megabytes.replace(",", "")) <= 2000


def test_the_merged_model_answers_like_the_adapter(shown):
    assert "fp32 100 of 100" in shown


def test_every_picture_is_told_in_words(outputs):
    pages = [output["data"].get("text/html", "") for output in outputs if "data" in output]
    pictures = [tag for page in pages for tag in re.findall(r"<img [^>]*>", page)]
    assert pictures
    assert all(len(re.search(r'alt="([^"]*)"', tag)[1]) > 40 for tag in pictures)


def test_nothing_private_is_saved(outputs):
    text = re.sub(r"base64,[\w+/=]+", "", str(outputs))
    assert not re.search(r"/(home|root|Users|tmp|work)/|sk-\w{8}", text)
