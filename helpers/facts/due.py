"""`python3 -m helpers.facts.due [--days N]`: which dated facts of `data/` want to be looked up again.

Two reasons make a fact due: it was seen long ago, or a day it names (a shutdown, a closing) has come since.
Standard library only, so that a scheduled run needs no set-up.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from helpers.facts.prices import facts
from helpers.ground.clock import today
from helpers.ground.paths import data_folder

NAMED_DAYS = ("date", "ends", "shutdown_date", "retirement_date")


def due(days: int | None = None, folder: Path | None = None) -> list[str]:
    """One sentence per fact to look up again, file by file; empty where all is fresh.

    `days`: how old a source may be (default: `old_after_days` of `data/prices.json`); `folder` holds the JSON
    files (default: `data/`).

    >>> due(days=1_000_000) == [line for line in due() if "has come" in line]
    True
    """
    limit = facts("prices")["old_after_days"] if days is None else days
    folder = folder or data_folder()
    found: list[str] = []
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        where = path.relative_to(folder).as_posix()
        found += [f"{where}: {line}" for line in (*_old(document, limit), *_passed(document))]
    return found


def _old(node: Any, limit: int) -> Iterator[str]:
    """Everything that says when it was `seen`, and that is longer ago than `limit` days."""
    if isinstance(node, dict) and isinstance(node.get("seen"), str):
        age = (today() - date.fromisoformat(node["seen"])).days
        if age > limit:
            yield f"{node.get('title', 'the file')} was seen {age} days ago. {node.get('url') or ''}".rstrip()
    for child in _children(node):
        yield from _old(child, limit)


def _passed(document: Any) -> Iterator[str]:
    """Days named by a fact that lie between the look at its source and today."""
    sources = document.get("sources", {}) if isinstance(document, dict) else {}

    def walk(node: Any, name: str, seen: str | None) -> Iterator[str]:
        if isinstance(node, dict):
            name = str(node.get("id", name))
            seen = sources[node["source"]]["seen"] if node.get("source") in sources else seen
            for key in NAMED_DAYS:
                if seen and isinstance(node.get(key), str) and seen < node[key] <= today().isoformat():
                    yield f"{name}: {node[key]} has come since its source was seen ({seen})."
        for child in _children(node):
            yield from walk(child, name, seen)

    return walk(document, "a closing", None)


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def main(arguments: list[str]) -> int:
    """Exit code 1 when something is due."""
    parser = argparse.ArgumentParser(prog="python3 -m helpers.facts.due", description=__doc__)
    parser.add_argument("--days", type=int, help="how old a source may be")
    found = due(parser.parse_args(arguments).days)
    print("\n".join(found) or "Every dated fact is fresh.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
