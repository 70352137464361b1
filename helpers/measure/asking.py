"""Ask a model many questions at once through the ordinary `openai` client, and keep the answers in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from helpers.ground.texts import _
from helpers.mock_cloud.training.run_identity import base_title
from helpers.show.counter_line import counter_line

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletionMessageParam

Messages = Sequence[dict[str, Any]]
HOPELESS = frozenset({401, 403, 404})
MOCK_FINGERPRINT = "fp_mock_"


@dataclass(frozen=True)
class Reply:
    """One answer: its text and the tokens the service counted; or, without a text, what went wrong.

    `answered_by` is the model that really wrote it, whatever name was asked for.
    """

    text: str | None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    error: str | None = None
    answered_by: str = ""
    is_mock: bool = False

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


def ask_many(
    client: OpenAI,
    model: str,
    conversations: Sequence[Messages],
    *,
    at_once: int = 32,
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
    asker = _Asker(client, model, options)
    with counter_line(len(conversations), label or model, shown=progress) as line:
        replies = _gather(asker.ask, conversations, at_once, line.step)
        errors = [reply.error for reply in replies if reply.error]
        if errors:
            text = _("{n} of {all} requests failed: {error}")
            line.note(text.format(n=len(errors), all=len(replies), error=errors[0]))
    return replies


@dataclass
class _Asker:
    """Asks one question at a time; after an error that every other request would meet it asks no more."""

    client: OpenAI
    model: str
    options: dict[str, Any]
    hopeless: str | None = None

    def ask(self, messages: Messages) -> Reply:
        if self.hopeless:
            return Reply(None, error=self.hopeless)
        try:
            return self._answer(messages)
        except Exception as error:
            if getattr(error, "status_code", None) in HOPELESS:
                self.hopeless = str(error)
            return Reply(None, error=str(error))

    def _answer(self, messages: Messages) -> Reply:
        create = self.client.chat.completions.create
        asked = cast("list[ChatCompletionMessageParam]", list(messages))
        answer = create(model=self.model, messages=asked, **self.options)
        used = answer.usage
        text = answer.choices[0].message.content or ""
        prompt, completion = (used.prompt_tokens, used.completion_tokens) if used else (0, 0)
        is_mock = str(getattr(answer, "system_fingerprint", "")).startswith(MOCK_FINGERPRINT)
        return Reply(text, prompt, completion, None, base_title() if is_mock else answer.model, is_mock)


def _gather(
    ask: Callable[[Messages], Reply],
    conversations: Sequence[Messages],
    at_once: int,
    step: Callable[[], None],
) -> list[Reply]:
    pool = ThreadPoolExecutor(max(1, at_once), thread_name_prefix="ask-many")
    try:
        futures = [pool.submit(ask, messages) for messages in conversations]
        for _future in as_completed(futures):
            step()
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
