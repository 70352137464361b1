"""Runs in AutoTrain's environment: the text its templates make of chats, its fields, and the model's
logits.
"""

import json
import sys
from pathlib import Path

import torch
from autotrain.trainers.clm import utils
from autotrain.trainers.clm.params import LLMTrainingParams
from transformers import AutoModelForCausalLM

question = json.loads(Path(sys.argv[1]).read_text())
texts = {}
for template in question["templates"]:
    config = LLMTrainingParams(
        model=question["model"], chat_template=template, trainer="sft", text_column="messages"
    )
    tokenizer = utils.get_tokenizer(config)
    rows = [{"messages": messages} for messages in question["chats"]]
    texts[template] = [utils.apply_chat_template(row, tokenizer, config)["messages"] for row in rows]

config = LLMTrainingParams(model=question["model"], chat_template="tokenizer")
ids = utils.get_tokenizer(config)(texts["tokenizer"][0], return_tensors="pt")["input_ids"]
with torch.no_grad():
    logits = (
        AutoModelForCausalLM.from_pretrained(question["model"], torch_dtype=torch.float32).eval()(ids).logits
    )
torch.save({"ids": ids, "logits": logits}, "logits.pt")
fields = {
    name: {
        "type": f.annotation.__name__
        if isinstance(f.annotation, type)
        else str(f.annotation).replace("typing.", ""),
        "default": f.default,
    }
    for name, f in LLMTrainingParams.model_fields.items()
}
print(json.dumps({"texts": texts, "fields": fields}))
