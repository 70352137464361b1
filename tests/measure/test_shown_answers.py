"""Answers side by side, and the dates on which things end."""

import pytest

from helpers.lessons.openai import closing_dates
from helpers.measure import side_by_side
from helpers.measure.asking import Reply


@pytest.fixture
def shown(monkeypatch):
    found = []
    for module in (side_by_side, closing_dates):
        monkeypatch.setattr(module, "show_html", lambda html, plain: found.append((html, plain)))
    return found


def test_hits_extras_and_misses_are_marked(shown):
    answers = {
        "base": "no <list> here",
        "tuned": Reply('["Flour", "rum"]'),
        "broken": Reply(None, error="500"),
    }
    side_by_side.show_answers("Recipe: Cake", ["flour", "eggs"], answers)
    ((html, plain),) = shown
    assert "tuned (F1 0.50): ✓ Flour, ✗ rum, ∅ eggs" in plain
    assert "base (no JSON list): ✗ no <list> here" in plain and "<list>" not in html
    assert "broken (no answer)" in plain
    assert 'scope="col"' in html and "missing" in html


@pytest.mark.parametrize(("day", "words"), [("2026-11-22", "in 45 days"), ("2028-01-15", "in force")])
def test_dates_are_seen_from_today(shown, monkeypatch, day, words):
    monkeypatch.setenv("COURSE_TODAY", day)
    closing_dates.show_closing_dates("gpt-4o-mini")
    ((html, plain),) = shown
    assert f"2027-01-06  New jobs end for every organisation ({words})" in plain
    assert "gpt-4o-mini-2024-07-18" in html and "seen 2026-" in html
