"""The engine: one base model in memory that trains adapters and answers with them, both at once."""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from helpers.engine.model.base_model import load_base_model
from helpers.engine.model.decoder import Decoder
from helpers.engine.model.lora import Adapter, load_adapter
from helpers.engine.model.memory import give_back, hold_little
from helpers.engine.model.number_type import number_type
from helpers.engine.text.chat_template import Messages, Tools
from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.train.training import Training
from helpers.engine.types import (
    Checkpoint,
    Chunk,
    ContextTooLong,
    GenerationRequest,
    StepMetrics,
    StopRequest,
    TrainingJob,
    TrainingOutcome,
    Usage,
)
from helpers.engine.write.answer import Answer
from helpers.engine.write.answering import Answering, Item, Waiting
from helpers.engine.write.batch import Batch
from helpers.engine.write.turns import Turns

KEPT_ADAPTERS = 4


@dataclass
class Loaded:
    """The base model ready to run, with the adapters used last (in its number type)."""

    decoder: Decoder
    adapters: OrderedDict[tuple[Path, int], Adapter]


class Engine:
    """Trains and answers, from any thread. The base model is loaded on first use.

    >>> engine = Engine(tiny_model)
    >>> request = GenerationRequest([{"role": "user", "content": "Hi"}], max_tokens=5)
    >>> usage = list(engine.generate(request))[-1]
    >>> usage.completion_tokens
    5
    """

    def __init__(self, base: Path, dtype: str = "auto") -> None:
        hold_little()
        self.base, self._wanted_type = base, dtype
        self.tokens = ChatTokens(base)
        self._turns = Turns()
        self._answering = Answering(self._batch, self._turns)
        self._loading, self._jobs = threading.RLock(), 0
        self._loaded: Loaded | None = None

    def train(
        self,
        job: TrainingJob,
        on_step: Callable[[StepMetrics], None],
        on_checkpoint: Callable[[Checkpoint], None],
        should_stop: Callable[[], StopRequest] = lambda: None,
    ) -> TrainingOutcome:
        """Run a job in this thread. `should_stop` is asked before every step.

        A job that is paused leaves a checkpoint to resume from. Raises `EngineError` for files that hold
        nothing to learn and adapters that do not fit.
        """
        with self._loading:
            self._jobs += 1
        try:
            decoder = self._model().decoder
            training = Training(decoder, self.tokens, job, self._turns.training)
            with closing(training.lanes):
                return training.run(on_step, on_checkpoint, should_stop)
        finally:
            with self._loading:
                self._jobs -= 1
            give_back()

    def generate(
        self, request: GenerationRequest, should_stop: Callable[[], bool] = lambda: False
    ) -> Iterator[Chunk | Usage]:
        """Answer a request: its chunks as they are written, then its `Usage`.

        Closing the iterator stops it, and so does `should_stop`, also while the request waits for its turn.
        An answer has at most as many tokens as the context leaves. Raises `ContextTooLong` before the first
        chunk if the prompt leaves none.
        """
        prompt = self.tokens.prompt(request.messages, request.tools)
        context = self._model().decoder.shape.context
        room = context - len(prompt)
        if room < 1:
            raise ContextTooLong(len(prompt), context)
        limit = room if request.max_tokens is None else min(request.max_tokens, room)
        delivered: queue.SimpleQueue[Item] = queue.SimpleQueue()
        answers = [Answer(request, i, limit, self.tokens, delivered.put) for i in range(request.n)]
        return self._answering.stream(Waiting(request.adapter, prompt, answers, delivered), should_stop)

    def count_tokens(self, messages: Messages, tools: Tools = ()) -> int:
        """Tokens of a conversation and its tools as the base model reads them, without an answer."""
        return len(self.tokens.prompt(messages, tools))

    def release(self) -> None:
        """Give memory back: what is not in use now is dropped and loaded again when needed."""
        with self._loading:
            if not self._jobs and not self._answering.busy:
                self._loaded = None
            elif self._loaded:
                self._loaded.adapters.clear()
        give_back()

    def _model(self) -> Loaded:
        with self._loading:
            if self._loaded is None:
                model = load_base_model(self.base, number_type(self._wanted_type))
                self._loaded = Loaded(Decoder(model), OrderedDict())
            return self._loaded

    def _batch(self, adapter: Path | None) -> Batch:
        loaded = self._model()
        return Batch(loaded.decoder, self._adapter(loaded, adapter) if adapter else None)

    def _adapter(self, loaded: Loaded, folder: Path) -> Adapter:
        weights = folder / "adapter_model.safetensors"
        key = (folder, weights.stat().st_mtime_ns if weights.is_file() else 0)
        if key not in loaded.adapters:
            model = loaded.decoder.model
            loaded.adapters[key] = load_adapter(folder, model.shape).to(model.dtype)
        loaded.adapters.move_to_end(key)
        while len(loaded.adapters) > KEPT_ADAPTERS:
            loaded.adapters.popitem(last=False)
        return loaded.adapters[key]
