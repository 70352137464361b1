# ruff: noqa: F401
"""What notebook 03 needs beyond the shared helpers: when OpenAI's own fine-tuning closes, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.ground.lazy import lazy_names

if TYPE_CHECKING:
    from helpers.lessons.openai.closing_dates import show_closing_dates
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)
