"""Requests and tokens per minute, by organisation and model, as the `x-ratelimit-…` headers tell them.

The limits are far above what one computer can answer; beyond them a request is refused in the hosted words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from helpers.mock_cloud.state import errors
from helpers.mock_cloud.state.errors import ApiError, duration
from helpers.mock_cloud.state.surfaces import owner_of

REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE = 10_000, 10_000_000
CHARACTERS_PER_TOKEN = 4


@dataclass
class Allowance:
    """A bucket that refills evenly: `left` of `limit` at the time `at`."""

    limit: int
    left: float
    at: float

    def refill(self, now: float) -> None:
        self.left = min(self.limit, self.left + (now - self.at) * self.limit / 60)
        self.at = now

    @property
    def seconds_to_full(self) -> float:
        return (self.limit - self.left) * 60 / self.limit


@dataclass(frozen=True)
class Exhausted:
    """An allowance that has less left than a request wants."""

    org: str
    model: str
    kind: str
    wanted: int
    allowance: Allowance

    @property
    def seconds(self) -> float:
        """Until enough will be there again."""
        return (self.wanted - self.allowance.left) * 60 / self.allowance.limit


def refused_by_openai(found: Exhausted) -> ApiError:
    limit, left = found.allowance.limit, int(found.allowance.left)
    return errors.rate_limited(
        found.model,
        owner_of(found.org),
        found.kind,
        limit=limit,
        used=limit - left,
        requested=found.wanted,
        seconds=found.seconds,
    )


class RateLimits:
    """All allowances of one service.

    >>> headers = RateLimits().take("org-1", "gpt-4o-mini", tokens=20)
    >>> headers["x-ratelimit-remaining-requests"]
    '9999'
    """

    def __init__(self, requests: int = REQUESTS_PER_MINUTE, tokens: int = TOKENS_PER_MINUTE) -> None:
        self.limits = {"requests": requests, "tokens": tokens}
        self._allowances: dict[tuple[str, str, str], Allowance] = {}

    def take(
        self, org: str, model: str, tokens: int, refuse: Callable[[Exhausted], ApiError] = refused_by_openai
    ) -> dict[str, str]:
        """Count one request; the headers that tell what is left. Raises what `refuse` makes if nothing is."""
        now, headers = time.monotonic(), {}
        wanted = {"requests": 1, "tokens": tokens}
        allowances = {kind: self._allowance(org, model, kind, now) for kind in wanted}
        for kind, allowance in allowances.items():
            if allowance.left < wanted[kind]:
                raise refuse(Exhausted(org, model, kind, wanted[kind], allowance))
        for kind, allowance in allowances.items():
            allowance.left -= wanted[kind]
            headers[f"x-ratelimit-limit-{kind}"] = str(allowance.limit)
            headers[f"x-ratelimit-remaining-{kind}"] = str(int(allowance.left))
            headers[f"x-ratelimit-reset-{kind}"] = duration(allowance.seconds_to_full)
        return headers

    def _allowance(self, org: str, model: str, kind: str, now: float) -> Allowance:
        limit = self.limits[kind]
        allowance = self._allowances.setdefault((org, model, kind), Allowance(limit, limit, now))
        allowance.refill(now)
        return allowance


def estimated_tokens(messages: list[dict[str, str]], max_tokens: int, n: int = 1) -> int:
    """What a request counts before it is answered: its characters over four, and the most it may answer."""
    return sum(len(message["content"]) for message in messages) // CHARACTERS_PER_TOKEN + max_tokens * n
