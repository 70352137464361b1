"""Counts what ran, lane by lane, from the reports that pytest writes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree


@dataclass
class Tally:
    """What ran and how it ended; `lanes` holds name, seconds and whether all was well.

    No notebook begins after `deadline`, a time of `time.monotonic`; one under way is ended there.
    """

    passed: int = 0
    failed: int = 0
    notebooks: int = 0
    not_run: dict[str, int] = field(default_factory=dict)
    lanes: list[tuple[str, float, bool]] = field(default_factory=list)
    deadline: float = math.inf

    def add(self, report: Path) -> None:
        """Count the cases of a JUnit report; a skipped one is kept with its reason."""
        for case in ElementTree.parse(report).iter("testcase"):
            skipped = case.find("skipped")
            if skipped is not None:
                reason = skipped.get("message") or "no reason given"
                self.not_run[reason] = self.not_run.get(reason, 0) + 1
            elif case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            else:
                self.passed += 1

    def __str__(self) -> str:
        """The last lines of a run."""
        lines = [
            f"{name:<16} {seconds:6.0f} s  {'ok' if ok else 'FAILED'}" for name, seconds, ok in self.lanes
        ]
        if self.notebooks:
            lines.append(f"{self.notebooks} notebooks ran; their cells count as tests.")
        skipped = sum(self.not_run.values())
        lines.append(f"Tests: {self.passed} passed, {self.failed} failed, {skipped} skipped")
        lines += [f"Not run ({count}): {reason}" for reason, count in sorted(self.not_run.items())]
        return "\n".join(lines)
