"""Makes the recipe lines of notebooks 00 and 01: `python3 data/lines/generate.py`.

Every line has an amount, a unit and an ingredient as home cooks write them. 60 lines are for training, 8
serve as examples in a prompt, 20 are held out; training never sees their ingredients. The same seed makes the
same files.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

SEED = 18
SYSTEM = "Read one line of a recipe. Answer with a JSON list: amount, unit, ingredient."
FOLDER = Path(__file__).resolve().parent
SPOONS = {"1/2": "0.5", "half a": "0.5", "1": "1", "one": "1", "2": "2", "two": "2", "3": "3", "1 1/2": "1.5"}
COUNTS = {"1": "1", "one": "1", "2": "2", "two": "2", "3": "3", "three": "3", "4": "4", "a dozen": "12"}
GRAMS = {"100": "100", "250": "250", "300": "300", "500": "500"}
WRITTEN = {
    "cup": ("cup", "cups", "c."),
    "tablespoon": ("tbsp", "tablespoon", "tablespoons", "Tbsp."),
    "teaspoon": ("tsp", "teaspoon", "teaspoons", "tsp."),
    "gram": ("g", "grams", "gr"),
    "piece": ("",),
}
AMOUNTS = {"cup": SPOONS, "tablespoon": SPOONS, "teaspoon": SPOONS, "gram": GRAMS, "piece": COUNTS}


@dataclass(frozen=True)
class Ingredient:
    """What it is called, the units it comes in, and what cooks write before and after it."""

    name: str
    units: str
    before: str = ""
    after: str = ""
    plural: str = ""


SEEN = (
    Ingredient("flour", "cup gram", "plain|wholemeal", "sifted|plus more for dusting"),
    Ingredient("sugar", "cup tablespoon gram", "white|soft brown", "divided"),
    Ingredient("butter", "tablespoon gram", "cold|unsalted", "melted|cut into cubes"),
    Ingredient("milk", "cup tablespoon", "warm|whole", "or more as needed"),
    Ingredient("rice", "cup gram", "long-grain|leftover", "rinsed"),
    Ingredient("oats", "cup gram", "rolled", "toasted"),
    Ingredient("salt", "teaspoon", "sea|fine", "or to taste"),
    Ingredient("cinnamon", "teaspoon", "ground", "for the top"),
    Ingredient("cocoa", "tablespoon", "dark|good", "sifted"),
    Ingredient("honey", "tablespoon", "runny", "to serve"),
    Ingredient("olive oil", "tablespoon cup", "extra virgin", "for frying"),
    Ingredient("soy sauce", "tablespoon teaspoon", "light|dark"),
    Ingredient("parsley", "tablespoon cup", "fresh|flat-leaf", "finely chopped"),
    Ingredient("lentils", "cup gram", "red|green", "rinsed"),
    Ingredient("cream", "cup tablespoon", "heavy|sour", "whipped"),
    Ingredient("egg", "piece", "large|free-range", "beaten|at room temperature", "eggs"),
    Ingredient("onion", "piece", "small|red", "finely chopped|sliced", "onions"),
    Ingredient("lemon", "piece", "unwaxed", "juiced|cut into wedges", "lemons"),
    Ingredient("carrot", "piece", "big", "grated|peeled", "carrots"),
    Ingredient("potato", "piece", "waxy|big", "peeled and diced", "potatoes"),
    Ingredient("tomato", "piece", "ripe", "chopped", "tomatoes"),
    Ingredient("apple", "piece", "tart", "cored and sliced", "apples"),
    Ingredient("cheddar", "cup gram", "mature|sharp", "grated"),
    Ingredient("walnuts", "cup gram", "", "chopped"),
    Ingredient("raisins", "tablespoon cup", "golden", "soaked"),
    Ingredient("peanut butter", "tablespoon", "smooth|crunchy", "softened"),
    Ingredient("baking powder", "teaspoon", "", "sifted"),
    Ingredient("vanilla extract", "teaspoon", "pure"),
    Ingredient("chicken stock", "cup", "hot|homemade", "or more as needed"),
    Ingredient("chili flakes", "teaspoon", "dried", "or to taste"),
    Ingredient("oregano", "teaspoon", "dried|Greek", "for the top"),
    Ingredient("cumin", "teaspoon", "ground", "toasted"),
    Ingredient("spinach", "cup gram", "baby|frozen", "washed"),
    Ingredient("chickpeas", "cup gram", "cooked", "drained"),
    Ingredient("coconut milk", "cup", "thick", "shaken"),
    Ingredient("cornflour", "tablespoon", "", "mixed with water"),
    Ingredient("spaghetti", "gram", "dried|fresh", "broken in half"),
    Ingredient("bacon", "gram", "smoked", "cut into strips"),
    Ingredient("sesame seeds", "tablespoon", "black", "toasted"),
    Ingredient("tomato paste", "tablespoon", "double"),
    Ingredient("pepper", "piece", "red|sweet", "seeded and sliced", "peppers"),
    Ingredient("cucumber", "piece", "small", "peeled", "cucumbers"),
    Ingredient("garlic clove", "piece", "fat", "crushed", "garlic cloves"),
    Ingredient("orange", "piece", "juicy", "zest only", "oranges"),
    Ingredient("banana", "piece", "very ripe", "mashed", "bananas"),
    Ingredient("mushroom", "piece", "brown", "sliced", "mushrooms"),
    Ingredient("radish", "piece", "crisp", "thinly sliced", "radishes"),
    Ingredient("avocado", "piece", "ripe", "stoned", "avocados"),
)
UNSEEN = (
    Ingredient("cornmeal", "cup gram", "fine|yellow", "plus more for the tin"),
    Ingredient("vinegar", "tablespoon teaspoon", "cider|white", "or to taste"),
    Ingredient("paprika", "teaspoon", "smoked|sweet", "for the top"),
    Ingredient("yogurt", "cup tablespoon", "Greek|plain", "to serve"),
    Ingredient("almonds", "cup gram", "whole|flaked", "toasted"),
    Ingredient("maple syrup", "tablespoon", "pure", "to serve"),
    Ingredient("couscous", "cup gram", "instant", "rinsed"),
    Ingredient("mustard", "teaspoon tablespoon", "grainy|hot", "or to taste"),
    Ingredient("basil", "tablespoon cup", "fresh|Thai", "torn"),
    Ingredient("lime", "piece", "juicy", "cut into wedges", "limes"),
    Ingredient("leek", "piece", "small", "cleaned and sliced", "leeks"),
    Ingredient("pear", "piece", "ripe", "cored", "pears"),
    Ingredient("shallot", "piece", "large", "finely chopped", "shallots"),
)


def line(item: Ingredient, draw: random.Random) -> tuple[str, list[str]]:
    """One line as a cook writes it, and its [amount, unit, ingredient]."""
    unit = draw.choice(item.units.split())
    amount = draw.choice(list(AMOUNTS[unit]))
    several = unit == "piece" and float(AMOUNTS[unit][amount]) > 1
    words = [
        amount,
        draw.choice(WRITTEN[unit]),
        draw.choice(["", *item.before.split("|")]) if item.before else "",
    ]
    words.append(item.plural if several else item.name)
    after = draw.choice(["", *item.after.split("|")])
    text = " ".join(word for word in words if word) + (f", {after}" if after else "")
    return text, [AMOUNTS[unit][amount], unit, item.name]


def conversation(text: str, answer: list[str]) -> dict[str, list[dict[str, str]]]:
    """One training example in the chat format."""
    return {
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": text},
            {"role": "assistant", "content": json.dumps(answer)},
        ]
    }


def make() -> dict[str, list[dict]]:
    """All files by name; no line stands in two of them."""
    draw, used = random.Random(SEED), set()
    files: dict[str, list[dict]] = {}
    for name, count, pool in (("train", 60, SEEN), ("examples", 8, SEEN), ("test", 20, UNSEEN)):
        files[name], waiting = [], []
        while len(files[name]) < count:
            waiting = waiting or draw.sample(pool, len(pool))
            text, answer = line(waiting.pop(), draw)
            if text not in used:
                used.add(text)
                files[name].append(conversation(text, answer))
    return files


if __name__ == "__main__":
    for name, rows in make().items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (FOLDER / f"{name}.jsonl").write_text(lines, encoding="utf-8")
