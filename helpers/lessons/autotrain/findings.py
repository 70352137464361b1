"""One thing found in a job file, and how serious it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["refused", "will fail", "note"]
_SIGNS = {"refused": "✗", "will fail": "✗", "note": "i"}


@dataclass(frozen=True)
class Finding:
    """`refused`: AutoTrain's parser stops; `will fail`: the job starts and dies later; `note`: it works,
    but look.

    >>> print(Finding("note", "lr", "a high learning rate"))
    i lr: a high learning rate
    """

    kind: Kind
    where: str
    message: str

    def __str__(self) -> str:
        return f"{_SIGNS[self.kind]} {self.where}: {self.message}"
