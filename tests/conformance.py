"""Writes `helpers/mock_cloud/CONFORMANCE.md` from what the tests of a whole run have checked.

A test says what it checks: `@pytest.mark.conformance(endpoint, source, what)`, `source` one of `SOURCES`.
Only a run that holds every such test, and in which nothing failed, writes the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

from helpers.ground.paths import course_root

PAGE = course_root() / "helpers" / "mock_cloud" / "CONFORMANCE.md"
FOLDERS = ("mock_cloud", "node")
SOURCES = {
    "specification": "the official specification or the types of the official client, in strict mode",
    "recorded": "recorded answers or texts seen in public logs of the hosted service",
    "own wording": "nothing: no source is known, so the behaviour and its words are ours",
    "own": "nothing: an addition of the mock cloud that the hosted services do not have",
    "not offered": "refused with an error that says so",
}
HEAD = """# How faithful the mock cloud is

Written by the test run: each row is a check that passed. "Against" tells what the check compares with:

{legend}

Everywhere: the model that answers is the small one named in the header `x-mock-cloud-model`, not the
hosted one; token counts are that model's; an answer without a token limit ends after 512 tokens, and a limit
beyond what the context leaves is lowered to that.
A request with a `seed` that comes again gets its recorded answer, marked by the header `x-mock-cloud-replay`.
States outside the enums of the official client, shown since the services have them: `paused` on
OpenAI; `pending`, `pausing`, `paused`, `resuming` on Azure's jobs, `pending` and `running` on its files, the
level `warning` on its events. Retired models go on working, with their shutdown date.

Known to differ from what the hosted services have been seen to send:

- `error` of a job that did not fail is null (live: `{{}}`, which the strict client refuses; the fault
  `empty-error` sends it), and results files come as they are (live: base64; the fault `base64-results`);
- Azure's jobs name the organisation and have OpenAI's `hyperparameters`, `result_files` and `method` from the
  start (live: null or -1 until they are known, which the strict client refuses);
- arguments and answers by a schema keep to it without `strict`, too, with no keys but the named ones; the
  model does not read the schema of an answer (live: it does, and it counts), since training rows have none;
- with preferences the accuracies are named `…_preference_accuracy`, the share of pairs ranked right; what the
  hosted services call them is not known to us.
"""
Row = tuple[str, str, str]


class Conformance:
    """Collects the rows of tests that passed, in whatever process they ran: reports bring them here."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.files: set[str] = set()
        self.something_was_skipped = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        report.conformance = [_row(mark) for mark in item.iter_markers("conformance")]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        rows = [tuple(row) for row in getattr(report, "conformance", ())]
        self.something_was_skipped |= bool(rows) and report.skipped
        if rows and report.when == "call" and report.passed:
            self.files.add(report.location[0])
            self.rows += rows

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        works_for_another = hasattr(session.config, "workerinput")
        if works_for_another or session.testsfailed or self.something_was_skipped:
            return
        if not _is_whole(session, self.files):
            return
        page = render(self.rows)
        if not PAGE.exists() or PAGE.read_text("utf-8") != page:
            PAGE.write_text(page, "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "conformance(endpoint, source, what): a row of CONFORMANCE.md")
    config.pluginmanager.register(Conformance(), "conformance")


def render(rows: object) -> str:
    """The page for `(endpoint, source, what)` rows, sorted, each once."""
    by_endpoint: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for endpoint, source, what in rows:  # type: ignore[attr-defined]  # any iterable of rows
        by_endpoint[endpoint].add((what, source))
    legend = "\n".join(f"- {name}: {meaning};" for name, meaning in SOURCES.items())
    parts = [HEAD.format(legend=legend)]
    for endpoint in sorted(by_endpoint, key=_order):
        parts.append(f"## {endpoint}\n\n| Checked | Against |\n|---|---|\n")
        parts[-1] += "".join(f"| {what} | {source} |\n" for what, source in sorted(by_endpoint[endpoint]))
    return "\n".join(parts)


def _order(endpoint: str) -> tuple[str, str]:
    method, _, path = endpoint.rpartition(" ")
    return path, method


def _row(mark: pytest.Mark) -> Row:
    endpoint, source, what = mark.args
    assert source in SOURCES, f"{source!r} is not one of {list(SOURCES)}"
    return endpoint, source, what


def _is_whole(session: pytest.Session, files: set[str]) -> bool:
    """Every test file with such marks took part, and nothing was filtered out."""
    options = session.config.option
    if options.keyword or options.markexpr or any("::" in argument for argument in session.config.args):
        return False
    tests, present = course_root() / "tests", {(session.config.rootpath / file).resolve() for file in files}
    marked = [file for folder in FOLDERS for file in Path(tests / folder).rglob("test_*.py")]
    return all(file in present for file in marked if "mark.conformance" in file.read_text("utf-8"))
