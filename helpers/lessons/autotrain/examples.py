"""Job files to learn from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from helpers.lessons.autotrain.jobs import job_config


def broken_job() -> str:
    """A job file in which five things are wrong, as YAML text: the one that the exercise repairs.

    >>> broken_job().splitlines()[2]
    'project_name: my_recipes'
    """
    return _BROKEN_JOB


_BROKEN_JOB = """\
task: llm-sft
base_model: HuggingFaceTB/SmolLM2-135M-Instruct
project_name: my_recipes
backend: local
data:
  path: recipes
  train_split: train
  valid_split: null
  column_mapping: messages
params:
  block_size: 128
  epochs: 1
  peft: true
"""


def toy_job(folder: Path, *, chats: bool = False, **params: Any) -> dict[str, Any]:
    """A whole job in one folder, for looking at what AutoTrain makes of rows: three texts, or three chats.

    Its "model" is only a tokenizer that knows four words and `<end>`. `params` are those of a job file.

    >>> import tempfile
    >>> toy_job(Path(tempfile.mkdtemp()), block_size=3)["params"]["block_size"]
    3
    """
    texts = [" ".join([word] * 3) for word in _WORDS[1:4]]
    rows = [{"text": [_turn("user", text), _turn("assistant", "four")] if chats else text} for text in texts]
    _save_tokenizer(folder)
    (folder / "train.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    job = job_config("toy", folder, folder, column="text", **params)
    job["data"]["chat_template"] = "tokenizer" if chats else None
    return job


_WORDS = ("<end>", "one", "two", "three", "four")
_TEMPLATE = "{% for message in messages %}{{ message.content }} {% endfor %}"


def _turn(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def _save_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = Tokenizer(models.WordLevel({word: n for n, word in enumerate(_WORDS)}, unk_token="<end>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.save(str(folder / "tokenizer.json"))
    settings = {"eos_token": "<end>", "chat_template": _TEMPLATE}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
