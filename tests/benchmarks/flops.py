"""Floating point operations that a supervised training job needs, from its rows and layers.

Per token, a matrix of (out, in) costs 2·out·in forward and as much backward for the gradient of its input;
frozen matrices need no gradient of their own. The low-rank pairs cost three times their forward product. Each
learned token needs the vocabulary's scores and their gradient. Attention's own products, norms, the optimiser
and what is computed again on the way back are left out: the figure is a lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence

from helpers.engine.model.base_model import BaseModel
from helpers.engine.model.lora import Adapter
from helpers.engine.train.training import Training
from helpers.engine.train.training_rows import Row


def training_flops(training: Training) -> float:
    """Operations of a whole job (all epochs)."""
    epochs = training.job.hyperparameters.n_epochs
    return epochs * rows_flops(training.rows, training.decoder.model, training.trainee.adapter)


def rows_flops(rows: Sequence[Row], model: BaseModel, adapter: Adapter) -> float:
    """Operations of one pass over each of `rows`, with an adapter on every layer."""
    per_layer = 2 * sum(
        matrix.numel()
        for layer in model.layers[:1]
        for matrix in (layer.qkv, layer.o, layer.gate_up, layer.down)
    )
    low_rank = 2 * sum(matrix.numel() for matrix in adapter.matrices())
    tokens = sum(row.size for row in rows)
    learned = sum(sum(row.learned) for row in rows)
    return tokens * (2 * len(model.layers) * per_layer + 3 * low_rank) + learned * 4 * model.head.numel()
