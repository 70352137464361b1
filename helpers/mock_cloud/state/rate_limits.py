"""Requests and tokens per minute, by organisation and model, as the `x-ratelimit-…` headers tell them.

The limits are far above what one computer can answer; beyond them a request is refused in the hosted words.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from helpers.mock_cloud.state.errors import ApiError

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


class RateLimits:
    """All allowances of one service.

    >>> headers = RateLimits().take("org-1", "gpt-4o-mini", tokens=20)
    >>> headers["x-ratelimit-remaining-requests"]
    '9999'
    """

    def __init__(self, requests: int = REQUESTS_PER_MINUTE, tokens: int = TOKENS_PER_MINUTE) -> None:
        self.limits = {"requests": requests, "tokens": tokens}
        self._allowances: dict[tuple[str, str, str], Allowance] = {}

    def take(self, org: str, model: str, tokens: int) -> dict[str, str]:
        """Count one request; the headers that tell what is left. Raises the hosted 429 where nothing is."""
        now, headers = time.monotonic(), {}
        wanted = {"requests": 1, "tokens": tokens}
        allowances = {kind: self._allowance(org, model, kind, now) for kind in wanted}
        for kind, allowance in allowances.items():
            if allowance.left < wanted[kind]:
                raise self._refused(org, model, kind, wanted[kind], allowance)
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

    def _refused(self, org: str, model: str, kind: str, wanted: int, allowance: Allowance) -> ApiError:
        wait = (wanted - allowance.left) * 60 / allowance.limit
        name, short = ("requests", "RPM") if kind == "requests" else ("tokens", "TPM")
        return ApiError(
            429,
            f"Rate limit reached for {model} in organization {org} on {name} per min ({short}): "
            f"Limit {allowance.limit}, Used {allowance.limit - int(allowance.left)}, Requested {wanted}. "
            f"Please try again in {duration(wait)}. "
            "Visit https://platform.openai.com/account/rate-limits to learn more.",
            type=name,
            code="rate_limit_exceeded",
            headers={"retry-after": str(math.ceil(wait)), "retry-after-ms": str(math.ceil(wait * 1000))},
        )


def estimated_tokens(messages: list[dict[str, str]], max_tokens: int, n: int = 1) -> int:
    """What a request counts before it is answered: its characters over four, and the most it may answer."""
    return sum(len(message["content"]) for message in messages) // CHARACTERS_PER_TOKEN + max_tokens * n


def duration(seconds: float) -> str:
    """As the hosted headers write it.

    >>> duration(0.012), duration(1.5), duration(75)
    ('12ms', '1.5s', '1m15s')
    """
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    return f"{int(minutes)}m{rest:g}s" if minutes else f"{rest:g}s"
