"""The model on this laptop: its weights, training and generation. Knows no HTTP and no widget.

>>> from helpers.engine import resolve_hyperparameters
>>> resolve_hyperparameters(100, {}).n_epochs
3
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

# Before torch is loaded: idle threads sleep instead of spinning, so that a busy laptop slows training
# in proportion (measured with another program running: a step in 14 s instead of 44-80 s).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_EXPORTS = {
    "Engine": "engine",
    "base_model_folder": "weights",
    "read_examples": "chat_format",
    "Example": "chat_format",
    "Problem": "chat_format",
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
    "resolve_hyperparameters": "hyperparameters",
}

__all__ = sorted(_EXPORTS)


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"helpers.engine has no name {name!r}")
    return getattr(import_module(f"helpers.engine.{_EXPORTS[name]}"), name)
