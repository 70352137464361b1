"""What every client is asked for, and the address and the model that it asks."""

from __future__ import annotations

import json
import os
from typing import Any, Literal

from pydantic import BaseModel

MODEL, KEY, URL = os.environ["MODEL"], os.environ["OPENAI_API_KEY"], os.environ["OPENAI_BASE_URL"]
AZURE = {"azure_endpoint": os.environ["AZURE_ENDPOINT"], "api_key": KEY, "api_version": "2024-10-21"}
DEPLOYMENT = os.environ["DEPLOYMENT"]
ASK = "Open the north gate."
SHORT: dict[str, Any] = {"temperature": 0, "max_tokens": 60}


class Gate(BaseModel):
    """A gate and how to open it."""

    gate: Literal["north", "south"]
    slowly: bool


def open_gate(gate: Literal["north", "south"], slowly: bool) -> str:
    """Open a gate."""
    return f"{gate} is open"


TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "open_gate", "description": "Open a gate.", "parameters": Gate.model_json_schema()},
}


def told(**found: Any) -> None:
    """The program's last word: what the client made of the answers, as JSON."""
    print(json.dumps({name: _plain(value) for name, value in found.items()}))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    return [_plain(each) for each in value] if isinstance(value, list) else value
