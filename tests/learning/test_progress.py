"""Progress survives, counts right, and can be handed to a teacher."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

import helpers
from helpers.ground.paths import course_root
from helpers.learning import classroom, course, progress
from helpers.learning.course_map import render
from helpers.learning.exercises import of_notebook
from helpers.learning.standing import Standing, continue_with, standings


def _own(name: str) -> Standing:
    return next(standing for standing in standings() if standing.name == name)


def test_nothing_is_done_at_first(course_home: Path) -> None:
    assert not any(standing.started for standing in standings())
    assert continue_with(standings()) == "00-start"


def test_events_are_counted_once_and_the_latest_quiz_answer_counts(course_home: Path) -> None:
    for right in (False, True, True):
        progress.record("quiz", "00-start", question=0, correct=right)
    progress.record("quiz", "00-start", question=99, correct=True)
    progress.record("exercise", "01.tokens", outcome="correct")
    progress.record("exercise", "01.tokens", outcome="not yet")
    assert (_own("00-start").quiz_answered, _own("00-start").quiz_right) == (1, 1)
    assert _own("01-concepts").exercises_solved == 1


def test_a_torn_line_loses_only_itself(course_home: Path) -> None:
    progress.record("end", "00-start")
    with progress.progress_file().open("a", encoding="utf-8") as out:
        out.write('{"kind": "end", "na\n[1]\n\n{"kind": 3}\n')
    progress.record("end", "01-concepts")
    assert [event["name"] for event in progress.events()] == ["00-start", "01-concepts"]


def test_a_line_torn_without_its_newline_does_not_swallow_the_next(course_home: Path) -> None:
    with progress.progress_file().open("w", encoding="utf-8") as out:
        out.write('{"kind": "end", "na')
    progress.record("end", "01-concepts")
    assert [event["name"] for event in progress.events()] == ["01-concepts"]


def test_several_writers_lose_nothing(course_home: Path) -> None:
    writers = [threading.Thread(target=progress.record, args=("end", f"n{n}")) for n in range(40)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(list(progress.events())) == 40


def test_a_folder_that_cannot_be_written_stops_no_lesson(course_home: Path) -> None:
    progress.progress_file().mkdir()
    progress.record("end", "00-start")
    assert list(progress.events()) == []


def test_the_map_says_where_to_go_on(course_home: Path) -> None:
    for number in range(_own("00-start").quiz_total):
        progress.record("quiz", "00-start", question=number, correct=True)
    for exercise in of_notebook("00"):
        progress.record("exercise", exercise.name, outcome="correct")
    html, plain = render(standings())
    assert '<a href="00-start.ipynb">' in html and "done" in plain.splitlines()[1]
    assert "here" in plain.splitlines()[2]


def test_finish_names_the_next_notebook(course_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    helpers.finish("00-start")
    said = capsys.readouterr().out
    assert "01 Concepts" in said and "Feedback+on+00-start" in said
    helpers.finish(course.lessons()[-1].name)
    assert "last notebook" in capsys.readouterr().out


def test_the_course_lists_the_notebooks_that_are_written() -> None:
    written = {path.stem for path in (course_root() / "notebooks" / "source").glob("[0-9][0-9]-*.py")}
    assert written <= {lesson.name for lesson in course.lessons()}


def test_exports_become_one_table_and_a_picture(
    course_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    helpers.export_progress("Zoë $x$", folder)
    progress.record("exercise", "01.tokens", outcome="correct")
    helpers.export_progress("Ada", folder)
    (folder / "other.json").write_text("{}", encoding="utf-8")
    assert classroom.main([str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Ada" in said and "Zoë" in said and "other.json" in said
    assert (folder / "progress.png").read_bytes()[:4] == b"\x89PNG"
    assert "Ada" in (folder / "progress.csv").read_text(encoding="utf-8")


def test_the_newest_export_of_a_learner_counts(course_home: Path, tmp_path: Path) -> None:
    path = helpers.export_progress("Ada", tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["exported"], document["notebooks"] = "2020-01-01T00:00:00", []
    (tmp_path / "old.json").write_text(json.dumps(document), encoding="utf-8")
    learners, problems = classroom.read_folder(tmp_path)
    assert len(learners) == 1 and learners[0].standings and not problems


@pytest.mark.parametrize(
    "broken", ["", "[]", '{"format": "fine-tuning-course-progress"}', "\x00", '{"notebooks": 3}']
)
def test_a_broken_export_is_named_and_passed_over(tmp_path: Path, broken: str) -> None:
    (tmp_path / "broken.json").write_text(broken, encoding="utf-8")
    learners, problems = classroom.read_folder(tmp_path)
    assert not learners and "broken.json" in problems[0]


def test_an_empty_folder_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert classroom.main([str(tmp_path / "none")]) == 1
    assert "export_progress" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", "  ", "../"])
def test_an_export_needs_a_name(course_home: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        helpers.export_progress(name)
