# ruff: noqa: F401
"""The first notebook: a look at the machine, and a small job that trains while the learner reads.

>>> from helpers.lessons import start
>>> start.__all__
['show_doctor', 'start_training', 'wait_for_model']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.ground.lazy import lazy_names

if TYPE_CHECKING:
    from helpers.lessons.start.doctor_table import show_doctor
    from helpers.lessons.start.small_job import start_training, wait_for_model
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)
