"""The rows of a split, their order and their numbers."""

import random
from collections import Counter
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    id: str
    schema: str
    question: str
    sql: str
    difficulty: str
    pattern: str
    ordered: bool
    seen_schema: bool
    new_wording: bool


def numbered(split: str, rows: list[Row]) -> list[Row]:
    return [Row(**{**asdict(row), "id": f"{split}-{number:03}"}) for number, row in enumerate(rows, 1)]


def spread(rows: list[Row], rng: random.Random) -> list[Row]:
    """An order in which every beginning of the list has all patterns in the same shares as the whole.

    Rows of one pattern stay in the order they were drawn in, so that turns hold for a beginning, too.
    """
    turns: Counter[str] = Counter()
    counts = Counter(row.pattern for row in rows)
    keyed = []
    for row in rows:
        turns[row.pattern] += 1
        keyed.append(((turns[row.pattern] - rng.random()) / counts[row.pattern], row))
    return [row for _, row in sorted(keyed, key=lambda pair: pair[0])]
