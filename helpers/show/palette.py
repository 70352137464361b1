"""The course's colours: one per role, for light and for dark backgrounds, each with a mark beside it.

No other file of `helpers/` names a colour. Whoever draws uses a role's `light` colour; `style_sheet` and
`pictures.themed` turn it into the dark one where the reader's theme is dark.

>>> TUNED.light, TUNED.dark, TUNED.mark
('#117733', '#66cc88', '★')
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class Role(NamedTuple):
    """What a colour stands for. `mark` is for those who do not tell colours apart; empty for plain lines."""

    name: str
    light: str
    dark: str
    mark: str = ""

    @property
    def variable(self) -> str:
        """The role in CSS, wherever `style_sheet` is in force: `var(--tuned)`."""
        return f"var(--{self.name})"


PLAIN_CODE = Role("plain-code", "#6b6b6b", "#b0b0b0", "■")
BASE = Role("base", "#4477aa", "#88bbee", "●")
FIXED_EXAMPLES = Role("fixed-examples", "#8a6d00", "#ddbb44", "▲")
NEAREST_EXAMPLES = Role("nearest-examples", "#aa4488", "#dd88bb", "◆")
CONSTRAINED = Role("constrained", "#007788", "#55bbcc", "▼")
TUNED = Role("tuned", "#117733", "#66cc88", "★")
APPROACHES = (BASE, FIXED_EXAMPLES, TUNED, NEAREST_EXAMPLES, CONSTRAINED, PLAIN_CODE)

TRAINING = Role("training", "#0b5cad", "#7fb8ff")
VALIDATION = Role("validation", "#b3400c", "#ff9e64", "◆")
RIGHT = Role("right", "#117733", "#66cc88", "✓")
WRONG = Role("wrong", "#b00020", "#ff7a85", "✗")

INK = Role("ink", "#222222", "#e8e8e8")
MUTED = Role("muted", "#5f5f5f", "#b0b0b0")
HAIRLINE = Role("hairline", "#d9d9d9", "#3d3d3d")
TINT = Role("tint", "#eef3f8", "#1d2730")
PAPER = Role("paper", "#ffffff", "#111111")

ROLES = (*APPROACHES, TRAINING, VALIDATION, RIGHT, WRONG, INK, MUTED, HAIRLINE, TINT, PAPER)
BY_LIGHT = {role.light: role for role in reversed(ROLES)}
WORDS = {
    "plain code": PLAIN_CODE,
    "base": BASE,
    "zero-shot": BASE,
    "few-shot": FIXED_EXAMPLES,
    "examples": FIXED_EXAMPLES,
    "nearest": NEAREST_EXAMPLES,
    "retrieval": NEAREST_EXAMPLES,
    "rag": NEAREST_EXAMPLES,
    "constrained": CONSTRAINED,
    "tuned": TUNED,
}


def role_of(name: str) -> Role | None:
    """The role that an approach's name tells; None where it tells none. The last word of the table wins.

    >>> role_of("few-shot, 4 examples").name, role_of("Fine-tuned").name, role_of("an average")
    ('fixed-examples', 'tuned', None)
    """
    found = [role for word, role in WORDS.items() if re.search(rf"\b{word}\b", name.lower())]
    return found[-1] if found else None


def roles_of(names: Iterable[str]) -> list[Role]:
    """A role for each name: its own where the name tells one, else the next that nobody has.

    >>> [role.name for role in roles_of(["clippy", "base"])]
    ['fixed-examples', 'base']
    """
    told = [role_of(name) for name in names]
    free = (role for role in APPROACHES * len(told) if role not in told)
    return [role or next(free, PLAIN_CODE) for role in told]


def style_sheet(selector: str = "svg", *, used_in: str | None = None) -> str:
    """CSS that gives every role (or those `used_in` a text) its colour, by the reader's colour scheme.

    >>> style_sheet(used_in="var(--ink)")
    'svg{--ink:#222222}@media (prefers-color-scheme:dark){svg{--ink:#e8e8e8}}'
    """
    roles = [role for role in ROLES if used_in is None or role.variable in used_in]
    light, dark = (
        ";".join(f"--{role.name}:{colour}" for role, colour in zip(roles, colours, strict=True))
        for colours in ([role.light for role in roles], [role.dark for role in roles])
    )
    return f"{selector}{{{light}}}@media (prefers-color-scheme:dark){{{selector}{{{dark}}}}}"
