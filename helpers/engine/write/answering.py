"""From requests to answers: a waiting request joins the batch of its adapter; the batches take turns."""

from __future__ import annotations

import atexit
import queue
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.engine.types import Chunk, EngineError, Usage
from helpers.engine.write.answer import Answer
from helpers.engine.write.batch import Batch
from helpers.engine.write.turns import Turns

Item = Chunk | BaseException
MAX_ROWS = 24
CACHED_TOKENS = 6144
PROMPT_TOKENS_AT_ONCE = 1024
SECONDS_TO_END = 20.0
SECONDS_BETWEEN_LOOKS = 0.1


@dataclass
class Waiting:
    """A request with its prompt's tokens and the answers that it wants."""

    adapter: Path | None
    prompt: list[int]
    answers: list[Answer]
    delivered: queue.SimpleQueue[Item]

    @property
    def longest(self) -> int:
        """Tokens of the prompt and the longest answer that it may get."""
        return len(self.prompt) + max(answer.limit for answer in self.answers)

    def cancel(self) -> None:
        for answer in self.answers:
            answer.cancelled = True


_ANSWERING: weakref.WeakSet[Answering] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """A thread that Python ends inside torch would abort the whole process."""
    for answering in list(_ANSWERING):
        answering.close()


Batches = OrderedDict[Path | None, tuple[Batch, list[Waiting]]]


class Answering:
    """One background thread that runs while there is something to answer."""

    def __init__(self, new_batch: Callable[[Path | None], Batch], turns: Turns) -> None:
        self._new_batch, self._turns = new_batch, turns
        self._lock = threading.Lock()
        self._waiting: deque[Waiting] = deque()
        self._open: list[Waiting] = []
        self._running, self._thread = False, threading.Thread(target=self._run)
        _ANSWERING.add(self)

    @property
    def busy(self) -> bool:
        return self._running

    def stream(
        self, request: Waiting, should_stop: Callable[[], bool] = lambda: False
    ) -> Iterator[Chunk | Usage]:
        """The request's chunks as they are written, then its usage. Closing the iterator cancels it."""
        with self._lock:
            self._waiting.append(request)
            self._open.append(request)
            if not self._running:
                self._running = True
                self._thread = threading.Thread(target=self._run, name="answering", daemon=True)
                self._thread.start()
        try:
            unfinished = len(request.answers)
            while unfinished:
                item = _next(request.delivered, should_stop)
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise item
                unfinished -= item.finish_reason is not None
                yield item
            yield Usage(len(request.prompt), sum(answer.written for answer in request.answers))
        finally:
            request.cancel()
            with self._lock:
                self._open.remove(request)

    def close(self) -> None:
        """Cancel what is being answered and wait for the thread to end."""
        with self._lock:
            for request in self._open:
                request.cancel()
        if self._thread.ident:
            self._thread.join(SECONDS_TO_END)

    def _run(self) -> None:
        batches: Batches = OrderedDict()
        with self._turns.wanted():
            while self._admit(batches):
                adapter, (batch, members) = batches.popitem(last=False)
                try:
                    with self._turns.answering():
                        batch.step()
                    if batch.answers:
                        batches[adapter] = batch, members
                except BaseException as error:
                    self._fail(members, error)

    def _admit(self, batches: Batches) -> bool:
        """Let waiting requests in; false, and the thread is over, when there is nothing to do."""
        while True:
            with self._lock:
                rows = sum(len(batch.answers) for batch, _ in batches.values())
                longest = max(
                    (each.longest for _, members in batches.values() for each in members), default=0
                )
                group = self._next_group(rows, longest)
                if not group:
                    if not batches:
                        self._running = False
                    return bool(batches)
            self._join(group, batches)

    def _next_group(self, rows: int, longest: int) -> list[Waiting]:
        """The first waiting requests that ask the same adapter and fit beside `rows` of at most `longest`."""
        group: list[Waiting] = []
        tokens = 0
        while self._waiting:
            first = self._waiting[0]
            alone = not rows
            rows, longest = rows + len(first.answers), max(longest, first.longest)
            tokens += len(first.prompt)
            fits = rows <= MAX_ROWS and rows * longest <= CACHED_TOKENS
            fits = fits and (not group or tokens <= PROMPT_TOKENS_AT_ONCE)
            if not (fits or alone) or (group and first.adapter != group[0].adapter):
                break
            group.append(self._waiting.popleft())
        return group

    def _join(self, group: list[Waiting], batches: Batches) -> None:
        group = [waiting for waiting in group if not all(answer.cancelled for answer in waiting.answers)]
        if not group:
            return
        adapter = group[0].adapter
        try:
            with self._turns.answering():
                if adapter not in batches:
                    batches[adapter] = self._new_batch(adapter), []
                batch, members = batches[adapter]
                members += group
                batch.join([waiting.prompt for waiting in group], [waiting.answers for waiting in group])
        except BaseException as error:
            _, members = batches.pop(adapter, (None, group))
            self._fail(members, error)

    def _fail(self, members: list[Waiting], error: BaseException) -> None:
        words = str(error) if isinstance(error, EngineError) else f"The answer failed: {error}"
        for waiting in members:
            waiting.delivered.put(EngineError(words))


def _next(delivered: queue.SimpleQueue[Item], should_stop: Callable[[], bool]) -> Item | None:
    """What comes next, or None once it is no longer wanted."""
    while not should_stop():
        try:
            return delivered.get(timeout=SECONDS_BETWEEN_LOOKS)
        except queue.Empty:
            continue
    return None
