"""`python3 -m helpers.authoring.catalogue` collects every text a learner sees in `helpers/locale/course.pot`.

Sources are the `_("…")` calls of `helpers/` and the wording inside the JSON files of quizzes, course map and
checklist. `… catalogue --check` only compares, and names the texts that are missing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from helpers.ground.paths import course_root, data_folder
from helpers.ground.texts import LOCALE_FOLDER

TEMPLATE = LOCALE_FOLDER / "course.pot"
JSON_SOURCES = ("quizzes/*.json", "checklist/*.json", "guide/*.json", "course.json")
WORDING = {
    "alt", "answer", "because", "explain", "feedback", "headline", "help", "label", "next", "question",
    "reason", "summary", "text", "title", "try",
}  # fmt: skip


def texts() -> Iterator[tuple[str, str]]:
    """Every (text, file it stands in), file paths relative to the course."""
    for path in sorted((course_root() / "helpers").rglob("*.py")):
        where = path.relative_to(course_root()).as_posix()
        for _line, message, _comments, _context in extract_from_file("python", path, keywords={"_": None}):
            yield str(message), where
    for pattern in JSON_SOURCES:
        for path in sorted(data_folder().glob(pattern)):
            document = json.loads(path.read_text(encoding="utf-8"))
            yield from ((text, path.relative_to(course_root()).as_posix()) for text in _wording(document))


def missing() -> list[str]:
    """Texts that the catalogue does not have yet."""
    if not TEMPLATE.exists():
        return [text for text, _where in texts()]
    with TEMPLATE.open("rb") as lines:
        known = read_po(lines)
    return [text for text, _where in texts() if text not in known]


def write() -> int:
    """Writes the catalogue anew; the number of texts in it."""
    catalogue = Catalog(project="Fine-tuning course", charset="utf-8")
    catalogue.mime_headers[:] = []
    for text, where in texts():
        catalogue.add(text, locations=[(where, 0)])
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    with TEMPLATE.open("wb") as out:
        write_po(out, catalogue, width=100, omit_header=True, include_lineno=False)
    return len(catalogue)


def _wording(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if key in WORDING and value:
            yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _wording(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _wording(item, key)


def main(arguments: list[str]) -> int:
    """Writes the catalogue, or with `--check` compares; exit code 1 when something is missing."""
    if "--check" in arguments:
        lacking = missing()
        print(
            "\n".join(f"not in the catalogue: {text}" for text in lacking)
            or "Every text is in the catalogue."
        )
        return 1 if lacking else 0
    print(f"{write()} texts in {Path(TEMPLATE).relative_to(course_root())}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
