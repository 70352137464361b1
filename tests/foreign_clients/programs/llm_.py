"""The `llm` tool, from its command line: an answer by a schema, and a tool that the model calls."""

import json
import os
import subprocess
import sys
from pathlib import Path

from gate import ASK, KEY, MODEL, URL, Gate, told

home = Path(sys.argv[1])
home.mkdir(exist_ok=True)
model = {"model_id": "course", "model_name": MODEL, "api_base": URL, "api_key_name": "course"}
abilities = {"supports_schema": True, "supports_tools": True}
(home / "extra-openai-models.yaml").write_text(json.dumps([{**model, **abilities}]))
(home / "keys.json").write_text(json.dumps({"course": KEY}))
FUNCTION = '''
import typing

def open_gate(gate: typing.Literal["north", "south"], slowly: bool) -> str:
    """Open a gate."""
    return "The gate is open."
'''


def llm(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "llm",
        "-m",
        "course",
        "-o",
        "temperature",
        "0",
        "-o",
        "max_tokens",
        "60",
    ]
    environment = {**os.environ, "LLM_USER_PATH": str(home)}
    return subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, timeout=120
    )


schema = json.dumps(Gate.model_json_schema())
structured = [
    Gate.model_validate_json(llm("--schema", schema, *way, ASK).stdout) for way in ([], ["--no-stream"])
]
called = llm("--functions", FUNCTION, "--td", "--cl", "2", ASK)  # a model that goes on calling is stopped
told(structured=structured, debug=called.stderr, said=called.stdout)
