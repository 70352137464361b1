"""The model on this laptop: its weights, training and generation. Knows no HTTP and no widget.

>>> from helpers.engine import resolve_hyperparameters
>>> resolve_hyperparameters(100, {}).n_epochs
3
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

# Before torch is loaded: its idle threads wait a moment for the next piece of work, then sleep. Measured: a
# step takes 0.6 s on a quiet machine (0.85 s if they sleep at once), 1.5 s beside two busy programs (3.4 s if
# they never sleep).
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

_EXPORTS = {
    "Engine": "engine",
    "base_model_folder": "model.weights",
    "read_verdicts": "text.row_reader",
    "Example": "text.verdict",
    "Problem": "text.verdict",
    "Verdict": "text.verdict",
    "Checkpoint": "types",
    "Chunk": "types",
    "ContextTooLong": "types",
    "EngineError": "types",
    "GenerationRequest": "types",
    "Hyperparameters": "types",
    "StepMetrics": "types",
    "TokenLogprob": "types",
    "TrainingJob": "types",
    "TrainingOutcome": "types",
    "Usage": "types",
    "WeightsError": "types",
    "resolve_hyperparameters": "train.hyperparameters",
}

__all__ = sorted(_EXPORTS)


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"helpers.engine has no name {name!r}")
    return getattr(import_module(f"helpers.engine.{_EXPORTS[name]}"), name)
