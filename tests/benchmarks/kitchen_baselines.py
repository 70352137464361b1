"""What plain code reaches on the shopping lists of data/kitchen: training names, rules, a table of synonyms.

    python -m tests.benchmarks.kitchen_baselines        # scores on the dev split; the test split is not read

Rungs: the names of the training answers wherever they stand in the text; with rules for what is left out and
for alternatives; with synonyms, some of them from the guide and some learned from the training rows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable

from helpers.ground.paths import data
from helpers.measure.evaluation import evaluate
from tests.benchmarks.common import conversations, table

GUIDE = """eggplant: aubergine, brinjal; zucchini: courgette; scallion: spring onion, green onion
arugula: rocket; cilantro: coriander leaf, fresh coriander, corriander
bell pepper: capsicum, red pepper, green pepper, sweet pepper; rutabaga: swede; celery root: celeriac
snow pea: mangetout; fava bean: broad bean; lima bean: butter bean; corn: sweetcorn; navy bean: haricot
chickpea: garbanzo; shrimp: prawn; ground beef: mince, minced beef, beef mince; raisin: sultana
cornstarch: cornflour; baking soda: bicarb, bicarbonate; molasses: treacle; phyllo: filo
pie crust: shortcrust; potato chip: crisp; cookie: biscuit; cream cheese: philadelphia; hot sauce: tabasco
hazelnut spread: nutella; yeast extract: marmite; stout: guinness; cumin: jeera; chickpea flour: besan
yogurt: dahi, yoghurt, curd; beet: beetroot; sweet soy sauce: kecap manis
oil: sunflower oil, vegetable oil, rapeseed oil; cream: double cream, heavy cream
powdered sugar: icing sugar; sugar: caster; brown sugar: muscovado, demerara; bread flour: strong flour
egg: yolk, free-range; whole wheat flour: wholemeal; cornmeal: polenta; chili: chilli, chile, jalapeno
pepper: peppercorn; olive oil: evoo; mayonnaise: mayo, hellmann; parmesan: parm
soy sauce: soy, shoyu, tamari; beer: lager, ale; tomato: tom; self-rising flour: self-raising flour
ghee: clarified butter; lettuce: romaine, iceberg, little gem; apple: granny smith; pickle: gherkin
potato: spud, mash, tattie; coffee: espresso; orange liqueur: cointreau; hot dog: frankfurter
butter: unsalted; milk: semi-skimmed, full-fat; salt: maldon"""
LEFT_OUT = re.compile(
    r"\b(no|not|never|without|skip|omit|don't|doesn't|didn't|isn't|leave out|instead of|hold the|hates?)\b"
)
OTHERS = re.compile(
    r"\b(my|our|his|her|some|others?|everyone) [\w-]* ?(add|put|stir|use|swear|take|slip|do)(s|ed|es)?\b"
    r"|\b(is|are|belongs?) (for|to|in|the other|another|other people)\b|\b(make|would)s? (it|be|them)\b"
    r"|\b(says?|said|like an?|size of|thin as|thick as|big as|colou?r of|(last|next) (year|time))\b|\?"
)
CLAUSE = re.compile(r"(?<=\?)|[.;:!()–—\n]")
ACCENTS = str.maketrans("àáâäçèéêëìíîïñòóôöùúûü’", "aaaaceeeeiiiinoooouuuu'")


def plain(text: str) -> str:
    """Lower case, no accents, and every word in a rough singular.

    >>> plain("2 Tomatoes, gruyère, bay leaves")
    '2 tomato, gruyere, bay leaf'
    """
    text = text.casefold().translate(ACCENTS).replace("chillies", "chilli").replace("leaves", "leaf")
    text = re.sub(r"ies\b", "y", re.sub(r"(?<=o|x)es\b|(?<=[cs]h)es\b", "", text))
    return re.sub(r"\b(?!oats|flakes|grits|greens)([a-z]{2,}[^s\W\d])s\b", r"\1", text)


def matches(text: str, names: dict[str, str]) -> list[str]:
    """What the names in a text stand for, in order, the longest name first where several begin."""
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return list(dict.fromkeys(names[found] for found in re.findall(rf"(?<!\w)(?:{pattern})(?!\w)", text)))


def recipe_text(question: str) -> str:
    """Title and lines, without the two headings."""
    return plain(question.removeprefix("Recipe: ").replace("Ingredients:", "", 1))


def kept_text(question: str) -> str:
    """The text without what it says is left out, and of "a or b" the first."""
    clauses = CLAUSE.split(recipe_text(question))
    kept = [re.sub(r"\bor\b[^,]*", "", clause) for clause in clauses if not OTHERS.search(clause)]
    return "\n".join(LEFT_OUT.split(clause)[0] for clause in kept)


def learned_synonyms(rows: Iterable[tuple[str, list[str]]], known: dict[str, str]) -> dict[str, str]:
    """Words that stand, in two training rows or more, only where the same name is missing from the text."""
    seen: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    for question, answer in rows:
        text = recipe_text(question)
        words = {word for word in re.findall(r"[a-z]{4,}", text) if word not in known}
        missing = set(answer) - set(matches(text, known))
        total.update(words)
        for word in words:
            seen.setdefault(word, Counter()).update(missing)
    best = {word: names.most_common(1)[0] for word, names in seen.items() if names}
    return {word: name for word, (name, n) in best.items() if n >= 2 and n == total[word]}


def split_rows(split: str) -> list[tuple[str, list[str]]]:
    """The questions of a split with their expected lists."""
    chats = conversations(data(f"kitchen/{split}.jsonl"))
    return [(chat[1]["content"], json.loads(chat[2]["content"])) for chat in chats]


def main() -> None:
    train, dev = split_rows("train"), split_rows("dev")
    names = {plain(name): name for _, answer in train for name in answer}
    entries = [entry.split(": ") for entry in re.split(r"; |\n", GUIDE)]
    guide = {word: name for name, words in entries for word in words.split(", ")}
    every = learned_synonyms(train, guide | names) | guide | names
    rungs: dict[str, Callable[[str], list[str]]] = {
        "names of the training answers": lambda question: matches(recipe_text(question), names),
        "with rules for what is left out": lambda question: matches(kept_text(question), names),
        "with synonyms, without rules": lambda question: matches(recipe_text(question), every),
        "with synonyms and rules": lambda question: matches(kept_text(question), every),
    }
    rows = []
    for rung, code in rungs.items():
        found = evaluate([json.dumps(code(question)) for question, _ in dev], [answer for _, answer in dev])
        low, high = found.f1_interval
        rows.append(
            (rung, found.f1, f"{low:.2f} to {high:.2f}", f"{sum(found.exact_scores):.0f} of {found.n}")
        )
    table(["code", "F1", "95% interval", "exact"], rows)


if __name__ == "__main__":
    main()
