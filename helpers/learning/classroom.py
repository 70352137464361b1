"""`python3 -m helpers progress [FOLDER]`: your own progress, or one table and picture of a whole class."""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from helpers.learning import course, course_map
from helpers.learning.exporting import FORMAT
from helpers.learning.standing import Standing, standings
from helpers.show.palette import BASE, INK, PAPER

LARGEST_EXPORT_BYTES = 1_000_000


@dataclass(frozen=True)
class Learner:
    """One export: the learner's name and a standing for each notebook it names."""

    name: str
    exported: str
    standings: dict[str, Standing]


def main(arguments: list[str]) -> int:
    """Exit code 1 where the folder has no readable export."""
    parser = argparse.ArgumentParser(prog="python3 -m helpers progress", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="a folder with learners' progress-NAME.json files"
    )
    folder = parser.parse_args(arguments).folder
    if folder is None:
        print(course_map.render(standings())[1])
        return 0
    learners, problems = read_folder(folder)
    print("\n".join(problems))
    if not learners:
        print(f"No learner's progress found in {folder}. Learners make it: helpers.export_progress('NAME').")
        return 1
    _report(learners, folder)
    return 0


def read_folder(folder: Path) -> tuple[list[Learner], list[str]]:
    """The newest export of each learner by name, and a sentence for every file that could not be read."""
    newest: dict[str, Learner] = {}
    problems = []
    for path in sorted(folder.rglob("*.json")) if folder.is_dir() else []:
        try:
            learner = _read(path)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            problems.append(f"{path.name}: not a progress export ({error})")
            continue
        if learner.name not in newest or newest[learner.name].exported < learner.exported:
            newest[learner.name] = learner
    return [newest[name] for name in sorted(newest)], problems


def _read(path: Path) -> Learner:
    if path.stat().st_size > LARGEST_EXPORT_BYTES:
        raise ValueError("too large")
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("another kind of file")
    entries = [_standing(entry) for entry in document["notebooks"]]
    name = "".join(filter(str.isprintable, str(document["learner"]))).lstrip("=+-@ ")[:60]
    return Learner(name, str(document["exported"]), {entry.name: entry for entry in entries})


def _standing(entry: dict[str, Any]) -> Standing:
    counts = {field.name: int(entry[field.name]) for field in fields(Standing) if field.type == "int"}
    return Standing(name=str(entry["name"]), reached_end=bool(entry["reached_end"]), **counts)


def _report(learners: list[Learner], folder: Path) -> None:
    names = [lesson.name for lesson in course.lessons()]
    table = [[learner.name, *(_cell(learner.standings.get(name)) for name in names)] for learner in learners]
    header = ["learner", *(name[:2] for name in names)]
    print("\n".join(_columns([header, *table])))
    print("\nA cell: exercises solved + quiz questions right, of all; * means done.")
    with (folder / "progress.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["learner", *names], *table])
    _picture(learners, names, folder / "progress.png")
    print(f"Written: {folder / 'progress.csv'} and {folder / 'progress.png'}")


def _cell(standing: Standing | None) -> str:
    if standing is None or not standing.started:
        return "-"
    good = standing.exercises_solved + standing.quiz_right
    total = standing.exercises_total + standing.quiz_total
    return f"{good}/{total}{'*' if standing.done else ''}"


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _picture(learners: list[Learner], names: list[str], target: Path) -> None:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    shares = [[_share(learner.standings.get(name)) for name in names] for learner in learners]
    figure = Figure(figsize=(9, 1.2 + 0.35 * len(learners)), layout="constrained")
    axes = figure.subplots()
    shades = LinearSegmentedColormap.from_list("done", [PAPER.light, BASE.light])
    axes.imshow(shares, vmin=0, vmax=1, cmap=shades, aspect="auto")
    axes.set_xticks(range(len(names)), names, rotation=30, ha="right")
    axes.set_yticks(range(len(learners)), [learner.name.replace("$", r"\$") for learner in learners])
    for row, line in enumerate(shares):
        for column, share in enumerate(line):
            ink = PAPER if share > 0.6 else INK
            axes.text(column, row, f"{share:.0%}", ha="center", va="center", color=ink.light)
    axes.set_title("Part done of each notebook")
    figure.savefig(target, dpi=120)


def _share(standing: Standing | None) -> float:
    return standing.share if standing else 0.0
