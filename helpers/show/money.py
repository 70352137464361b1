"""Amounts of money as a learner reads them. Written out, since notebooks take two `$` for a formula.

>>> dollars(1.7), dollars(1234.5), dollars(0.0024)
('1.70 USD', '1,234.50 USD', '0.0024 USD')
"""

from __future__ import annotations

from decimal import Decimal

from helpers.ground.texts import _

SMALLEST = 0.000001


def dollars(amount: float) -> str:
    """`amount` US dollars with their unit; cents from 10 cents on, two figures below.

    >>> dollars(0), dollars(0.0996), dollars(0.000045), dollars(1e-9)
    ('0.00 USD', '0.10 USD', '0.000045 USD', 'less than 0.000001 USD')
    """
    if 0 < amount < SMALLEST:
        return _("less than {amount} USD").format(amount=figures(SMALLEST))
    return _("{amount} USD").format(amount=figures(amount))


def figures(amount: float) -> str:
    """The same without the unit, for the cells of a table that names it.

    >>> figures(105.4), figures(0.0426)
    ('105.40', '0.043')
    """
    short = Decimal(f"{amount:.2g}")
    return f"{amount:,.2f}" if amount == 0 or abs(short) >= Decimal("0.1") else f"{short:f}"
