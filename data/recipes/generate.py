"""Make the recipe data: 100 training, 50 validation, 100 dev and 60 test conversations, always the same.

    python3 data/recipes/generate.py              # writes the four splits beside it
    python3 data/recipes/generate.py --output /tmp/recipes

`dishes.txt` says what goes into a dish and which split it belongs to, `ingredients.txt` how an ingredient is
written, `cooks.py` gives every recipe a cook with habits. Standard library only.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from cooks import CAPITALS, PRACTICE_CAPITALS, Cook, hire, write_heading, write_line

HERE = Path(__file__).resolve().parent
SEED = 18
SYSTEM = (
    "You are a recipe assistant. Read the recipe and answer with its generic ingredients only, "
    "as one JSON list of lower-case names without amounts or preparation."
)


def read_pantry(path: Path = HERE / "ingredients.txt") -> dict[str, list[str]]:
    """Ingredient name → the frames in which it may be written."""
    lines = (line for line in path.read_text("utf-8").splitlines() if line.strip() and line[0] != "#")
    pairs = (line.split(":", 1) for line in lines)
    return {name.strip(): [frame.strip() for frame in frames.split(" ; ")] for name, frames in pairs}


def read_dishes(path: Path = HERE / "dishes.txt") -> dict[str, list[tuple[list[str], list[str]]]]:
    """Split name → dishes, each a list of titles and a list of ingredient entries."""
    dishes: dict[str, list[tuple[list[str], list[str]]]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("== "):
            split = line[3:].strip()
            dishes[split] = []
        elif line.strip() and not line.startswith("#"):
            titles, entries = line.split(": ", 1)
            dishes[split].append((
                [title.strip() for title in titles.split(" | ")],
                [entry.strip() for entry in entries.split(", ")],
            ))  # fmt: skip
    return dishes


def choose(entries: list[str], turn: int, rng: Random) -> tuple[list[str], str]:
    """Settle a dish's choices: the entries that are cooked, and what the first choice came to."""
    chosen: list[str] = []
    first = ""
    for entry in entries:
        if entry.startswith("*"):
            chosen.append(entry)
            continue
        options = entry.split("/")
        left_out = [option.endswith("?") and rng.random() < 0.4 for option in options]
        names = [option.rstrip("?") for option in options]
        pick = turn % len(names) if len(names) > 1 and not first else rng.randrange(len(names))
        if len(names) > 1 and not first:
            first = names[pick]
        if not left_out[pick]:
            chosen.append(names[pick])
    return chosen, first


def write_recipe(
    cook: Cook, chosen: list[str], pantry: dict[str, list[str]], rng: Random
) -> tuple[str, list[str]]:
    """The recipe's lines as one text, and its generic ingredients in order, each once."""
    lines: list[str] = []
    generic: list[str] = []
    number = 0
    for name in chosen:
        if name.startswith("*"):
            lines.append(write_heading(cook, name.strip("*")))
            continue
        number += 1
        line, labels = write_line(cook, rng.choice(pantry[name]), rng)
        lines.append(cook.bullet.format(number) + line)
        generic += [label for label in labels if label not in generic]
    return "\n".join(lines), generic


def conversation(title: str, lines: str, generic: list[str]) -> dict:
    """One example in the chat format."""
    return {
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": f"Recipe: {title}\n\nIngredients:\n{lines}"},
            {"role": "assistant", "content": json.dumps(generic, ensure_ascii=False)},
        ]
    }


def shuffled(chosen: list[str], rng: Random) -> list[str]:
    """The same ingredients in another order; what stands under a heading stays there."""
    mixed: list[str] = []
    part: list[str] = []
    for entry in [*chosen, "*end*"]:
        if entry.startswith("*"):
            rng.shuffle(part)
            mixed += [*part, entry]
            part = []
        else:
            part.append(entry)
    return mixed[:-1]


def recipes(split: str, dishes: list[tuple[list[str], list[str]]], pantry: dict) -> Iterator[dict]:
    """All conversations of one split, mixed; every recipe has a random stream of its own.

    The training cooks practise rare habits more often than the others meet them.
    """
    capitals = PRACTICE_CAPITALS if split == "train" else CAPITALS
    made = []
    for titles, entries in dishes:
        for turn, title in enumerate(titles):
            rng = Random(f"{SEED} {split} {title}")
            chosen, first = choose(entries, turn, rng)
            chosen = shuffled(chosen, rng) if rng.random() < 0.3 else chosen
            title = title.replace("{}", first)
            title = title[0].upper() + title[1:]
            made.append(conversation(title, *write_recipe(hire(rng, capitals), chosen, pantry, rng)))
    Random(f"{SEED} {split}").shuffle(made)
    yield from made


def main(output: Path) -> None:
    """Write the four files."""
    output.mkdir(parents=True, exist_ok=True)
    pantry = read_pantry()
    for split, dishes in read_dishes().items():
        lines = (json.dumps(example, ensure_ascii=False) + "\n" for example in recipes(split, dishes, pantry))
        (output / f"{split}.jsonl").write_text("".join(lines), "utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=HERE)
    main(parser.parse_args().output)
