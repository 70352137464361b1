"""Presets for bigger models: read by TRL's own parser, shapes counted without weights."""

from __future__ import annotations

import json

import pytest
from trl import ModelConfig, ScriptArguments, SFTConfig, TrlParser, get_peft_config

from helpers.lessons.sql.bigger import (
    bigger_models,
    estimate_minutes,
    export_dataset,
    preset,
    preset_path,
    size_of,
)

NAMES = sorted(bigger_models())


@pytest.mark.parametrize("name", NAMES)
def test_trl_reads_the_preset(name, tmp_path):
    parser = TrlParser((ScriptArguments, SFTConfig, ModelConfig))
    words = [
        "--config",
        str(preset_path(name)),
        "--dataset_name",
        str(tmp_path),
        "--use_cpu",
        "--bf16",
        "false",
    ]
    script, training, model = parser.parse_args_and_config(words, fail_with_unknown_args=True)
    assert script.dataset_name == str(tmp_path)
    assert model.model_name_or_path == bigger_models()[name]["id"]
    assert training.max_length == 512
    assert get_peft_config(model).r == preset(name)["lora_r"]


@pytest.mark.parametrize("name", NAMES)
def test_the_shape_has_the_published_number_of_parameters(name):
    size = size_of(name)
    assert size.parameters == bigger_models()[name]["parameters"]
    assert 0.001 < size.trainable / size.parameters < 0.05


def test_worked_out_memory_is_near_what_others_measured():
    """The Qwen team measured 11.5 GB for a 7B model at 512 tokens."""
    assert 5 < size_of("codellama-7b").qlora_gib < 12
    assert size_of("qwen2.5-coder-1.5b").qlora_gib < size_of("llama-3.1-8b").qlora_gib


def test_estimates_grow_with_model_and_rows():
    assert estimate_minutes("llama-3.1-8b", 300) > estimate_minutes("qwen2.5-coder-1.5b", 300)
    assert estimate_minutes("llama-3.1-8b", 600) == pytest.approx(2 * estimate_minutes("llama-3.1-8b", 300))


def test_an_unknown_preset_is_named():
    with pytest.raises(KeyError, match="no preset 'gpt-9'.*codellama-7b"):
        preset_path("gpt-9")


def test_exported_rows_are_prompt_and_completion(tmp_path):
    folder = export_dataset(tmp_path / "set")
    lines = (folder / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 260 and not (folder / "test.jsonl").exists()
    assert set(json.loads(lines[0])) == {"prompt", "completion"}
