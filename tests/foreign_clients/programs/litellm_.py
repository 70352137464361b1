"""LiteLLM: from upload over a job to structured answers and calls of tools, also on Azure's surface."""

import json
import sys
import time
from pathlib import Path

import litellm
from gate import ASK, AZURE, DEPLOYMENT, KEY, MODEL, SHORT, TOOL, URL, Gate, told

ours = {"custom_llm_provider": "openai", "api_base": URL, "api_key": KEY}
with Path(sys.argv[1]).open("rb") as rows:
    file = litellm.create_file(file=rows, purpose="fine-tune", **ours)
hyperparameters = {"n_epochs": 1, "batch_size": 12}
job = litellm.create_fine_tuning_job(
    model="gpt-4o-mini-2024-07-18", training_file=file.id, hyperparameters=hyperparameters, **ours
)
while job.status not in ("succeeded", "failed", "cancelled"):
    time.sleep(0.3)
    job = litellm.retrieve_fine_tuning_job(fine_tuning_job_id=job.id, **ours)
models = [
    {"model": f"openai/{job.fine_tuned_model}", "api_base": URL, "api_key": KEY},
    {"model": f"openai/{MODEL}", "api_base": URL, "api_key": KEY},
    {
        "model": f"azure/{DEPLOYMENT}",
        "api_base": AZURE["azure_endpoint"],
        "api_key": KEY,
        "api_version": AZURE["api_version"],
    },
]
asked = {"messages": [{"role": "user", "content": ASK}], **SHORT}
wanted = {"tools": [TOOL], "tool_choice": "required", "parallel_tool_calls": False}
structured, calls, streamed = [], [], []
for model in models:
    answer = litellm.completion(**model, **asked, response_format=Gate)
    structured.append(Gate.model_validate_json(answer.choices[0].message.content))
    (call,) = litellm.completion(**model, **asked, **wanted).choices[0].message.tool_calls
    calls.append({"name": call.function.name, "arguments": json.loads(call.function.arguments)})
    chunks = list(litellm.completion(**model, **asked, **wanted, stream=True))
    (call,) = litellm.stream_chunk_builder(chunks).choices[0].message.tool_calls
    streamed.append({"name": call.function.name, "arguments": json.loads(call.function.arguments)})
told(job=job.status, structured=structured, calls=calls, streamed=streamed)
