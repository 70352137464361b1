"""The one loss curve: what it draws, what it says, at its extremes."""

from __future__ import annotations

import base64
import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from helpers.show.loss_chart import HEIGHT, WIDTH, loss_picture, loss_svg
from helpers.show.losses import Losses, describe
from helpers.show.palette import TRAINING, VALIDATION

SVG = "{http://www.w3.org/2000/svg}"
TEN = [(step, 2 / step) for step in range(1, 11)]
FULL = Losses(TEN, [(5, 0.9), (10, 0.8)], [(5, 0.95), (10, 0.85)], [5, 10], 10)


def drawn(losses: Losses, title: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(loss_svg(losses, title=title))


def words(root: ElementTree.Element) -> dict[str, tuple[float, float]]:
    """Every text with its place."""
    return {
        text.text or "": (float(text.attrib["x"]), float(text.attrib["y"]))
        for text in root.iter(f"{SVG}text")
    }


def lines(root: ElementTree.Element) -> dict[str, list[tuple[float, float]]]:
    """The points of each line, by its colour."""
    return {
        line.attrib["stroke"]: [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
        for line in root.iter(f"{SVG}polyline")
    }


def test_lines_are_named_at_their_ends_with_their_last_value() -> None:
    placed = words(drawn(FULL))
    right = lines(drawn(FULL))[TRAINING.variable][-1][0]
    for name in ("training 0.20", "validation, a few rows 0.80", "validation, all rows 0.85"):
        assert placed[name][0] > right, name
    assert "validation 0.80" in words(drawn(Losses(TEN, [(10, 0.8)])))


def test_names_never_overlap_and_stay_inside() -> None:
    same = Losses(TEN, [(10, 0.2)], [(10, 0.201)])
    for losses in (same, Losses([(1, 1.0), (2, 0.0)], [(2, 0.0)], [(2, 0.001)])):
        heights = sorted(y for text, (_x, y) in words(drawn(losses)).items() if re.match("train|valid", text))
        assert len(heights) == 3
        assert all(after - before >= 15 for before, after in pairwise(heights))
        assert heights[0] > 0 and heights[-1] < HEIGHT


def test_no_name_is_cut_off() -> None:
    for losses in (FULL, Losses(TEN), Losses([(1, 12345.678)], checkpoints=[1])):
        for text, (x, _y) in words(drawn(losses, "Loss")).items():
            assert x + 7.2 * len(text) <= WIDTH + 1, text


def test_the_axis_starts_at_zero_and_the_line_is_to_scale() -> None:
    root = drawn(Losses([(1, 2.0), (2, 1.0), (3, 0.0)]))
    (first, middle, last) = lines(root)[TRAINING.variable]
    placed = words(root)
    assert last[1] == placed["0.0"][1] - 4
    assert first[1] == placed["2.0"][1] - 4
    assert middle[1] == pytest.approx((first[1] + last[1]) / 2, abs=0.1)
    assert middle[0] == pytest.approx((first[0] + last[0]) / 2, abs=0.1)


def test_checkpoints_are_marked_where_they_are() -> None:
    svg = loss_svg(FULL)
    assert svg.count("stroke-dasharray") == 2
    placed = words(drawn(FULL))
    assert "checkpoint at step" in placed and "checkpoint at step" not in words(drawn(Losses(TEN)))
    assert f'd="M{lines(drawn(FULL))[TRAINING.variable][4][0]} ' in svg


def test_a_running_job_leaves_room_for_its_steps() -> None:
    root = drawn(Losses(TEN, total_steps=100))
    end = lines(root)[TRAINING.variable][-1][0]
    assert end < WIDTH / 4 and "100" in words(root)
    assert words(root)["training 0.20"][0] < WIDTH / 3


def test_few_validations_are_diamonds_many_are_a_line() -> None:
    few, many = (Losses(TEN, [(step, 1.0) for step in range(1, count)]) for count in (4, 40))
    diamond = rf'<path d="[^"]+Z" fill="{re.escape(VALIDATION.variable)}"'
    assert len(re.findall(diamond, loss_svg(few))) == 3
    assert re.findall(diamond, loss_svg(many)) == []


def test_text_is_large_enough() -> None:
    sizes = [int(size) for size in re.findall(r'font-size="(\d+)"', loss_svg(FULL, title="A title"))]
    assert min(sizes) >= 11 and WIDTH == 700


EXTREMES = [
    [],
    [(1, 0.0)],
    [(1, 0.0), (2, 0.0)],
    [(1, 1.0), (2, math.nan)],
    [(1, math.inf)],
    [(1, -0.5), (2, 0.5)],
    [(1, 1e9), (2, 1e-9)],
    [(1, 1.0), (2, 1e9)],
    [(n, 1 / n) for n in range(1, 5000)],
]


@pytest.mark.parametrize("train", EXTREMES, ids=range(len(EXTREMES)))
@pytest.mark.parametrize("total", [0, 1, 10_000])
def test_the_picture_survives_its_extremes(train: list[tuple[int, float]], total: int) -> None:
    losses = Losses(train, total_steps=total)
    picture = loss_picture(losses)
    svg = base64.b64decode(picture.split("base64,")[1].rstrip('">')).decode()
    assert svg == loss_svg(losses) and len(svg) < 20_000
    for number in re.findall(r'\b(?:x|y|width|height)="([^"]+)"', svg):
        assert math.isfinite(float(number))
    for points in lines(ElementTree.fromstring(svg)).values():
        assert all(math.isfinite(part) for point in points for part in point)


def test_words_for_curves() -> None:
    assert describe(Losses()) == "Loss curve: no step has been measured yet."
    rising = describe(Losses([(1, 2.0), (2, 1.0)], [(1, 1.0), (2, 0.5), (3, 0.9)]))
    assert rising.endswith(
        "Validation loss fell from 1.00 at step 1 to 0.90 at step 3. It was lowest, 0.50, at step 2."
    )
    assert "rose from 1.00" in describe(Losses([(1, 1.0), (2, 3.0)]))
    assert describe(Losses([(3, 1.5)])) == "Training loss is 1.50 at step 3."
    assert describe(FULL) == (
        "Training loss fell from 2.00 at step 1 to 0.20 at step 10. "
        "Validation loss fell from 0.95 at step 5 to 0.85 at step 10. "
        "Validation loss over a few rows fell from 0.90 at step 5 to 0.80 at step 10. "
        "Checkpoint at step 5: validation loss 0.95 over all rows. "
        "Checkpoint at step 10: validation loss 0.85 over all rows."
    )


@pytest.mark.parametrize("last", [math.nan, math.inf])
def test_divergence_is_said_and_shown(last: float) -> None:
    losses = Losses([(1, 1.0), (2, last)])
    assert describe(losses) == "Training loss is no number any more at step 2: training has diverged."
    assert "training: diverged" in words(drawn(losses))


def test_a_title_stands_in_picture_and_words() -> None:
    picture = loss_picture(Losses(TEN), title="Ten <rows>")
    assert 'alt="Ten &lt;rows&gt;. Training loss fell' in picture
    assert "Ten <rows>" in words(drawn(Losses(TEN), "Ten <rows>"))
