"""DSPy: `Predict` with typed fields, and with tools that the model is to call."""

from typing import Literal

import dspy
from gate import ASK, KEY, MODEL, SHORT, URL, open_gate, told


class Open(dspy.Signature):
    """Open the gate that is asked for."""

    request: str = dspy.InputField()
    gate: Literal["north", "south"] = dspy.OutputField()
    slowly: bool = dspy.OutputField()


class Call(dspy.Signature):
    """Call a tool."""

    request: str = dspy.InputField()
    tools: list[dspy.Tool] = dspy.InputField()
    calls: dspy.ToolCalls = dspy.OutputField()


lm = dspy.LM(f"openai/{MODEL}", api_key=KEY, api_base=URL, cache=False, num_retries=0, **SHORT)
dspy.configure(lm=lm)
with dspy.context(adapter=dspy.JSONAdapter()):
    found = dspy.Predict(Open)(request=ASK)
with dspy.context(adapter=dspy.JSONAdapter(use_native_function_calling=True)):
    wanted = {"tool_choice": "required", "parallel_tool_calls": False}
    called = dspy.Predict(Call)(request=ASK, tools=[dspy.Tool(open_gate)], config=wanted)
told(
    structured=[{"gate": found.gate, "slowly": found.slowly}],
    calls=[{"name": call.name, "arguments": call.args} for call in called.calls.tool_calls],
)
