"""A request for answers, and the pieces in which they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class GenerationRequest:
    """One chat request, fields as in chat completions. `adapter=None` asks the base model.

    `max_tokens=None` means: up to the end of the context. `top_logprobs` 0-20 needs `logprobs=True`.
    `tools` are the functions that the model is shown (name, description, parameters); `grammar`, one of
    `text/answer_grammar.py`, is what every answer stays inside.
    """

    messages: list[dict[str, Any]]
    adapter: Path | None = None
    max_tokens: int | None = None
    temperature: float = 1.0
    top_p: float = 1.0
    stop: list[str] = field(default_factory=list)
    seed: int | None = None
    n: int = 1
    logprobs: bool = False
    top_logprobs: int = 0
    tools: list[dict[str, Any]] = field(default_factory=list)
    grammar: str | None = None
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0


@dataclass(frozen=True)
class TokenLogprob:
    """One sampled token with its natural-log probability and the likeliest alternatives."""

    token: str
    bytes: list[int]
    logprob: float
    top: list[TokenLogprob] = field(default_factory=list)


@dataclass(frozen=True)
class Chunk:
    """A piece of answer number `index`; the last piece of each answer carries `finish_reason`."""

    index: int
    text: str
    tokens: list[TokenLogprob] | None = None
    finish_reason: Literal["stop", "length"] | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens the model has processed: the last item of every generation."""

    prompt_tokens: int
    completion_tokens: int
