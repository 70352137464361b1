"""Costs are tokens times dated prices, with what a reader must know beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.dataset.costs import estimate_cost, hosting_cost, price_warnings, request_cost, training_cost


@pytest.fixture
def training_file(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    row = {"messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hello"}]}
    path.write_text((json.dumps(row) + "\n") * 100)
    return path


def test_an_estimate_by_the_cookbooks_heuristic(training_file: Path) -> None:
    found = estimate_cost(training_file, "gpt-4o-mini")
    assert (found.n_examples, found.tokens_per_epoch, found.n_epochs) == (100, 1300, 3)
    assert found.usd == pytest.approx(3900 / 1e6 * 3)
    assert "seen 2026-11-22" in str(found)


def test_own_epochs_and_azures_developer_tier(training_file: Path) -> None:
    found = estimate_cost(
        training_file, "gpt-4.1", n_epochs=2, surface="azure", training_type="developerTier"
    )
    assert found.usd == pytest.approx(2600 / 1e6 * 2 * 0.5)
    assert training_cost(1_000_000, "gpt-4.1", "azure") == 2


def test_a_model_without_a_price_says_so(training_file: Path) -> None:
    found = estimate_cost(training_file, "gpt-3.5-turbo")
    assert found.usd is None
    assert "No dated price is known" in str(found)


@pytest.mark.parametrize(("day", "old"), [("2026-12-01", False), ("2028-01-15", True)])
def test_an_old_price_is_called_old(monkeypatch: pytest.MonkeyPatch, day: str, old: bool) -> None:
    monkeypatch.setenv("COURSE_TODAY", day)
    assert any("days ago" in warning for warning in price_warnings("gpt-4o-mini")) is old


def test_a_borrowed_price_is_called_borrowed() -> None:
    assert any("stands in" in warning for warning in price_warnings("gpt-4o-mini", "azure"))
    assert not any("stands in" in warning for warning in price_warnings("gpt-4.1", "azure", ["training"]))


def test_requests_count_the_cached_part_of_the_prompt_at_its_own_price() -> None:
    assert request_cost(1_000_000, 0, "gpt-4o-mini", cached_tokens=1_000_000) == pytest.approx(0.15)
    assert request_cost(1, 1, "gpt-3.5-turbo") is None


def test_hosting_runs_by_the_hour_used_or_not() -> None:
    assert hosting_cost(24 * 7) == pytest.approx(285.6)
    assert hosting_cost(100, "developerTier") == 0


def test_tools_cost_and_the_estimate_says_how_they_are_counted(training_file: Path) -> None:
    tool = {"type": "function", "function": {"name": "open_gate", "description": "Open a gate"}}
    rows = [json.loads(line) | {"tools": [tool]} for line in training_file.read_text().splitlines()]
    before = estimate_cost(training_file)
    training_file.write_text("\n".join(map(json.dumps, rows)))
    found = estimate_cost(training_file)
    assert found.usd > before.usd * 1.5
    assert any("Tools are counted" in warning for warning in found.warnings)
    assert not any("Tools are counted" in warning for warning in before.warnings)


def test_rows_that_cannot_be_trained_on_are_left_out_and_named(training_file: Path) -> None:
    training_file.write_text(training_file.read_text() + '{"instruction": "", "input": "", "output": ""}')
    found = estimate_cost(training_file)
    assert (found.n_examples, found.tokens_per_epoch) == (100, 1300)
    assert "! 1 row(s) are left out" in str(found) and "line 101:" in str(found)
