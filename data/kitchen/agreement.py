"""How far two labellings of the recipes agree, the second made without seeing the first.

    python3 data/kitchen/agreement.py

`second_labels.json` holds the second labels of every dish, and every disagreement with its verdict, as lists
of split, dish, name on the first list (null: none), name on the second, verdict. First labels that lost were
corrected in the rows; their old names come back from there: the numbers are those before adjudication.
"""

from __future__ import annotations

import json
from collections import Counter
from statistics import fmean
from typing import NamedTuple

from check import HERE, SIZES, Recipe, read

STORED = json.loads((HERE / "second_labels.json").read_text("utf-8"))
CORRECTED = "first corrected"


class Pair(NamedTuple):
    """Both lists of one dish, as sets."""

    first: set[str]
    second: set[str]


class Disagreement(NamedTuple):
    """A name that stands on one list only, or one thing under two names."""

    split: str
    dish: str
    first: str | None
    second: str | None
    verdict: str


DISAGREEMENTS = [Disagreement(*row) for row in STORED["disagreements"]]


def first_labels(recipe: Recipe) -> set[str]:
    """The first list of a dish, corrections undone."""
    labels = set(recipe.labels)
    for one in _disagreements(recipe):
        if one.verdict.endswith(CORRECTED):
            labels = labels - {one.second} | ({one.first} if one.first else set())
    return labels


def _disagreements(recipe: Recipe) -> list[Disagreement]:
    return [one for one in DISAGREEMENTS if (one.split, one.dish) == (recipe.split, recipe.title)]


def pairs(split: str) -> list[Pair]:
    """Both lists of every dish; ValueError where the lists differ otherwise than stored."""
    found = []
    for recipe in read(split):
        pair = Pair(first_labels(recipe), set(STORED["second"][split][recipe.title].split(", ")))
        listed = _disagreements(recipe)
        if pair.first - pair.second != {one.first for one in listed} - {None} or (
            pair.second - pair.first != {one.second for one in listed} - {None}
        ):
            raise ValueError(f"{split}, {recipe.title}: the lists differ otherwise than stored")
        found.append(pair)
    return found


def f1(one: Pair) -> float:
    """Names on both lists against names on either (Dice, 1945); the same whichever list is called right.

    >>> f1(Pair({"egg", "salt"}, {"egg", "pepper"}))
    0.5
    """
    return 2 * len(one.first & one.second) / (len(one.first) + len(one.second))


def numbers(found: list[Pair]) -> list[str]:
    """Recipes, names on each list, F1 over all names, mean F1 of a recipe, share of lists alike."""
    shared, first, second = (
        sum(map(len, sets))
        for sets in ([p.first & p.second for p in found], [p.first for p in found], [p.second for p in found])
    )
    alike = sum(p.first == p.second for p in found)
    return [
        str(len(found)),
        str(first),
        str(second),
        f"{2 * shared / (first + second):.3f}",
        f"{fmean(map(f1, found)):.3f}",
        f"{alike} ({alike / len(found):.0%})",
    ]


def table() -> list[str]:
    """The table of the datasheet, line by line."""
    by_split = {split: pairs(split) for split in SIZES}
    rows = {**by_split, "all": [pair for found in by_split.values() for pair in found]}
    head = "split | recipes | first labels | second labels | F1 of the names | mean F1 a recipe | lists alike"
    return [f"| {head} |", "|---" * 7 + "|"] + [
        f"| {' | '.join([split, *numbers(found)])} |" for split, found in rows.items()
    ]


def verdicts() -> str:
    """How many disagreements there were, and what became of them.

    >>> verdicts().startswith(f"{len(DISAGREEMENTS)} disagreements: ")
    True
    """
    counts = Counter(one.verdict for one in DISAGREEMENTS).most_common()
    return f"{len(DISAGREEMENTS)} disagreements: " + "; ".join(f"{n} {verdict}" for verdict, n in counts)


if __name__ == "__main__":
    print(*table(), "", verdicts(), sep="\n")
