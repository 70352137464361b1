"""Ask a model many questions at once through the ordinary `openai` client, and keep the answers in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.counter_line import counter_line
from helpers.texts import _

if TYPE_CHECKING:
    from openai import OpenAI

Messages = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Reply:
    """One answer: its text and the tokens the service counted; or, without a text, what went wrong."""

    text: str | None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    error: str | None = None

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


def ask_many(
    client: OpenAI,
    model: str,
    conversations: Sequence[Messages],
    *,
    at_once: int = 16,
    progress: bool = True,
    label: str = "",
    **options: Any,
) -> list[Reply]:
    """One reply per conversation, in their order, with up to `at_once` requests on the way.

    `options` go to `client.chat.completions.create`: temperature 0, seed 18 and max_tokens 256 unless told.
    A request that fails gives a reply without a text; a wrong key or model stops the rest at once. Stopping
    the cell stops the asking.

    >>> ask_many(client=None, model="gpt-4o-mini", conversations=[])
    []
    """
    options = {"temperature": 0, "seed": 18, "max_tokens": 256} | options
    with counter_line(len(conversations), label or model, shown=progress) as line:
        replies = _gather(
            lambda messages: _ask(client, model, messages, options), conversations, at_once, line.step
        )
        errors = [reply.error for reply in replies if reply.error]
        if errors:
            line.note(
                _("{n} of {all} requests failed: {error}").format(
                    n=len(errors), all=len(replies), error=errors[0]
                )
            )
    return replies


def _gather(
    ask: Callable[[Messages], Reply],
    conversations: Sequence[Messages],
    at_once: int,
    step: Callable[[], None],
) -> list[Reply]:
    pool = ThreadPoolExecutor(max(1, at_once), thread_name_prefix="ask-many")
    futures = [pool.submit(ask, messages) for messages in conversations]
    try:
        for future in as_completed(futures):
            if not future.cancelled() and _is_hopeless(future.exception()):
                pool.shutdown(wait=False, cancel_futures=True)
            step()
        stopped = next((str(error) for error in map(_exception, futures) if error is not None), "")
        return [_reply(future, stopped) for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _ask(client: OpenAI, model: str, messages: Messages, options: dict[str, Any]) -> Reply:
    answer = client.chat.completions.create(model=model, messages=list(messages), **options)
    usage = answer.usage
    return Reply(
        answer.choices[0].message.content or "",
        usage.prompt_tokens if usage else 0,
        usage.completion_tokens if usage else 0,
    )


def _reply(future: Future[Reply], stopped: str) -> Reply:
    error = _exception(future)
    if future.cancelled() or error is not None:
        return Reply(None, error=str(error or stopped))
    return future.result()


def _exception(future: Future[Reply]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError:
        return None


def _is_hopeless(error: BaseException | None) -> bool:
    """Whether every other request would meet the same error: a wrong key, no rights, no such model."""
    return getattr(error, "status_code", None) in {401, 403, 404}
