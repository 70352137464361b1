"""How different home cooks write the same ingredient: units, fractions, bullets, slips of the pen."""

import re
from dataclasses import dataclass
from random import Random

UNITS = {
    "cup": (["cup%s", "cup%s", "c.", "c", "C."], False),
    "tbsp": (["tablespoon%s", "tbsp", "Tbsp.", "tbs", "T"], False),
    "tsp": (["teaspoon%s", "tsp", "tsp.", "t"], False),
    "oz": (["ounce%s", "oz", "oz."], True),
    "lb": (["pound%s", "lb%s", "lb.", "lb"], True),
    "g": (["g", "g", "grams", "gr"], True),
    "kg": (["kg", "kilo"], True),
    "ml": (["ml", "mL"], True),
    "l": (["l", "litre%s"], True),
    "inch": (["inch", '"', "in."], False),
}
IRREGULAR = {"box": "boxes", "bunch": "bunches", "pinch": "pinches", "dash": "dashes", "dozen": "dozen"}
GLYPHS = {"1/2": "½", "1/4": "¼", "3/4": "¾", "1/3": "⅓", "2/3": "⅔", "1/8": "⅛"}
WORDS = {"1/2": "half a", "1": "one", "2": "two", "3": "three", "4": "four", "1/4": "a quarter"}
DECIMALS = {"1/2": ".5", "1/4": ".25", "3/4": ".75"}
ASIDES = [
    " (optional)", " (optional)", ", divided", ", or to taste", " (see note)", ", plus extra for serving",
    " - don't skip this!", ", more if needed", " if you have it", " (I use a bit less)", ", heaped",
    " approx",
]  # fmt: skip
UNIT_WORDS = (
    r"cups?|c\.?|C\.|tablespoons?|tbsp|Tbsp\.|tbs|T|teaspoons?|tsp\.?|t|ounces?|oz\.?|pounds?|lbs?\.?|"
    r"g|grams|gr|kg|ml|mL"
)
AMOUNT_FIRST = re.compile(rf"([\d½¼¾⅓⅔⅛][^\s\[]*(?: (?:{UNIT_WORDS}|\d/\d \w+\.?))?) (?!inch|to |x )(.*\[.*)")
CAPITALS = {"as is": 55, "first": 17, "lower": 13, "title": 11, "upper": 4}
PRACTICE_CAPITALS = {"as is": 43, "first": 15, "lower": 12, "title": 15, "upper": 15}
HEADINGS = ["For the {}:", "For the {}:", "{}:", "** {} **", "-- {} --", "{}"]


@dataclass(frozen=True)
class Cook:
    """One person's habits, kept through a whole recipe."""

    bullet: str
    capitals: str
    fractions: str
    metric: bool
    amount_last: bool
    heading: str
    units: dict[str, str]
    slips: float
    asides: float


def hire(rng: Random, capitals: dict[str, int] = CAPITALS) -> Cook:
    """Draw one cook; most write plainly, some are hard to read.

    >>> hire(Random(0)) == hire(Random(0))
    True
    """
    return Cook(
        bullet=_weighted(rng, {"": 45, "- ": 28, "* ": 10, "• ": 9, "{}. ": 5, "{}) ": 3}),
        capitals=_weighted(rng, capitals),
        fractions=_weighted(rng, {"plain": 55, "glyph": 22, "hyphen": 8, "decimal": 6, "words": 9}),
        metric=rng.random() < 0.3,
        amount_last=rng.random() < 0.12,
        heading=rng.choice(HEADINGS),
        units={unit: rng.choice(spellings) for unit, (spellings, _) in UNITS.items()},
        slips=_weighted(rng, {0.0: 60, 0.03: 25, 0.12: 15}),
        asides=_weighted(rng, {0.02: 60, 0.1: 30, 0.25: 10}),
    )


def write_line(cook: Cook, frame: str, rng: Random) -> tuple[str, list[str]]:
    """One ingredient line as this cook writes it, and the generic ingredients it names.

    >>> plain = Cook("- ", "as is", "plain", False, False, "{}:", {"cup": "cup%s"}, 0.0, 0.0)
    >>> write_line(plain, "<2 cup> plain [flour], sifted", Random(0))
    ('2 cups plain flour, sifted', ['flour'])
    """
    text = re.sub(r"\{([^}]*)\}", lambda found: rng.choice(found[1].split("|")), frame)
    many = False

    def amount(found: re.Match[str]) -> str:
        nonlocal many
        written, many = _quantity(cook, found[1], rng)
        return written

    parts = re.split(r"(<[^>]*>)", text)
    written = [
        re.sub("<([^>]*)>", amount, part) if part[:1] == "<" else _plural(part, many) for part in parts
    ]
    text = "".join(written)
    labels = [label.lower() for label in re.findall(r"\[([^]]*)\]", text)]
    if cook.amount_last and "(" not in text and (moved := AMOUNT_FIRST.match(text)):
        text = rng.choice(["{1} - {0}", "{1}, {0}", "{1} ({0})", "{1}: {0}"]).format(moved[1], moved[2])
    if rng.random() < cook.asides and "," not in text and "(" not in text:
        text += rng.choice(ASIDES)
    return _slip(_capitals(cook, text.replace("[", "").replace("]", "")), cook.slips, rng), labels


