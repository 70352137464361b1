"""What `auto` means. Epochs follow the heuristic that the hosted service's cookbook documents.

Source: OpenAI cookbook, "Data preparation and analysis for chat model fine-tuning" (seen 2026-11):
3 epochs, yet at least 100 and at most 25,000 example passes, within 1-25 epochs. The hosted batch size is
documented as about 0.2% of the examples, at most 256; so a small file is learned one example at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpers.engine.types import Hyperparameters, Method

MIN_BATCH_SIZE, MAX_BATCH_SIZE = 1, 256


def resolve_hyperparameters(
    n_examples: int, requested: Mapping[str, Any] | None = None, method: Method = "supervised"
) -> Hyperparameters:
    """Replace each missing or `"auto"` value of `requested` by a number.

    >>> resolve_hyperparameters(10, {"n_epochs": "auto", "batch_size": 2})
    Hyperparameters(n_epochs=10, batch_size=2, learning_rate_multiplier=1.0, beta=None)
    """
    asked = {name: value for name, value in (requested or {}).items() if value not in (None, "auto")}
    return Hyperparameters(
        n_epochs=int(asked.get("n_epochs", auto_epochs(n_examples))),
        batch_size=int(asked.get("batch_size", auto_batch_size(n_examples))),
        learning_rate_multiplier=float(asked.get("learning_rate_multiplier", 1.0)),
        beta=float(asked.get("beta", 0.1)) if method == "dpo" else None,
    )


def auto_epochs(n_examples: int) -> int:
    """Epochs for a file of `n_examples` examples.

    >>> auto_epochs(10), auto_epochs(100), auto_epochs(50_000)
    (10, 3, 1)
    """
    n_examples = max(n_examples, 1)
    if n_examples * 3 < 100:
        return min(25, 100 // n_examples)
    if n_examples * 3 > 25_000:
        return max(1, 25_000 // n_examples)
    return 3


def auto_batch_size(n_examples: int) -> int:
    """Examples per step for a file of `n_examples` examples.

    >>> auto_batch_size(100), auto_batch_size(10_000)
    (1, 20)
    """
    return min(max(round(n_examples * 0.002), MIN_BATCH_SIZE), MAX_BATCH_SIZE)
