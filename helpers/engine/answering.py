"""From requests to answers: a waiting request joins the batch of its adapter; the batches take turns."""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.engine.answer import Answer
from helpers.engine.batch import Batch
from helpers.engine.turns import Turns
from helpers.engine.types import Chunk, EngineError, Usage

Item = Chunk | BaseException
MAX_ROWS = 32


@dataclass
class Waiting:
    """A request with its prompt's tokens and the answers that it wants."""

    adapter: Path | None
    prompt: list[int]
    answers: list[Answer]
    delivered: queue.SimpleQueue[Item]


class Answering:
    """One background thread that runs while there is something to answer."""

    def __init__(self, new_batch: Callable[[Path | None], Batch], turns: Turns) -> None:
        self._new_batch, self._turns = new_batch, turns
        self._lock = threading.Lock()
        self._waiting: deque[Waiting] = deque()
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def stream(self, request: Waiting) -> Iterator[Chunk | Usage]:
        """The request's chunks as they are written, then its usage. Closing the iterator cancels it."""
        with self._lock:
            self._waiting.append(request)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="answering", daemon=True)
                self._thread.start()
        try:
            unfinished = len(request.answers)
            while unfinished:
                item = request.delivered.get()
                if isinstance(item, BaseException):
                    raise item
                unfinished -= item.finish_reason is not None
                yield item
            yield Usage(len(request.prompt), sum(answer.written for answer in request.answers))
        finally:
            for answer in request.answers:
                answer.cancelled = True

    def _run(self) -> None:
        batches: OrderedDict[Path | None, tuple[Batch, list[Waiting]]] = OrderedDict()
        with self._turns.wanted():
            while self._admit(batches):
                adapter, (batch, members) = batches.popitem(last=False)
                try:
                    with self._turns.answering():
                        batch.step()
                    if batch.answers:
                        batches[adapter] = batch, members
                except BaseException as error:
                    for waiting in members:
                        waiting.delivered.put(error)

    def _admit(self, batches: OrderedDict[Path | None, tuple[Batch, list[Waiting]]]) -> bool:
        """Let waiting requests in; false, and the thread is over, when there is nothing to do."""
        while True:
            with self._lock:
                if not self._waiting:
                    if not batches:
                        self._thread = None
                    return bool(batches)
                waiting = self._waiting[0]
                rows = sum(len(batch.answers) for batch, _ in batches.values())
                if rows and rows + len(waiting.answers) > MAX_ROWS:
                    return True
                self._waiting.popleft()
            self._join(waiting, batches)

    def _join(self, waiting: Waiting, batches: OrderedDict[Path | None, tuple[Batch, list[Waiting]]]) -> None:
        if all(answer.cancelled for answer in waiting.answers):
            return
        try:
            with self._turns.answering():
                if waiting.adapter not in batches:
                    batches[waiting.adapter] = self._new_batch(waiting.adapter), []
                batch, members = batches[waiting.adapter]
                batch.join(waiting.prompt, waiting.answers)
                members.append(waiting)
        except BaseException as error:
            waiting.delivered.put(
                error if isinstance(error, EngineError) else EngineError(f"The answer failed: {error}")
            )
