"""Hosted CI runs every lane there is, on the Pythons that the course takes, with pinned actions only."""

from __future__ import annotations

import re

import pytest
import yaml

from helpers.bootstrap.lanes import BY_NAME
from helpers.bootstrap.testing import _parser
from helpers.ground.paths import course_root
from helpers.ground.version import NEWEST_PYTHON, OLDEST_PYTHON

WORKFLOW = yaml.safe_load((course_root() / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
MATRIX = WORKFLOW["jobs"]["lanes"]["strategy"]["matrix"]
ACTIONS = {step["uses"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "uses" in step}


def commands() -> list[str]:
    """What the lanes' last step comes to, for each lane."""
    also = {added["lane"]: added["also"] for added in MATRIX["include"]}
    line = str(WORKFLOW["jobs"]["lanes"]["steps"][-1]["run"])
    filled = [line.replace("${{ matrix.lane }}", lane) for lane in MATRIX["lane"]]
    ends = [also.get(lane, "") for lane in MATRIX["lane"]]
    return [text.replace("${{ matrix.also }}", end).rstrip() for text, end in zip(filled, ends, strict=True)]


def test_every_lane_is_run_once() -> None:
    started = [command.partition("-m helpers test ")[2].split() for command in commands()]
    lanes = [lane for words in started for lane in _parser().parse_args(words).lane]
    assert sorted(lanes) == sorted(BY_NAME)


def test_all_lanes_on_linux_and_the_tests_everywhere() -> None:
    systems = {system.partition("-")[0]: system for system in MATRIX["system"]}
    assert set(systems) == {"ubuntu", "macos", "windows"}
    left_out = {(row["system"], row["lane"]) for row in MATRIX["exclude"]}
    runs = {(system, lane) for system in MATRIX["system"] for lane in MATRIX["lane"]} - left_out
    assert {lane for system, lane in runs if system == systems["ubuntu"]} == set(MATRIX["lane"])
    assert all((system, "tests") in runs for system in systems.values())


def test_all_pythons_of_the_course_are_run() -> None:
    minors = range(OLDEST_PYTHON[1], NEWEST_PYTHON[1] + 1)
    assert MATRIX["python"] == [f"3.{minor}" for minor in minors]


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_actions_are_pinned_by_commit(action: str) -> None:
    assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action)
