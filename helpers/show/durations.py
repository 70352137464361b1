"""Stretches of time as a learner reads them."""

from __future__ import annotations

from helpers.ground.texts import _


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, whichever can be used.

    >>> duration(8), duration(95), duration(4000)
    ('8 s', '2 min', '1 h 7 min')
    """
    if seconds < 90:
        return _("{n} s").format(n=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
