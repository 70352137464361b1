"""Facts have sources and dates, and mean the same at any date of the clock."""

from __future__ import annotations

from datetime import date

import pytest

from helpers.facts import catalog
from helpers.facts.catalog import UnknownModel
from helpers.facts.prices import facts, hosting_per_hour, source, token_price


@pytest.mark.parametrize("name", ["models", "prices", "providers"])
def test_every_source_has_a_title_and_the_day_it_was_seen(name: str) -> None:
    for key, row in facts(name)["sources"].items():
        assert row["title"], key
        assert date.fromisoformat(row["seen"]) >= date(2026, 1, 1), key


def test_every_fact_names_a_source_that_exists() -> None:
    def named(node: object, where: str) -> list[tuple[str, str]]:
        if isinstance(node, dict):
            own = [(where, node["source"])] if isinstance(node.get("source"), str) else []
            return own + [pair for value in node.values() for pair in named(value, where)]
        return [pair for value in node for pair in named(value, where)] if isinstance(node, list) else []

    for name in ("models", "prices", "providers"):
        known = facts(name)["sources"]
        found = named({key: value for key, value in facts(name).items() if key != "sources"}, name)
        assert found
        assert all(key in known for _, key in found), name


def test_aliases_and_fine_tuned_models_lead_to_the_snapshot() -> None:
    for name in ("gpt-4o-mini", "ft:gpt-4o-mini-2024-07-18:org:x:AbCd1234", "gpt-4o-mini-2024-07-18.ft-01"):
        assert catalog.resolve(name).id == "gpt-4o-mini-2024-07-18"
    assert catalog.resolve("gpt-35-turbo").id == "gpt-3.5-turbo-0125"
    with pytest.raises(UnknownModel, match="There is no model 'gpt-9'"):
        catalog.resolve("gpt-9")


def test_no_name_belongs_to_two_models() -> None:
    names = [name.lower() for model in catalog.models() for name in (model.id, *model.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("day", "retired"),
    [("2026-10-22", False), ("2026-10-23", True), ("2026-11-22", True), ("2028-01-15", True)],
)
def test_a_shutdown_date_counts_from_its_day(
    monkeypatch: pytest.MonkeyPatch, day: str, retired: bool
) -> None:
    monkeypatch.setenv("COURSE_TODAY", day)
    assert catalog.is_retired("gpt-3.5-turbo") is retired


def test_alternatives_run_out_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_TODAY", "2026-11-22")
    assert "gpt-4o-mini-2024-07-18" in catalog.alternatives("gpt-3.5-turbo")
    assert "o4-mini-2025-04-16" in catalog.alternatives("gpt-4o", "azure", "reinforcement")
    monkeypatch.setenv("COURSE_TODAY", "2028-01-15")
    assert not any(catalog.is_retired(name) for name in catalog.alternatives("gpt-3.5-turbo"))
    assert "gpt-4o-mini-2024-07-18" not in catalog.alternatives("gpt-3.5-turbo")
    assert catalog.tunable("gpt-3.5-turbo")


def test_prices_are_the_files_and_say_when_they_are_borrowed() -> None:
    own = token_price("gpt-4.1-2025-04-14", "openai")
    assert (own.training, own.input, own.cached_input, own.output) == (25, 3, 0.75, 12)
    assert not own.borrowed
    azure = token_price("gpt-4.1-2025-04-14", "azure")
    assert azure.training == 2 and "training" not in azure.borrowed and "input" in azure.borrowed
    assert token_price("gpt-3.5-turbo-0125") is None
    assert "2026-11-22" in source("prices", own.source)


def test_hosting_by_tier() -> None:
    assert hosting_per_hour("GlobalStandard") == 1.7
    assert hosting_per_hour("DeveloperTier") == 0
    with pytest.raises(LookupError, match="no hosting tier 'gold'"):
        hosting_per_hour("gold")
