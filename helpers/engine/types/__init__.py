# ruff: noqa: F401
"""What goes into the engine and what comes out. No torch here, so that the service may import it."""

from helpers.engine.types.errors import ContextTooLong, EngineError, WeightsError
from helpers.engine.types.generation import Chunk, GenerationRequest, TokenLogprob, Usage
from helpers.engine.types.training import (
    Checkpoint,
    Hyperparameters,
    Method,
    StepMetrics,
    StopRequest,
    TrainingJob,
    TrainingOutcome,
)
