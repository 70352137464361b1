"""What live mode has spent: a ledger in `<COURSE_HOME>/budget.jsonl`, shared by all kernels.

A cost is charged as an upper estimate before the call, and settled with what the answer says it used.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from helpers.ground import journal
from helpers.ground.paths import course_home
from helpers.ground.settings import settings
from helpers.ground.texts import _
from helpers.ground.trouble import Trouble
from helpers.show.money import dollars


class BudgetExceeded(Trouble):
    """The next call could cost more than the budget has left; nothing was sent."""


def spent() -> float:
    """USD charged so far."""
    return sum(_amounts().values())


def left() -> float:
    """USD left of `COURSE_BUDGET_USD`."""
    return max(0.0, settings().budget_usd - spent())


def charge(usd: float, what: str) -> str:
    """Set `usd` aside for a call; gives the id to `settle` it with.

    Raises BudgetExceeded if the budget has less left, ValueError if `usd` is no amount; of two kernels that
    ask at once, one waits.
    """
    if not _is_amount(usd):
        raise ValueError(_("{0!r} is no amount of USD.").format(usd))
    with _locked():
        available = left()
        if usd > available:
            raise BudgetExceeded(_too_much(usd, available, what))
        id = uuid.uuid4().hex
        when = datetime.now(UTC).isoformat(timespec="seconds")
        journal.add(_file(), {"id": id, "usd": usd, "what": what, "when": when})
        return id


def check(usd: float, what: str) -> None:
    """Raise BudgetExceeded if `usd` is more than is left; charges nothing."""
    available = left()
    if usd > available:
        raise BudgetExceeded(_too_much(usd, available, what))


def settle(id: str, usd: float) -> None:
    """Replace the estimate of a charge by what it really cost; it stays where `usd` is no amount."""
    if _is_amount(usd):
        with _locked():
            journal.add(_file(), {"id": id, "usd": usd})


def _too_much(usd: float, available: float, what: str) -> str:
    return _(
        "Nothing was sent: {what} may cost {usd}, and {left} is left of your budget of {budget}. "
        "Raise COURSE_BUDGET_USD in .env if you want to spend more, or go on in mock mode (COURSE_MODE=mock)."
    ).format(what=what, usd=dollars(usd), left=dollars(available), budget=dollars(settings().budget_usd))


def _file() -> Path:
    return course_home() / "budget.jsonl"


def _amounts() -> dict[str, float]:
    """The newest amount of every charge."""
    return {
        str(row.get("id")): row["usd"]
        for row in journal.rows(_file(), strict=True)
        if _is_amount(row.get("usd"))
    }


def _is_amount(usd: object) -> bool:
    """Whether this is a number of USD from 0 that a sum can hold."""
    return isinstance(usd, (int, float)) and not isinstance(usd, bool) and 0 <= usd < math.inf


@contextmanager
def _locked() -> Iterator[None]:
    from filelock import FileLock

    with FileLock(str(_file()) + ".lock"):
        yield
