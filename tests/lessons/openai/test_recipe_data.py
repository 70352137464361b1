"""The recipe files are what their script makes, and what their datasheet says."""

import json
import re
import subprocess
import sys

import pytest

from helpers.dataset.dataset_checks import check_dataset
from helpers.dataset.file_tokens import token_statistics
from helpers.ground.paths import data_folder

FOLDER = data_folder() / "recipes"
SIZES = {"train": 100, "validation": 50, "dev": 100, "test": 60}


def conversations(split):
    lines = (FOLDER / f"{split}.jsonl").read_text("utf-8").splitlines()
    return [[message["content"] for message in json.loads(line)["messages"]] for line in lines]


def ingredients(split):
    return [json.loads(answer) for _, _, answer in conversations(split)]


def dish(question):
    return question.partition("\n")[0].casefold()


def test_files_are_what_the_script_makes(tmp_path):
    subprocess.run([sys.executable, FOLDER / "generate.py", "--output", tmp_path], check=True)
    for split in SIZES:
        assert (tmp_path / f"{split}.jsonl").read_bytes() == (FOLDER / f"{split}.jsonl").read_bytes()


@pytest.mark.parametrize(("split", "size"), SIZES.items())
def test_every_split_passes_the_checks(split, size):
    report = check_dataset(FOLDER / f"{split}.jsonl")
    assert report.ok and not report.findings and report.n_examples == size


def test_no_recipe_stands_in_two_splits():
    titles = [dish(question) for split in SIZES for _, question, _ in conversations(split)]
    assert len(set(titles)) == sum(SIZES.values())
    lists = [{frozenset(items) for items in ingredients(split)} for split in SIZES]
    assert len(set.union(*lists)) == sum(len(part) for part in lists)


def test_no_dish_stands_in_two_splits():
    dishes = FOLDER.joinpath("dishes.txt").read_text("utf-8").split("\n== ")[1:]
    titles = [[line.split(": ")[0] for line in part.splitlines()[1:] if ": " in line] for part in dishes]
    names = [{title.strip().casefold() for line in part for title in line.split(" | ")} for part in titles]
    assert [len(part) for part in titles] == [100, 25, 50, 60]
    assert len(set.union(*names)) == sum(map(len, names))


def test_what_is_new_is_measured_too():
    seen = {item for items in ingredients("train") for item in items}
    for split in ("dev", "test"):
        new = [item for items in ingredients(split) for item in items if item not in seen]
        assert len(new) >= SIZES[split], "about one a recipe"


def test_answers_are_lists_of_generic_ingredients():
    for split in SIZES:
        for items in ingredients(split):
            assert len(items) == len(set(items)) >= 3
            assert all(item == item.strip().lower() for item in items)
            assert not re.search(r"\d|[\[\]{}<>|%]", " ".join(items))


def test_lines_carry_no_trace_of_the_notation():
    for split in SIZES:
        for system, question, _ in conversations(split):
            assert not re.search(r"[\[\]{}<>|~]|(?<!\d)%|  |can\d", question)
            assert system == conversations("train")[0][0]


def test_cooks_differ():
    text = "\n".join(question for _, question, _ in conversations("train"))
    habits = (
        "½",
        " 1/2 ",
        "tablespoon",
        "tbsp",
        " g ",
        "(optional)",
        "For the ",
        "• ",
        "* ",
        " or margarine",
    )
    assert [habit for habit in habits if habit not in text] == []


def test_datasheet_has_the_right_numbers():
    rows = re.findall(r"`(\w+)\.jsonl` \| (.+) \|", FOLDER.joinpath("README.md").read_text("utf-8"))
    seen = {item for items in ingredients("train") for item in items}
    for split, row in rows:
        items = [item for items in ingredients(split) for item in items]
        unseen = str(len(set(items) - seen)) if split != "train" else "–"
        tokens = round(token_statistics(FOLDER / f"{split}.jsonl").total / SIZES[split])
        numbers = [SIZES[split], len(items), len(set(items)), unseen, tokens]
        assert row.split(" | ") == [str(number) for number in numbers]
    assert {split for split, _ in rows} == set(SIZES)
