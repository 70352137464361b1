"""Errors that speak to a learner: in a notebook they show as their sentence, without a traceback."""

from __future__ import annotations


class Trouble(Exception):
    """What happened, why, and what to do next. Subclass it for every error that a learner can meet.

    >>> Trouble("No key is set. Put OPENAI_API_KEY into .env.")._render_traceback_()
    ['Trouble: No key is set. Put OPENAI_API_KEY into .env.']
    """

    def _render_traceback_(self) -> list[str]:
        """IPython's hook for a cell that ends in this error."""
        return f"{type(self).__name__}: {self}".splitlines()