def write_heading(cook: Cook, part: str) -> str:
    """The line that opens a part of a recipe, such as its sauce."""
    return _capitals(cook, cook.heading.format(part))


def _weighted(rng: Random, odds: dict) -> object:
    return rng.choices(list(odds), weights=list(odds.values()))[0]


def _quantity(cook: Cook, choices: str, rng: Random) -> tuple[str, bool]:
    usual, _, metric = choices.partition("~")
    option = rng.choice((metric if cook.metric and metric else usual).split("|"))
    rest = usual.split("|")[-1] if option in usual.split("|") else metric.split("|")[-1]
    number = re.match(r"\d+(?:\.\d+)?(?: \d/\d|/\d)?", option)[0]
    unit = option[len(number) :].strip() or re.sub(r"^[\d./ ]+", "", rest).strip()
    many = not ("/" in number and " " not in number) and number != "1"
    if found := re.fullmatch(r"can(\d+)", unit):
        return _can(cook, number, int(found[1]), many, rng), many
    if many is False and unit not in UNITS and rng.random() < 0.12 and unit and number == "1":
        return f"a {unit}", False
    if rng.random() < 0.06 and number in {"2", "3", "4"} and unit in {"", "tbsp", "clove", "slice", "stalk"}:
        span = f"{number}{rng.choice(['-', ' to ', '–'])}{int(number) + 1}"
        return f"{span} {_unit(cook, unit, True, rng)}".strip(), True
    tight = unit in {"g", "ml", "kg"} and rng.random() < 0.5
    written = _number(cook, number) + ("" if tight else " ") + _unit(cook, unit, many, rng)
    return written.strip(), many


def _number(cook: Cook, number: str) -> str:
    whole, _, part = number.rpartition(" ") if "/" in number else (number, "", "")
    if cook.fractions == "words" and number in WORDS:
        return WORDS[number]
    if not part:
        return number
    if cook.fractions == "glyph":
        return whole + GLYPHS[part]
    if cook.fractions == "decimal" and part in DECIMALS:
        return (whole or "0") + DECIMALS[part]
    return f"{whole}-{part}" if cook.fractions == "hyphen" and whole else number


def _unit(cook: Cook, unit: str, many: bool, rng: Random) -> str:
    if unit in UNITS:
        spellings = UNITS[unit][0]
        spelling = rng.choice(spellings) if rng.random() < 0.15 else cook.units.get(unit, spellings[0])
        return spelling.replace("%s", "s" if many else "")
    if not unit or not many:
        return unit
    return IRREGULAR.get(unit, unit if unit == "pkg" else unit + "s")


def _can(cook: Cook, number: str, ounces: int, many: bool, rng: Random) -> str:
    plural = "s" if many else ""
    if cook.metric:
        return f"{number} x {round(ounces * 28.35 / 5) * 5}g {rng.choice(['tin', 'can'])}{plural}"
    size = f"{ounces}{rng.choice([' oz', ' oz.', '-ounce', ' ounce', '-oz'])}"
    tin = f"can{plural}"
    return rng.choice(
        [f"{number} ({size}) {tin}", f"{number} {size} {tin}", f"{number} {tin} ({size})", f"{number} {tin}"]
    )


def _plural(text: str, many: bool) -> str:
    return re.sub(r"%(\w+)", r"\1" if many else "", text)


def _capitals(cook: Cook, text: str) -> str:
    if cook.capitals == "title":
        return re.sub(r"(?<![\w'])[a-z]", lambda letter: letter[0].upper(), text)
    if cook.capitals == "first":
        return re.sub(r"[A-Za-z]", lambda letter: letter[0].upper(), text, count=1)
    return {"lower": text.lower(), "upper": text.upper()}.get(cook.capitals, text)


def _slip(text: str, probability: float, rng: Random) -> str:
    words = list(re.finditer(r"[A-Za-z]{5,}", text))
    if not words or rng.random() >= probability:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    swapped, doubled, dropped = text[at + 1] + text[at], text[at] * 2 + text[at + 1], text[at + 1]
    return text[:at] + rng.choice([swapped, doubled, dropped]) + text[at + 2 :]
