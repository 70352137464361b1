"""Check the shopping lists against their guide, as far as code can, and print the numbers of the datasheet.

    python3 data/kitchen/check.py

`problems()` is empty when all is well; a test runs it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SIZES = {"train": 120, "validation": 40, "dev": 60, "test": 120}
HEAD = re.compile(r"Recipe: (.+)\n\nIngredients:\n")
KEEP_THEIR_S = re.compile(
    r"(oats|grits|greens|flakes|granules|refried beans|baked beans|molasses|couscous|cress|grass"
    r"|sea bass|swiss cheese)$"
)
NOT_BOUGHT = {"water", "ice", "foil", "paper", "skewer", "beans", "topping", "dressing", "sauce", "filling"}
# Rules 13-25: what the label would be called had the rule been forgotten.
DROPPED = (
    "fresh|frozen|tinned|canned|chopped|grated|minced|cooked|boiled|roasted|leftover|large|ripe|organic"
    "|unsalted|low-fat|extra virgin|silken|firm|kosher|sea salt|red onion|red cabbage|cherry tomato"
    "|plum tomato|juice of|zest|peel|yolk|lemon juice|lime juice|clove of|handful|bunch|knob|pinch"
    "|optional|black pepper|long-grain"
)
BRITISH = (
    "aubergine|courgette|spring onion|rocket|beetroot|capsicum|swede|celeriac|mangetout|broad bean"
    "|butter bean|haricot|garbanzo|sweetcorn|prawn|mince|sultana|cornflour|bicarb|treacle|filo"
    "|shortcrust|gherkin|crisps?|chip|biscuit|frankfurter|escalope|caster|icing sugar|muscovado"
    "|demerara|double cream|self-raising|wholemeal|porridge|plain flour|strong flour|polenta|yoghurt"
    "|chilli|chile|jalapeno|coriander leaf|tattie|spud|banger"
)
BRANDS = (
    "philadelphia|tabasco|cholula|nutella|marmite|oreo|guinness|heinz|hellmann|kewpie|colman|boursin"
    "|maggi|oxo|bisto|skippy|ritz|doritos|crisco|coke|quaker|atora|lyle|maldon|jiffy|libby|baileys"
    "|cointreau|grand marnier"
)
ELSEWHERE = (
    "jeera|haldi|besan|dahi|curd|masoor|toor|moong|urad|chana|aloo|atta|sooji|hing|kecap|nam pla|shoyu"
    "|pimenton|sunflower oil|vegetable oil|rapeseed oil|canola oil|groundnut oil|peanut oil|broth"
    "|bouillon|stock cube|espresso|lager|ale|tamari|light soy|dark soy|dijon|heavy cream|greek yogurt"
    "|whole milk|clarified butter"
)
STAYS = {
    "digestive biscuit",
    "potato chip",
    "tortilla chip",
    "chocolate chip",
    "chipotle in adobo",
    "chili crisp",
}
FORGOTTEN = re.compile(rf"(?<![\w-])(?:{DROPPED}|{BRITISH}|{BRANDS}|{ELSEWHERE})(?![\w-])")


class Recipe(NamedTuple):
    """One row: its split, dish, lines as written, and its shopping list."""

    split: str
    title: str
    lines: list[str]
    labels: list[str]


def read(split: str) -> list[Recipe]:
    """The rows of a split; a row that is not a recipe conversation raises ValueError."""
    rows = [
        json.loads(line)["messages"] for line in (HERE / f"{split}.jsonl").read_text("utf-8").splitlines()
    ]
    return [_recipe(split, messages) for messages in rows]


def _recipe(split: str, messages: list[dict[str, str]]) -> Recipe:
    roles, texts = [m["role"] for m in messages], [m["content"] for m in messages]
    head = HEAD.match(texts[1]) if roles == ["system", "user", "assistant"] else None
    if head is None:
        raise ValueError(f"{split}: a row is not system, recipe, list: {texts[:2]}")
    return Recipe(split, head[1], texts[1][head.end() :].split("\n"), json.loads(texts[2]))


def systems() -> set[str]:
    """Every system message that occurs: there should be one."""
    text = "".join((HERE / f"{split}.jsonl").read_text("utf-8") for split in SIZES)
    return {json.loads(line)["messages"][0]["content"] for line in text.splitlines()}


def plain(text: str) -> str:
    """Lower case without accents, words only.

    >>> plain("Moules marinière!")
    'moules mariniere'
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c))))


def label_problem(label: str) -> str | None:
    """Which rule of the guide a label breaks, or None.

    >>> label_problem("red onion"), label_problem("onion")
    ('rules 13-25: red onion', None)
    """
    if not re.fullmatch(r"[a-z]+(?:['-][a-z]+)*(?: [a-z]+(?:['-][a-z]+)*)*", label):
        return f"rule 1, lower case and plain letters: {label}"
    if label.endswith("s") and not KEEP_THEIR_S.search(label):
        return f"rule 2, singular: {label}"
    if label in NOT_BOUGHT:
        return f"rules 4 and 10, nothing to buy: {label}"
    found = label not in STAYS and FORGOTTEN.search(label)
    return f"rules 13-25: {label}" if found else None


def overlap(one: set[str], other: set[str]) -> float:
    """Shared part of two sets (Jaccard, 1912): |A ∩ B| / |A ∪ B|."""
    return len(one & other) / len(one | other) if one | other else 0.0


def words(recipe: Recipe) -> set[str]:
    """What a recipe's text is made of, for telling near-copies."""
    return set(plain(" ".join(recipe.lines)).split())


def problems() -> Iterator[str]:
    """Everything that is wrong, in words."""
    recipes = [recipe for split in SIZES for recipe in read(split)]
    if len(systems()) != 1:
        yield "the system message differs between rows"
    for split, size in SIZES.items():
        if (n := sum(recipe.split == split for recipe in recipes)) != size:
            yield f"{split}: {n} rows, not {size}"
    for recipe in recipes:
        yield from (f"{recipe.title}: {problem}" for problem in _row_problems(recipe))
    for one, other in combinations(recipes, 2):
        same = plain(one.title) == plain(other.title)
        if (
            same
            or overlap(words(one), words(other)) > 0.4
            or overlap(set(one.labels), set(other.labels)) > 0.75
        ):
            yield f"{one.split} and {other.split} are near-copies: {one.title}, {other.title}"


def _row_problems(recipe: Recipe) -> Iterator[str]:
    if not 5 <= len(recipe.lines) <= 11:
        yield f"{len(recipe.lines)} lines"
    if any(line != line.strip() or not line or "  " in line for line in recipe.lines):
        yield "spaces at an end, twice, or an empty line"
    if not recipe.labels or len(set(recipe.labels)) != len(recipe.labels):
        yield "an empty list, or a label twice"
    yield from filter(None, map(label_problem, recipe.labels))


def numbers() -> list[list[object]]:
    """A split: rows, lines a recipe, labels, different ones, share of its labels seen in training answers."""
    seen = {label for recipe in read("train") for label in recipe.labels}
    rows: list[list[object]] = []
    for split in SIZES:
        recipes = read(split)
        labels = [label for recipe in recipes for label in recipe.labels]
        lines = sum(len(recipe.lines) for recipe in recipes) / len(recipes)
        share = "–" if split == "train" else f"{sum(label in seen for label in labels) / len(labels):.0%}"
        rows.append([split, len(recipes), f"{lines:.1f}", len(labels), len(set(labels)), share])
    return rows


if __name__ == "__main__":
    for row in numbers():
        print(*row, sep=" | ")
    raise SystemExit("\n".join(problems()) or 0)
