"""The shopping lists keep their guide, as far as code can tell, and are what their datasheet says."""

import importlib.util
import re
import sys

import pytest

from helpers.dataset.dataset_checks import check_dataset
from helpers.dataset.file_tokens import token_statistics
from helpers.ground.paths import data_folder

FOLDER = data_folder() / "kitchen"
SPEC = importlib.util.spec_from_file_location("kitchen_check", FOLDER / "check.py")
check = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check)
MOST_TOKENS = 150


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The folder as a copy that a test may spoil."""
    for split in check.SIZES:
        (tmp_path / f"{split}.jsonl").write_bytes((FOLDER / f"{split}.jsonl").read_bytes())
    monkeypatch.setattr(check, "HERE", tmp_path)
    return tmp_path


def test_the_data_keep_the_guide():
    assert list(check.problems()) == []


def test_guide_has_few_rules():
    rules = re.findall(r"^(\d+)\. \*\*", (FOLDER / "GUIDE.md").read_text("utf-8"), re.M)
    assert rules == [str(n) for n in range(1, len(rules) + 1)] and len(rules) <= 25


@pytest.mark.parametrize("split", check.SIZES)
def test_every_split_passes_the_checks_of_the_course(split):
    report = check_dataset(FOLDER / f"{split}.jsonl")
    assert report.ok and not report.findings and report.n_examples == check.SIZES[split]


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("Egg", "rule 1"),
        ("gruyère", "rule 1"),
        ("2 eggs", "rule 1"),
        ("eggs", "rule 2"),
        ("water", "rules 4 and 10"),
        ("egg yolk", "rules 13-25"),
        ("red onion", "rules 13-25"),
        ("aubergine", "rules 13-25"),
        ("tabasco", "rules 13-25"),
        ("jeera", "rules 13-25"),
        ("chicken broth", "rules 13-25"),
    ],
)
def test_a_label_against_the_guide_is_found(label, rule):
    assert check.label_problem(label).startswith(rule)


@pytest.mark.parametrize(
    "label",
    ["oats", "chili flakes", "sea bass", "digestive biscuit", "coconut water", "lemongrass", "za'atar"],
)
def test_a_label_that_keeps_the_guide_passes(label):
    assert check.label_problem(label) is None


def test_a_dish_under_two_splits_is_found(copy):
    rows = (copy / "test.jsonl").read_text("utf-8").splitlines()
    rows[0] = (copy / "train.jsonl").read_text("utf-8").splitlines()[5]
    (copy / "test.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    assert any(problem.startswith("train and test are near-copies") for problem in check.problems())


def test_rows_lines_and_labels_are_counted(copy):
    row = (copy / "dev.jsonl").read_text("utf-8").splitlines()[0]
    title, lines = check.read("dev")[0].title, check.read("dev")[0].lines
    short = row.replace("\\n".join(lines[3:]), lines[3]).replace('\\"]"', '\\", \\"salt\\", \\"salt\\"]"')
    (copy / "dev.jsonl").write_text(short + "\n", "utf-8")
    found = set(check.problems())
    assert {"dev: 1 rows, not 60", f"{title}: 4 lines", f"{title}: an empty list, or a label twice"} <= found


def test_conversations_are_short():
    statistics = [token_statistics(FOLDER / f"{split}.jsonl") for split in check.SIZES]
    assert sum(each.total for each in statistics) / sum(check.SIZES.values()) <= MOST_TOKENS


def test_datasheet_has_the_right_numbers():
    rows = re.findall(r"\| `(\w+)\.jsonl` \| (.+) \|", (FOLDER / "README.md").read_text("utf-8"))
    expected = {split: [str(number) for number in numbers] for split, *numbers in check.numbers()}
    assert set(dict(rows)) == set(check.SIZES)
    for split, cells in rows:
        tokens = round(token_statistics(FOLDER / f"{split}.jsonl").total / check.SIZES[split])
        assert cells.split(" | ")[:-1] == [*expected[split], str(tokens)]


@pytest.fixture
def agreement(monkeypatch):
    """The script that compares both labellings; it imports check.py as its neighbour."""
    monkeypatch.setitem(sys.modules, "check", check)
    spec = importlib.util.spec_from_file_location("kitchen_agreement", FOLDER / "agreement.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_datasheet_has_the_agreement_of_both_labellings(agreement):
    datasheet = (FOLDER / "README.md").read_text("utf-8")
    assert "\n".join(agreement.table()) in datasheet and agreement.verdicts() in datasheet
    _, _, _, names, mean, alike = agreement.numbers(
        [p for split in check.SIZES for p in agreement.pairs(split)]
    )
    assert f"F1 {names} over all names ({mean} a recipe on average), {alike.split()[0]} of 340" in datasheet


def test_a_disagreement_that_is_not_stored_is_found(agreement, monkeypatch):
    stored = [one for one in agreement.DISAGREEMENTS if one.dish != "Bibimbap"]
    monkeypatch.setattr(agreement, "DISAGREEMENTS", stored)
    with pytest.raises(ValueError, match="Bibimbap"):
        agreement.pairs("train")
