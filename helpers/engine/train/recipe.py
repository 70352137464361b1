"""How the engine trains where the caller leaves it open: adapter size, layers, learning rate, schedule."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.engine.types import Hyperparameters

WARM_UP = 0.06


@dataclass(frozen=True)
class Recipe:
    """`learning_rate` is for a multiplier of 1; `trained_share` of the layers, from the top, is adapted.

    B matrices learn `lora_plus_ratio` times as fast. The engine keeps `alpha / rank` inside B; programs that
    multiply later write the same as `lora_plus_ratio / (alpha / rank)`.
    """

    learning_rate: float
    rank: int = 16
    alpha: float = 32.0
    trained_share: float = 1.0
    lora_plus_ratio: float = 1.0

    def frozen_layers(self, layers: int) -> int:
        """Layers at the bottom that carry no adapter."""
        return round(layers * (1 - self.trained_share))

    def learning_rate_at(self, step: int, total_steps: int, hyperparameters: Hyperparameters) -> float:
        """Linear warm-up over the first steps, then linear decay to zero. `step` counts from 0."""
        warm = max(1, round(total_steps * WARM_UP))
        factor = min((step + 1) / warm, (total_steps - step) / max(total_steps - warm, 1), 1.0)
        return self.learning_rate * hyperparameters.learning_rate_multiplier * factor


RECIPES = {
    "supervised": Recipe(learning_rate=5e-4, lora_plus_ratio=16.0),
    "dpo": Recipe(learning_rate=2e-4, trained_share=2 / 3),
}
