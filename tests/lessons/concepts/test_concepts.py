"""What notebooks 00 and 01 show: data, pictures, sliders, parameter counts."""

from __future__ import annotations

import json
import runpy
import struct
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from helpers.ground.paths import course_root, data
from helpers.lessons.concepts import base_model_shapes, few_shot_slider, lora_slider
from helpers.lessons.concepts.guide import guide_panels, panel_html, panel_svg, show_guide
from helpers.lessons.concepts.guide_drawings import DRAWINGS
from helpers.lessons.concepts.next_tokens import next_token_probabilities, plot_next_tokens
from helpers.lessons.concepts.slider_view import slider_widget
from helpers.lessons.start.doctor_table import show_doctor
from helpers.measure.evaluation import evaluate


def test_recipe_lines_are_what_their_script_makes() -> None:
    made = runpy.run_path(str(data("lines/generate.py")))["make"]()
    for name, rows in made.items():
        kept = data(f"lines/{name}.jsonl").read_text("utf-8").splitlines()
        assert [json.loads(line) for line in kept] == rows


def test_held_out_ingredients_are_in_no_other_file() -> None:
    def ingredients(name: str) -> set[str]:
        lines = data(f"lines/{name}.jsonl").read_text("utf-8").splitlines()
        return {json.loads(json.loads(line)["messages"][-1]["content"])[2] for line in lines}

    assert not ingredients("test") & (ingredients("train") | ingredients("examples"))


def test_every_cafe_question_is_answered_by_a_passage() -> None:
    cafe = json.loads(data("cafe/passages.json").read_text("utf-8"))
    for item in cafe["questions"]:
        assert any(item["answer"].lower() in passage.lower() for passage in cafe["passages"])


def test_the_guide_has_a_title_panel_and_seven_with_four_points_each() -> None:
    panels = guide_panels()
    assert len(panels) == 8
    assert [panel["title"][0] for panel in panels[1:]] == list("1234567")
    assert all(len(panel["points"]) == 4 and panel["links"] for panel in panels)
    assert {panel["drawing"] for panel in panels} == set(DRAWINGS)


@pytest.mark.parametrize("panel", guide_panels(), ids=lambda panel: panel["drawing"])
def test_every_drawing_is_sound_svg_with_a_text_alternative(panel: dict[str, Any]) -> None:
    root = ElementTree.fromstring(panel_svg(panel))
    assert len(list(root)) > 5 and len(panel["alt"]) > 30
    assert f'alt="{escape(panel["alt"])}"' in panel_html(panel)
    assert len(list(root.iter())) > 8


def test_links_of_the_guide_lead_to_notebooks_of_the_course() -> None:
    course = json.loads((course_root() / "data" / "course.json").read_text("utf-8"))
    known = {f"{lesson['name']}.ipynb" for lesson in course["notebooks"]}
    assert {link["to"] for panel in guide_panels() for link in panel["links"]} <= known


def test_the_guide_and_the_doctor_speak_in_words_too(
    capsys: pytest.CaptureFixture[str], course_home: Path
) -> None:
    show_guide()
    show_doctor()
    said = capsys.readouterr().out
    assert "Best practices" in said and "Python" in said


@pytest.fixture
def small_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A weights file of one layer: its header alone says the shapes."""
    shapes = {"model.layers.0.self_attn.q_proj.weight": [8, 8], "model.layers.0.mlp.up_proj.weight": [20, 8],
              "model.embed_tokens.weight": [100, 8]}  # fmt: skip
    header = json.dumps({name: {"shape": shape, "dtype": "F32"} for name, shape in shapes.items()}).encode()
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    (tmp_path / "config.json").write_text('{"max_position_embeddings": 512}', encoding="utf-8")
    monkeypatch.setattr(base_model_shapes, "_folder", lambda: tmp_path)
    for function in (base_model_shapes.shapes, base_model_shapes.context_window):
        function.cache_clear()
    yield
    for function in (base_model_shapes.shapes, base_model_shapes.context_window):
        function.cache_clear()


def test_lora_counts_two_narrow_matrices_beside_each_adapted_one(small_weights: None) -> None:
    assert base_model_shapes.parameters() == 64 + 160 + 800
    assert base_model_shapes.lora_parameters(4) == 4 * (8 + 8) + 4 * (20 + 8)


def test_sliders_are_sound_at_every_stop(small_weights: None) -> None:
    sweep = {n: evaluate(['["a"]'] * 2, [["a"], ["b"]]) for n in (0, 8)}
    views = {str(n): few_shot_slider._view(n, sweep, {0: 30, 8: 430}) for n in sweep}
    views |= {f"rank {rank}": lora_slider._view(rank) for rank in lora_slider.RANKS}
    slider, view = slider_widget("stops", views).children
    for stop in views:
        slider.value = stop
        assert view.value == views[stop]
    assert "0.50" in views["0"] and "430" in views["8"]


def _answer(tokens: list[tuple[str, float]]) -> Any:
    top = [SimpleNamespace(token=token, logprob=value) for token, value in tokens]
    logprobs = SimpleNamespace(content=[SimpleNamespace(top_logprobs=top)])
    return SimpleNamespace(choices=[SimpleNamespace(logprobs=logprobs)])


def test_next_tokens_are_probabilities_and_odd_ones_are_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    found = next_token_probabilities(_answer([('["', -0.01), ("$x$", -5.0), ("\n", -7.0), (" ", -8.0)]))
    assert found['["'] == pytest.approx(0.99, abs=0.001)
    plot_next_tokens({"base": found, "tuned": found})
    assert "99%" in capsys.readouterr().out


def test_asking_without_logprobs_is_told() -> None:
    empty = SimpleNamespace(choices=[SimpleNamespace(logprobs=None)])
    with pytest.raises(ValueError, match="logprobs"):
        next_token_probabilities(empty)
