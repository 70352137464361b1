"""Today's date, for facts that expire. `COURSE_TODAY=2028-01-15` sets another one for tests."""

from __future__ import annotations

import os
from datetime import date


def today() -> date:
    """The current date, or the one named by `COURSE_TODAY` (ISO form).

    >>> today() >= date(2020, 1, 1)
    True
    """
    override = os.environ.get("COURSE_TODAY")
    return date.fromisoformat(override) if override else date.today()
