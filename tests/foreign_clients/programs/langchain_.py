"""LangChain: `with_structured_output` and `bind_tools`, by chat, by responses, and on Azure's surface."""

from gate import ASK, AZURE, DEPLOYMENT, KEY, MODEL, SHORT, URL, Gate, open_gate, told
from langchain_openai import AzureChatOpenAI, ChatOpenAI

chats = [
    ChatOpenAI(model=MODEL, api_key=KEY, base_url=URL, **SHORT),
    ChatOpenAI(model=MODEL, api_key=KEY, base_url=URL, use_responses_api=True, **SHORT),
    AzureChatOpenAI(azure_deployment=DEPLOYMENT, **AZURE, **SHORT),
]
structured = [
    chat.with_structured_output(Gate, method=method).invoke(ASK)
    for chat in chats
    for method in ("json_schema", "function_calling")
]
calls, streamed = [], []
for chat in chats:
    caller = chat.bind_tools([open_gate], tool_choice="required", parallel_tool_calls=False)
    (call,) = caller.invoke(ASK).tool_calls
    calls.append({"name": call["name"], "arguments": call["args"]})
    pieces = list(caller.stream(ASK))
    whole = sum(pieces[1:], pieces[0])
    streamed += [{"name": call["name"], "arguments": call["args"]} for call in whole.tool_calls]
free = chats[0].bind_tools([open_gate]).invoke(ASK)
told(
    structured=structured,
    calls=calls,
    streamed=streamed,
    of_its_own_accord=[{"name": call["name"], "arguments": call["args"]} for call in free.tool_calls],
)
