"""Rate limits: what the headers tell, and what happens beyond them."""

from __future__ import annotations

import re

import openai
import pytest

from helpers.mock_cloud.state.errors import ApiError
from helpers.mock_cloud.state.rate_limits import RateLimits
from tests.mock_cloud.conftest import BASE


@pytest.mark.conformance(
    "POST /v1/chat/completions", "recorded", "x-ratelimit-… headers by requests and tokens"
)
def test_answers_tell_what_is_left(client: openai.OpenAI) -> None:
    ask = [{"role": "user", "content": "Hi"}]
    headers = client.chat.completions.with_raw_response.create(model=BASE, messages=ask, max_tokens=2).headers
    for kind in ("requests", "tokens"):
        left, limit = (int(headers[f"x-ratelimit-{word}-{kind}"]) for word in ("remaining", "limit"))
        assert 0 < left < limit
        assert re.fullmatch(r"\d+ms|[\d.]+s|\d+m[\d.]+s", headers[f"x-ratelimit-reset-{kind}"])


@pytest.mark.conformance("POST /v1/chat/completions", "recorded", "beyond the limit: 429 with retry-after")
def test_beyond_the_limit_a_request_is_refused() -> None:
    limits = RateLimits(requests=2, tokens=1000)
    limits.take("org-1", BASE, tokens=1)
    limits.take("org-1", BASE, tokens=1)
    with pytest.raises(ApiError) as refused:
        limits.take("org-1", BASE, tokens=1)
    assert refused.value.status_code == 429
    assert refused.value.message.startswith(
        f"Rate limit reached for {BASE} in organization org-1 on requests per min (RPM): Limit 2, Used 2, "
        "Requested 1. Please try again in "
    )
    assert 0 < int(refused.value.headers["retry-after"]) <= 30
    assert limits.take("org-2", BASE, tokens=1)
    with pytest.raises(ApiError) as refused:
        limits.take("org-3", BASE, tokens=1001)
    assert refused.value.type == "tokens"
