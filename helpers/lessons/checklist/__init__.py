# ruff: noqa: F401
"""The decision checklist: questions, rules, verdict, break-even, decision record.

>>> from helpers.lessons import checklist
>>> checklist.show_rules.__doc__.split(",")[0]
'Shows every rule of the verdict'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.ground.lazy import lazy_names

if TYPE_CHECKING:
    from helpers.lessons.checklist.break_even_view import plot_break_even
    from helpers.lessons.checklist.calculator import show_break_even_calculator
    from helpers.lessons.checklist.payback import break_even
    from helpers.lessons.checklist.record import save_record, show_record
    from helpers.lessons.checklist.verdict_view import show_presets, show_rules, show_verdict
    from helpers.lessons.checklist.widget import show_checklist
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)
