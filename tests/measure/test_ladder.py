"""The ladder judges a tuned model against the strongest rung, item by item, and says who answered."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import helpers
from helpers.ground.paths import data
from helpers.measure.intervals import bootstrap_interval, mean_interval, paired_difference, wilson_interval
from helpers.measure.ladder import Ladder
from helpers.measure.scores import Scores

SPLIT = data("lines/test.jsonl")
ASK = [[{"role": "user", "content": "2 tbsp sugar"}]]


def ladder(model: str = "", **rungs: float) -> Ladder:
    """A ladder whose rungs are right for the given share of 40 items, the same items first."""
    built = Ladder("letters", SPLIT, metric="accuracy", model=model, answer_tokens=10)
    for name, share in rungs.items():
        right = [float(place < 40 * share) for place in range(40)]
        mode = "code" if name == "code" else "mock"
        built.add(name.replace("_", " "), Scores(right, [True] * 40, mode=mode), ASK if model else ())
    return built


def test_the_strongest_rung_is_the_opponent(course_home: Path) -> None:
    found = ladder(code=0.7, zero_shot=0.1, nearest_examples=0.85, tuned=0.9)
    assert found.best_alternative == "nearest examples"
    assert found.gain().mean == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("rungs", "said"),
    [
        ({"zero_shot": 0.1, "tuned": 0.9}, "Better than the best alternative, zero shot"),
        (
            {"code": 0.8, "zero_shot": 0.1, "tuned": 0.825},
            "Not shown to be better than the best alternative, code",
        ),
        ({"code": 0.9, "tuned": 0.4}, "Worse than the best alternative, code"),
        ({"code": 0.5, "tuned": 0.5}, "Not shown to be better"),
    ],
)
def test_the_verdict_follows_the_interval_of_the_difference(
    course_home: Path, rungs: dict[str, float], said: str
) -> None:
    assert ladder(**rungs).verdict().startswith(said)


def test_a_ladder_needs_both_sides(course_home: Path) -> None:
    for rungs in ({"tuned": 0.5}, {"code": 0.5}):
        with pytest.raises(ValueError, match="something to compare"):
            ladder(**rungs).verdict()
    with pytest.raises(ValueError, match="no answers"):
        Ladder("letters", SPLIT).add("tuned", Scores([], []))


def test_an_untuned_rung_is_priced_untuned(course_home: Path) -> None:
    found = ladder("gpt-4o-mini", code=0.5, zero_shot=0.1, tuned=0.9)
    untuned, tuned = found.usd_per_1000("zero shot"), found.usd_per_1000("tuned")
    assert found.usd_per_1000("code") == 0 and untuned and tuned and tuned == pytest.approx(2 * untuned)


def test_what_is_shown_has_every_rung_and_number(
    course_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Ladder("letters", SPLIT, metric="accuracy")
    found.add("zero-shot", Scores([0.0] * 3 + [1.0], [False, False, True, True], mode="mock"))
    found.add("tuned", Scores([1.0] * 4, [True] * 4, mode="mock"))
    capsys.readouterr()
    found.show("Letters")
    told = capsys.readouterr().out
    assert "rung: zero-shot; right form: 50%; accuracy: 0.25" in told and "of those in form: 0.50" in told
    assert "tuned: accuracy 1.00" in told


def test_evidence_says_who_answered_and_keeps_every_item(course_home: Path) -> None:
    ladder("gpt-4o-mini", code=0.5, tuned=0.9)
    code, tuned = helpers.read_evidence("letters")
    assert (code["mode"], code["answered_by"]) == ("code", "plain code")
    assert tuned["mode"] == "mock" and tuned["model"] == "gpt-4o-mini"
    assert tuned["answered_by"].startswith("SmolLM2"), "a hosted name never answers in mock mode"
    assert len(tuned["scores"]) == tuned["n"] == 40 and tuned["data"] == code["data"]


def test_only_items_that_both_answered_are_compared() -> None:
    first = Scores([1.0, 0.0], [True] * 2, places=[0, 2])
    second = Scores([0.0, 1.0, 0.0], [True] * 3)
    assert first.minus(second).n == 2 and first.minus(second).mean == 0.5


def test_intervals_do_not_degenerate() -> None:
    assert mean_interval([0.0] * 40) == wilson_interval(0, 40) == bootstrap_interval([0.0] * 40)
    assert mean_interval([0.5] * 40)[0] < 0.5 < mean_interval([0.5] * 40)[1]
    same = paired_difference([0.3] * 40, [0.3] * 40)
    assert same.low < 0 < same.high and not same.is_shown


def test_items_of_one_cluster_count_as_one() -> None:
    rng = random.Random(5)
    dishes = [rng.random() for _ in range(30)]
    twice = [score for score in dishes for _copy in range(2)]
    names = [dish for dish in range(30) for _copy in range(2)]
    (low, high), (close_low, close_high) = (
        bootstrap_interval(twice, clusters=names),
        bootstrap_interval(twice),
    )
    alone = bootstrap_interval(dishes)
    assert close_high - close_low < 0.85 * (high - low)
    assert (high - low) == pytest.approx(alone[1] - alone[0], rel=0.1)
    with pytest.raises(ValueError, match="clusters"):
        bootstrap_interval(twice, clusters=[1])


def test_a_cluster_interval_holds_the_truth_about_95_times_in_100() -> None:
    rng, held = random.Random(11), 0
    for trial in range(200):
        dishes = [rng.random() for _ in range(25)]
        values = [min(1, max(0, dish + rng.uniform(-0.05, 0.05))) for dish in dishes for _copy in range(4)]
        low, high = bootstrap_interval(
            values, resamples=400, seed=trial, clusters=[place // 4 for place in range(100)]
        )
        held += low <= 0.5 <= high
    assert 0.88 <= held / 200 <= 0.99
