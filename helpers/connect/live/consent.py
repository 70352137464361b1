"""Asking before money is spent: the learner types yes after reading what it may cost."""

from __future__ import annotations

import threading

from helpers.connect.live import budget
from helpers.ground.settings import settings
from helpers.ground.texts import _
from helpers.ground.trouble import Trouble
from helpers.show.front_end import typed_answer
from helpers.show.money import dollars

_agreed: dict[str, float] = {}
"""Up to which total of the ledger calls of a name may go on."""
_one_at_a_time = threading.Lock()


class LiveRefused(Trouble):
    """Live mode does not make this call; says why and what to do. Nothing was sent."""


def ask(what: str, cost: str, *, usd: float, once: str | None = None, allowance: float = 0.0) -> None:
    """Show a cost and wait for a typed yes to this call of at most `usd`.

    Calls that share the name `once` share a yes, until `allowance` USD more are spent; it holds in this
    kernel. Raises LiveRefused if the answer is not yes, or if nobody is there to answer.
    """
    with _one_at_a_time:
        if once is None or budget.spent() + usd > _agreed.get(once, -1.0):
            _ask(what, cost)
            if once is not None:
                _agreed[once] = budget.spent() + max(usd, allowance)


def _ask(what: str, cost: str) -> None:
    limit = dollars(settings().budget_usd)
    print(_("This costs money: {what}").format(what=what))
    print(cost)
    print(_("Budget: {limit}, of which {left} is left.").format(limit=limit, left=dollars(budget.left())))
    if _typed(_("Type yes to go on, anything else to stop: ")) != "yes":
        raise LiveRefused(
            _("Nothing was sent, because you did not type yes. Run the cell again to be asked again.")
        )


def ask_plainly(what: str, question: str) -> None:
    """Show something and wait for a typed yes, without a cost. Raises LiveRefused like `ask`."""
    print(what)
    if _typed(question) != "yes":
        raise LiveRefused(_("Nothing was done, because you did not type yes."))


def forget() -> None:
    """Ask again for everything, as a fresh kernel does."""
    _agreed.clear()


def _typed(question: str) -> str:
    answer = typed_answer(question)
    if answer is None:
        raise LiveRefused(
            _(
                "Nothing was sent: live mode asks before it spends, and nobody can answer here. "
                "Run the notebook by hand in JupyterLab, or set COURSE_MODE=mock."
            )
        )
    return answer.strip().lower()
