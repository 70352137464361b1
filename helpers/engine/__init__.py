# ruff: noqa: F401
"""The model on this laptop: its weights, training and generation. Knows no HTTP and no widget.

>>> from helpers.engine import resolve_hyperparameters
>>> resolve_hyperparameters(100, {}).n_epochs
3
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from helpers.ground.lazy import lazy_names

# Before torch is loaded: its idle threads wait a moment for the next piece of work, then sleep. Measured: a
# step takes 0.6 s on a quiet machine (0.85 s if they sleep at once), 1.5 s beside two busy programs (3.4 s if
# they never sleep).
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

if TYPE_CHECKING:
    from helpers.engine.engine import Engine
    from helpers.engine.model.weights import base_model_folder
    from helpers.engine.text.row_reader import read_verdicts
    from helpers.engine.text.verdict import Example, Problem, Verdict
    from helpers.engine.train.hyperparameters import resolve_hyperparameters
    from helpers.engine.types import (
        Checkpoint,
        Chunk,
        ContextTooLong,
        EngineError,
        GenerationRequest,
        Hyperparameters,
        StepMetrics,
        TokenLogprob,
        TrainingJob,
        TrainingOutcome,
        Usage,
        WeightsError,
    )
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)
