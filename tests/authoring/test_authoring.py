"""Sources give notebooks; what a run leaves behind is cleaned; drift is found."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers.authoring import source
from helpers.authoring.drift import drift
from helpers.authoring.scrub import WIDGET_VIEW, scrub
from helpers.ground.paths import course_root

SOURCE = """# %% [markdown]
# # A lesson

# %% tags=["exercise"]
answer = None

# %% tags=["solution"]
answer = 42

# %%
print("the end")
"""


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "notebooks/source").mkdir(parents=True)
    (tmp_path / "notebooks/source/90-lesson.py").write_text(SOURCE)
    monkeypatch.setattr(source, "course_root", lambda: tmp_path)
    return "90-lesson"


def test_learner_gets_the_exercise_and_the_teacher_the_solution(lesson: str) -> None:
    learner = [cell.source for cell in source.learner_notebook(lesson).cells]
    teacher = [cell.source for cell in source.solution_notebook(lesson).cells]
    assert "answer = None" in learner
    assert "answer = 42" not in learner
    assert "answer = 42" in teacher
    assert "answer = None" not in teacher


def test_cell_ids_stay_the_same_between_builds(lesson: str) -> None:
    first, second = source.learner_notebook(lesson), source.learner_notebook(lesson)
    assert [cell.id for cell in first.cells] == [cell.id for cell in second.cells]


def test_drift_is_found_and_names_the_cell(lesson: str) -> None:
    source.solution_path(lesson).parent.mkdir()
    nbformat.write(source.solution_notebook(lesson), source.solution_path(lesson))
    assert "missing" in drift([lesson])[0]
    changed = source.learner_notebook(lesson)
    changed.cells[-1].source = "print('changed by hand')"
    nbformat.write(changed, source.learner_path(lesson))
    assert "cell 3 differs" in drift([lesson])[0]
    nbformat.write(source.learner_notebook(lesson), source.learner_path(lesson))
    assert drift([lesson]) == []


def test_scrub_hides_paths_keys_and_live_widgets(tmp_path: Path) -> None:
    outputs = [
        new_output(
            "stream", text=f"saved in {course_root()}/data and {tmp_path}/state, key sk-abcdefgh12345678"
        ),
        new_output("display_data", data={WIDGET_VIEW: {"model_id": "1"}, "text/plain": "VBox()"}),
        new_output("display_data", data={WIDGET_VIEW: {"model_id": "1"}, "text/html": "<p>a picture</p>"}),
    ]
    notebook = new_notebook(cells=[new_code_cell("1", outputs=outputs)], metadata={"widgets": {"state": {}}})
    cleaned = scrub(notebook, tmp_path)
    text, picture = cleaned.cells[0].outputs
    assert text.text == "saved in …/course/data and …/course-home/state, key (key hidden)"
    assert picture.data == {"text/html": "<p>a picture</p>"}
    assert "widgets" not in cleaned.metadata


def test_notebooks_of_the_course_agree_with_their_sources() -> None:
    assert drift() == []
