"""What notebook 06 shows: tables, pictures, comparisons, the live view, addresses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from helpers.ground.paths import data
from helpers.lessons.autotrain import __main__ as terminal
from helpers.lessons.autotrain import page_guide, tables
from helpers.lessons.autotrain.comparing import answer_share, make_completion_only, show_comparison
from helpers.lessons.autotrain.jobs import job_config
from helpers.lessons.autotrain.live_job import Run
from helpers.lessons.autotrain.view import log_tail
from helpers.measure.evaluation import evaluate


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr("IPython.display.display", lambda thing: texts.append(thing.data))
    return texts


def test_every_price_and_tool_has_a_date_and_a_source(shown: list[str]) -> None:
    tables.show_places(hours=2)
    tables.show_successors()
    assert "0.80" in shown[0], "two hours of a T4"
    assert "2025-01-21" in shown[1]
    places = json.loads(data("autotrain/places.json").read_text())
    for place in places["places"]:
        date.fromisoformat(places["sources"][place["source"]]["seen"])


def test_every_picture_is_small_and_has_a_text_alternative(shown: list[str]) -> None:
    page_guide.show_page_guide()
    guide = json.loads(data("autotrain/screenshots/guide.json").read_text())
    assert shown[0].count("alt='") == len(guide) == 4
    for step in guide:
        assert len(step["alt"]) > 60
        assert data(f"autotrain/screenshots/{step['file']}").stat().st_size < 150_000


def test_the_table_holds_what_was_measured(shown: list[str]) -> None:
    run = Run("YAML", Path("p"), True, False, 0, 61.2, 1234.0, [(1, 2.0)], "", Path("log"))
    scores = {"base": evaluate(["no"], [["flour"]]), "AutoTrain": evaluate(['["flour"]'], [["flour"]])}
    show_comparison(scores, {"AutoTrain": run}, lines={"AutoTrain": "a: 1\n\nb: 2\n"})
    rows = shown[0].splitlines()
    assert rows[2].startswith("| base | 0.00")
    assert rows[3].endswith("1 / 1 | 61 s | 1.2 GB | 2 |")


def test_the_answer_is_the_smaller_part(work: Path) -> None:
    from helpers.lessons.autotrain.base_model import export_base_model

    share = answer_share(job_config("demo", export_base_model(), "data"), folder=work)
    assert 0 < share < 0.5


def test_completion_only_data_keeps_every_message(work: Path) -> None:
    job = make_completion_only({"packing": True, "packing_strategy": "wrapped", "seed": 1}, work / "data")
    assert "packing" not in job
    assert job["completion_only_loss"] is True
    rows = (work / job["dataset_name"] / "train.jsonl").read_text().splitlines()
    first = json.loads(rows[0])
    assert len(rows) == 24
    assert first["completion"][0]["role"] == "assistant"
    again = make_completion_only(job, work / "data")
    assert again["dataset_name"] == job["dataset_name"], "it can be run again"


def test_a_log_is_shown_as_text() -> None:
    assert "&lt;script&gt;" in log_tail(["<script>"])


def test_from_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    assert terminal.main(["check"]) == 1
    assert "does not exist" in capsys.readouterr().out
    assert terminal.main(["remove"]) == 0
    assert "no AutoTrain environment" in capsys.readouterr().out
