"""The most tokens that an answer may cost, from the request alone.

>>> answer_bound({"input": "hello", "max_output_tokens": 5, "n": 2}, "gpt-4o-mini")[1]
10
"""

from __future__ import annotations

import json
import re
from typing import Any

from helpers.connect.live.consent import LiveRefused
from helpers.dataset.tokens import count_tokens
from helpers.ground.texts import _

LONGEST_ANSWER, LONGEST_PROMPT = 32_768, 1_047_576
"""Of any model that the course knows (GPT-4.1), for a request that leaves one of the two open."""
LIMITS = ("max_completion_tokens", "max_tokens", "max_output_tokens")
_NOT_COUNTABLE = re.compile(r'"type": "(image_url|input_image|input_audio|input_file|file|item_reference)"')
_EARLIER = ("previous_response_id", "conversation", "prompt")
_FREE_TOOLS = ("function", "custom")


def answer_bound(body: dict[str, Any], model: str) -> tuple[int, int]:
    """Tokens asked and answered at the most. Raises LiveRefused for what is billed in another way.

    The whole request is counted by its JSON, so tools, schemas and predictions are in it.
    """
    _refuse_extras(body)
    text = json.dumps(body, ensure_ascii=False)
    prompt = count_tokens(text, model)
    if _NOT_COUNTABLE.search(text) or any(body.get(key) for key in _EARLIER):
        prompt += LONGEST_PROMPT
    given = [limit for key in LIMITS if (limit := whole_number(body, key)) is not None]
    return prompt, max(given, default=LONGEST_ANSWER) * (whole_number(body, "n") or 1)


def whole_number(fields: dict[str, Any], key: str) -> int | None:
    """A count from a request, None where it is left out. Raises LiveRefused unless it is 1 or more."""
    value = fields.get(key)
    if value is None:
        return None
    if type(value) is not int or value < 1:
        raise LiveRefused(
            _(
                "Nothing was sent: {key} is {value!r}, so the cost is not known. Give a whole number from 1."
            ).format(key=key, value=value)
        )
    return value


def _refuse_extras(body: dict[str, Any]) -> None:
    tools = [str(tool.get("type")) for tool in body.get("tools") or ()]
    extras = [f"tools: {kind}" for kind in tools if kind not in _FREE_TOOLS]
    extras += [key for key in ("web_search_options", "audio") if body.get(key)]
    extras += ["modalities"] if set(body.get("modalities") or ()) - {"text"} else []
    extras += ["service_tier"] if body.get("service_tier") not in (None, "auto", "default", "flex") else []
    if extras:
        raise LiveRefused(
            _(
                "Nothing was sent: {extras} is billed besides the tokens, at a price that is not known here. "
                "Leave it out, or use a client of your own for this call."
            ).format(extras=", ".join(extras))
        )
