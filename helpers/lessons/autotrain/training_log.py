"""Reads a growing training log: losses, progress, and the error that ended it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

_METRICS = re.compile(r"\{'loss'.*?\}")
_BAR = re.compile(r"(\d+)%\|[^|]*\| *(\d+)/(\d+) ")
_ERROR = re.compile(
    r"^(?:[\w.]*(?:Error|Exception)\b: .*|.*\bERROR\b.*failed due to an exception: .*|autotrain .*error: .*)"
)
_NOISE = re.compile(r"nvidia-ml-py|/ui/|/static/|FutureWarning|UserWarning|warnings\.warn")


@dataclass
class TrainingLog:
    """What a log has said so far. `read()` takes in whatever was written since the last call.

    >>> log = TrainingLog(Path("nowhere.log")); log.feed("{'loss': 1.5, 'epoch': 0.5}\\n"); log.losses
    [(1, 1.5)]
    """

    file: Path
    losses: list[tuple[int, float]] = field(default_factory=list)
    step: int = 0
    total_steps: int = 0
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _position: int = 0
    _rest: str = ""

    def read(self) -> bool:
        """Take in what is new; true if there was anything."""
        try:
            with self.file.open("rb") as stream:
                stream.seek(self._position)
                new = stream.read()
        except OSError:
            return False
        self._position += len(new)
        self.feed(new.decode("utf-8", errors="replace"))
        return bool(new)

    def feed(self, text: str) -> None:
        pieces = re.split(r"[\r\n]+", self._rest + text)
        self._rest = pieces.pop()
        for piece in pieces:
            self._line(piece.strip())

    def _line(self, line: str) -> None:
        if not line:
            return
        bar = _BAR.search(line)
        metrics = _METRICS.search(line)
        if metrics:
            self._loss(metrics.group())
        elif bar and "examples/s" not in line and "Loading" not in line:
            self.step, self.total_steps = int(bar.group(2)), int(bar.group(3))
        elif not _NOISE.search(line) and not bar:
            self.lines = [*self.lines[-199:], line]
            if _ERROR.match(line):
                self.errors.append(line)

    def _loss(self, text: str) -> None:
        try:
            loss = float(ast.literal_eval(text)["loss"])
        except (ValueError, SyntaxError, KeyError, TypeError):
            return
        if not self.losses or len(self.losses) < max(self.total_steps, 1) or self.total_steps == 0:
            self.losses.append((len(self.losses) + 1, loss))
