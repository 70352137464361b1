"""Runs pip with one line of progress instead of its log, which is kept in a file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

_COLLECTED = re.compile(
    r"^(?:Collecting|Ignoring|Requirement already satisfied:|Processing (?:\S*[/\\])?) ?([^\s;:(/\\]+)"
)
_INSTALLING = "Installing collected packages"


class ProgressLine:
    """A line that is rewritten on a terminal, and written now and then elsewhere.

    >>> ProgressLine(total=3).text(1, "numpy", 2.0)
    '[1/3] numpy (2 s)'
    """

    def __init__(self, total: int) -> None:
        self.total, self.count, self.label = total, 0, "starting"
        self.started, self._shown = time.monotonic(), ""
        self._live = sys.stdout.isatty()

    def text(self, count: int, label: str, seconds: float) -> str:
        return f"[{count}/{self.total}] {label} ({seconds:.0f} s)"

    def read(self, line: str) -> None:
        found = _COLLECTED.match(line)
        if found:
            self.count, self.label = min(self.count + 1, self.total), found[1]
        elif line.startswith(_INSTALLING):
            self.label = "unpacking the packages; this takes a minute"
        else:
            return
        if not self._live and (self.count % 25 == 0 or line.startswith(_INSTALLING)):
            self.show(end="\n")

    def show(self, end: str = "") -> None:
        text = self.text(self.count, self.label, time.monotonic() - self.started)
        start = "\r  " if self._live else "  "
        print(start + text.ljust(len(self._shown)), end="" if self._live else end, flush=True)
        self._shown = text

    def close(self) -> None:
        self.label = "done"
        self.show(end="\n")
        if self._live:
            print()


def run_pip(python: Path, arguments: list[str], log: Path, total: int) -> tuple[int, str]:
    """Exit code and output of `pip install …`; the output is appended to `log` as well."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_PROGRESS_BAR": "off", "PIP_NO_INPUT": "1"}
    line, output = ProgressLine(total), []
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
        errors="replace",
    )
    ticking = threading.Event()
    threading.Thread(target=_tick, args=(line, ticking), daemon=True).start()
    with log.open("a", encoding="utf-8") as record:
        for text in process.stdout or ():
            record.write(text)
            output.append(text)
            line.read(text)
    ticking.set()
    code = process.wait()
    line.close() if code == 0 else print()
    return code, "".join(output)


def _tick(line: ProgressLine, stop: threading.Event) -> None:
    while sys.stdout.isatty() and not stop.wait(1):
        line.show()
