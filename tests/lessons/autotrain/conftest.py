"""AutoTrain's own environment, a tiny model in its form, and a few chats: shared by the tests of this
room.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from helpers.lessons.autotrain import environment
from helpers.lessons.autotrain.processes import tool_environment

ANSWERS = ['["flour", "water"]', '["rice"]', '["tomato", "basil", "salt"]']


@pytest.fixture(scope="session")
def autotrain_environment() -> Path:
    """The environment: CI makes it, a learner's machine only uses it when it is there (it takes 1.7 GB)."""
    if not os.environ.get("CI") and not environment.is_ready():
        pytest.skip("AutoTrain's environment is not installed (python -m helpers.lessons.autotrain prepare)")
    return environment.prepare_environment()


@pytest.fixture(scope="session")
def ask_autotrain(autotrain_environment: Path) -> Any:
    """Runs a script inside AutoTrain's environment on a JSON question; its last printed line is the JSON
    answer.
    """

    def ask(script: Path, question: Any, folder: Path) -> Any:
        (folder / "question.json").write_text(json.dumps(question), encoding="utf-8")
        done = subprocess.run(
            [str(environment.environment_python()), str(script), "question.json"],
            cwd=folder, env=tool_environment(), capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    return ask


@pytest.fixture(scope="session")
def tiny_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random two-layer model with the base model's tokenizer, exported for transformers 4.48."""
    import shutil

    from transformers import LlamaConfig, LlamaForCausalLM

    from helpers.engine.model.weights import base_model_folder
    from helpers.lessons.autotrain import base_model

    source = tmp_path_factory.mktemp("models") / "tiny"
    real = base_model_folder()
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = LlamaConfig(vocab_size=49152, num_key_value_heads=2, tie_word_embeddings=True, **sizes)
    LlamaForCausalLM(config).save_pretrained(source)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(real / name, source / name)
    target = source.parent / "tiny-exported"
    base_model._export(source, target, {"folder": str(source)})
    return target


@pytest.fixture
def work(course_home: Path) -> Path:
    """An empty work folder with 24 chats in `data/`."""
    from helpers.lessons.autotrain.jobs import work_folder

    folder = work_folder()
    (folder / "data").mkdir()
    (folder / "data" / "train.jsonl").write_text("".join(json.dumps(chat(n)) + "\n" for n in range(24)))
    return folder


def chat(number: int) -> dict[str, Any]:
    question = {"role": "user", "content": f"Ingredients of dish number {number}?"}
    return {"messages": [question, {"role": "assistant", "content": ANSWERS[number % 3]}]}
