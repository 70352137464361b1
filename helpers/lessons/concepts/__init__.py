# ruff: noqa: F401
"""What notebook 01 shows: the guide in pictures, the few-shot sweep, next tokens, the size of LoRA.

>>> from helpers.lessons import concepts
>>> concepts.next_token_probabilities.__name__
'next_token_probabilities'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.ground.lazy import lazy_names

if TYPE_CHECKING:
    from helpers.lessons.concepts.few_shot_slider import show_few_shot_slider
    from helpers.lessons.concepts.guide import show_guide
    from helpers.lessons.concepts.lora_slider import show_lora_slider
    from helpers.lessons.concepts.next_tokens import next_token_probabilities, plot_next_tokens
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)
