"""Break-even: when saved tokens pay for training and hosting."""

from __future__ import annotations

import pytest

from helpers.lessons.checklist.break_even_view import plot_break_even
from helpers.lessons.checklist.payback import BreakEven, break_even

PLAIN = {
    "training_tokens": 100_000, "base_prompt_tokens": 1_000, "tuned_prompt_tokens": 100,
    "completion_tokens": 50, "requests_per_month": 10_000,
}  # fmt: skip


def _result(**changes: float) -> BreakEven:
    return break_even("gpt-4o-mini", **{**PLAIN, **changes})


def test_the_crossing_point_is_where_both_ways_cost_the_same() -> None:
    result = _result()
    assert result.months is not None
    assert result.total(result.months, tuned=True) == pytest.approx(result.total(result.months, tuned=False))
    assert result.total(result.months * 2, tuned=True) < result.total(result.months * 2, tuned=False)


def test_the_numbers_are_those_of_the_price_list() -> None:
    result = _result()
    assert result.training_usd == pytest.approx(0.1 * 3)
    assert result.base.usd_per_request == pytest.approx((1_000 * 0.15 + 50 * 0.6) / 1e6)
    assert result.tuned.usd_per_request == pytest.approx((100 * 0.3 + 50 * 1.2) / 1e6)
    assert result.requests == pytest.approx(
        0.3 / (result.base.usd_per_request - result.tuned.usd_per_request)
    )


def test_fewer_tokens_are_not_yet_less_money() -> None:
    result = _result(base_prompt_tokens=150)
    assert result.months is None
    assert "no break-even" in result.sentence() and "each costs more" in result.sentence()


def test_hosting_by_the_hour_can_eat_the_saving() -> None:
    result = _result(hosting_usd_per_hour=1.7)
    assert result.months is None and "hosting" in result.sentence()
    enough = _result(hosting_usd_per_hour=1.7, requests_per_month=50_000_000)
    assert enough.months is not None


def test_no_requests_never_pay_back() -> None:
    assert _result(requests_per_month=0).months is None
    assert "without requests" in _result(requests_per_month=0).sentence()


def test_peoples_time_counts_at_the_start_and_at_every_training_again() -> None:
    worked = _result(work_hours=20, usd_per_work_hour=60)
    assert worked.start_usd == pytest.approx(1200.3)
    assert worked.months is not None and worked.months > 100 * (_result().months or 0)
    yearly = _result(requests_per_month=1e6, retrained_per_year=2, work_hours_again=5, usd_per_work_hour=60)
    assert yearly.upkeep_usd_per_month == pytest.approx(2 / 12 * (0.3 + 300))
    assert _result(retrained_per_year=2, work_hours_again=5, usd_per_work_hour=60).months is None


def test_the_cheapest_untuned_model_stands_beside_it() -> None:
    name, way = _result().cheapest
    assert way.prompt_tokens == 1_000 and way.usd_per_request < _result().base.usd_per_request
    assert name in _result().cheapest_sentence()


def test_free_training_is_paid_back_at_once() -> None:
    assert _result(training_tokens=0).months == 0


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf")])
def test_impossible_numbers_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        _result(requests_per_month=bad)


def test_a_model_without_prices_is_named() -> None:
    with pytest.raises(ValueError, match="no-such-model"):
        break_even("no-such-model", **PLAIN)


@pytest.mark.parametrize(
    "changes", [{}, {"base_prompt_tokens": 150}, {"training_tokens": 0}, {"requests_per_month": 1e-3}]
)
def test_the_picture_says_in_words_what_it_shows(changes: dict, capsys: pytest.CaptureFixture[str]) -> None:
    result = _result(**changes)
    plot_break_even(result)
    said = capsys.readouterr().out
    assert "Two lines" in said and result.sentence() in said
