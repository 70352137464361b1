"""Floating point operations that a training job needs, from its rows and layers.

Per token, a matrix of (out, in) costs 2·out·in forward and as much backward for the gradient of its input;
frozen matrices need no gradient of their own. Layers below the adapter run forward, once per row and job. The
low-rank pairs cost three times their forward product. Each learned token needs the vocabulary's scores and
their gradient. Attention's own products, norms and the optimiser are left out: the figure is a lower bound.
"""

from __future__ import annotations

from helpers.engine.train.training import Training


def training_flops(training: Training) -> float:
    """Operations of a whole supervised job (all epochs)."""
    decoder, frozen = training.decoder, training.objective.frozen
    layer = decoder.model.layers[0]
    matrices = [layer.qkv, layer.o, layer.gate_up, layer.down]
    per_layer = 2 * sum(matrix.numel() for matrix in matrices)
    adapter = training.trainee.adapter
    low_rank = 2 * sum(
        part.numel() for at in adapter.factors.values() for pair in at.values() for part in pair
    )
    trained_layers = decoder.shape.layers - frozen.count
    lead, epochs = len(frozen.lead), training.job.hyperparameters.n_epochs
    own = sum(row.size - lead for row in training.rows)
    learned = sum(sum(row.learned) for row in training.rows)
    tokens = epochs * own + training.total_steps * lead
    below = (own + lead) * frozen.count * per_layer
    above = tokens * (2 * trained_layers * per_layer + 3 * low_rank)
    return below + above + epochs * learned * 4 * decoder.model.head.numel()
