"""Is a notebook's kernel running this, and is somebody there who can click and type?"""

from __future__ import annotations

import sys
from typing import Any


def kernel() -> Any:
    """The Jupyter kernel this runs in; None on a terminal.

    >>> kernel() is None
    True
    """
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None)


def somebody_is_there() -> bool:
    """Whether a front end runs the cell; nbclient and nbval, which run notebooks alone, allow no input."""
    here = kernel()
    return here is not None and bool(here.get_parent("shell").get("content", {}).get("allow_stdin"))


def typed_answer(question: str) -> str | None:
    """What somebody types, in a notebook or on a terminal; None where nobody can answer."""
    try:
        return input(question)
    except (EOFError, OSError, RuntimeError):
        return None
