"""The worker process: owns the engine, trains and answers. Speaks JSON lines on its standard streams.

In:  `{op: train|generate|count, id, …}` and `{op: stop, id, how}`. Out: `{id, kind, …}`, for
`worker_client.py`, and every second `{kind: beat, cpu}`: that it lives, and how long it has computed.
When its input ends (the service has died), it ends at once.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Any

from helpers.engine.types import (
    Checkpoint,
    Chunk,
    EngineError,
    GenerationRequest,
    Hyperparameters,
    StepMetrics,
    TrainingJob,
)

Message = dict[str, Any]
BEAT_SECONDS = 1.0


class Worker:
    """Each call runs in a thread of its own; `emit` writes one message."""

    def __init__(self, emit: Callable[[Message], None], load: Callable[[], Any]) -> None:
        self.emit, self._load = emit, load
        self._engine: Future[Any] | None = None
        self._stops: dict[int, str | None] = {}
        self._lock = threading.Lock()

    def handle(self, message: Message) -> None:
        if message["op"] == "stop":
            if message["id"] in self._stops:
                self._stops[message["id"]] = message["how"]
            return
        self._stops[message["id"]] = None
        work = {"train": self._train, "generate": self._generate, "count": self._count}[message["op"]]
        threading.Thread(target=self._guarded, args=(work, message), daemon=True).start()

    def _guarded(self, work: Callable[[Message], None], message: Message) -> None:
        try:
            work(message)
        except EngineError as error:
            self._reply(message, "error", error=type(error).__name__, message=str(error))
        except Exception as error:
            traceback.print_exc()
            self._reply(
                message, "error", error=type(error).__name__, message=f"{type(error).__name__}: {error}"
            )
        finally:
            self._stops.pop(message["id"], None)

    def _reply(self, call: Message, kind: str, **content: Any) -> None:
        self.emit({"id": call["id"], "kind": kind, **content})

    def _train(self, message: Message) -> None:
        def on_step(metrics: StepMetrics) -> None:
            self._reply(message, "step", metrics=asdict(metrics))

        def on_checkpoint(checkpoint: Checkpoint) -> None:
            self._reply(message, "checkpoint", checkpoint=_checkpoint(checkpoint))

        engine = self.engine()
        self._reply(message, "started")
        outcome = engine.train(
            training_job(message["job"]), on_step, on_checkpoint, lambda: self._stops[message["id"]]
        )
        final = outcome.final.folder.name if outcome.final else None
        self._reply(message, "outcome", status=outcome.status, final=final)

    def _generate(self, message: Message) -> None:
        request = message["request"]
        adapter = Path(request["adapter"]) if request.get("adapter") else None
        wanted = GenerationRequest(**{**request, "adapter": adapter})
        for piece in self.engine().generate(wanted, lambda: self._stops[message["id"]] is not None):
            self._reply(message, "chunk" if isinstance(piece, Chunk) else "usage", **asdict(piece))
        self._reply(message, "end")

    def _count(self, message: Message) -> None:
        self._reply(message, "end", tokens=self.engine().count_tokens(message["messages"], message["tools"]))

    def engine(self) -> Any:
        """The engine, loaded by whichever call comes first; the others wait for it."""
        with self._lock:
            first = self._engine is None or (self._engine.done() and self._engine.exception() is not None)
            if first:
                self._engine = Future()
            future = self._engine
        assert future is not None
        if first:
            try:
                future.set_result(self._load())
            except BaseException as error:
                future.set_exception(error)
        return future.result()


def training_job(sent: Message) -> TrainingJob:
    """The job as the engine takes it; paths come as text."""
    paths = {"training_file", "validation_file", "output", "start_adapter", "resume_from"}
    job: dict[str, Any] = {n: Path(value) if n in paths and value else value for n, value in sent.items()}
    job["hyperparameters"] = Hyperparameters(**sent["hyperparameters"])
    return TrainingJob(**job)


def _checkpoint(checkpoint: Checkpoint) -> Message:
    return {
        "step": checkpoint.step,
        "epoch": checkpoint.epoch,
        "folder": str(checkpoint.folder),
        "metrics": asdict(checkpoint.metrics),
    }


def _load_engine(emit: Callable[[Message], None]) -> Any:
    from helpers.engine.engine import Engine
    from helpers.engine.model.weights import base_model_folder

    def progress(text: str) -> None:
        emit({"id": None, "kind": "notice", "text": text})

    progress("loading the base model")
    engine = Engine(base_model_folder(progress), os.environ.get("COURSE_DTYPE") or "auto")
    progress("")
    return engine


def _beat(emit: Callable[[Message], None]) -> None:
    while True:
        emit({"id": None, "kind": "beat", "cpu": time.process_time()})
        time.sleep(BEAT_SECONDS)


def _be_nice() -> None:
    """Let the service and the learner's notebook go first."""
    import psutil

    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        psutil.Process().nice(3)


def main() -> None:
    wire = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes to the log, not between the messages
    lock = threading.Lock()

    def emit(message: Message) -> None:
        with lock:
            wire.write(json.dumps(message) + "\n")
            wire.flush()

    _be_nice()
    threading.Thread(target=_beat, args=(emit,), daemon=True).start()
    worker = Worker(emit, lambda: _load_engine(emit))
    for line in sys.stdin:
        worker.handle(json.loads(line))
    os._exit(0)


if __name__ == "__main__":
    main()
