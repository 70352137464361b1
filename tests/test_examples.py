"""The examples in the docstrings run with the tests: `tests/examples.py` sets the scene for them."""

from __future__ import annotations

from helpers.ground.paths import course_root

MOST_SKIPPED = 10


def test_few_examples_are_left_out() -> None:
    sources = sorted((course_root() / "helpers").rglob("*.py"))
    skipped = [
        f"{path.relative_to(course_root())}: {line.strip()}"
        for path in sources
        for line in path.read_text("utf-8").splitlines()
        if "doctest: +SKIP" in line
    ]
    assert len(skipped) <= MOST_SKIPPED, "\n".join(skipped)
