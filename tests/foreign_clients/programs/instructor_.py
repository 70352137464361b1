"""instructor: a response model by tools, by a schema and by responses; the last one streamed, too."""

import instructor
from gate import ASK, AZURE, DEPLOYMENT, MODEL, SHORT, Gate, told
from openai import AzureOpenAI, OpenAI

ASKED = {"messages": [{"role": "user", "content": ASK}], "response_model": Gate, "max_retries": 0, **SHORT}
modes = (instructor.Mode.TOOLS, instructor.Mode.TOOLS_STRICT, instructor.Mode.JSON_SCHEMA)
structured = [instructor.from_openai(OpenAI(), mode=mode).create(model=MODEL, **ASKED) for mode in modes]
azure = instructor.from_openai(AzureOpenAI(**AZURE), mode=instructor.Mode.TOOLS)
structured.append(azure.create(model=DEPLOYMENT, **ASKED))
partial = instructor.from_openai(OpenAI()).create_partial(model=MODEL, **ASKED)
told(structured=structured, streamed=[list(partial)[-1]])
