"""The test command counts what ran and passes failures on."""

from __future__ import annotations

from pathlib import Path

from helpers.bootstrap.testing import Tally, main

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>
<testcase name="d"><skipped message="Chromium is not installed"/></testcase>
</testsuite></testsuites>"""


def test_tally_counts_cases_and_keeps_reasons(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    tally = Tally()
    tally.add(report)
    assert (tally.passed, tally.failed) == (1, 2)
    assert tally.not_run == {"Chromium is not installed": 1}


def test_path_that_is_not_there_is_told() -> None:
    assert main(["tests/no_such_test.py"]) == 2
