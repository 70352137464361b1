"""Job files, the equivalent commands, the preview and the exported model, against AutoTrain and TRL
themselves.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.lessons.autotrain.base_model import config_for_transformers4
from helpers.lessons.autotrain.jobs import (
    as_shell,
    command_line,
    job_config,
    new_project_name,
    to_yaml,
    write_config,
)
from helpers.lessons.autotrain.parameters import parameter_table
from helpers.lessons.autotrain.parsing import Refused
from helpers.lessons.autotrain.preview import packed_blocks, preview_row
from helpers.lessons.autotrain.trl_job import trl_config
from helpers.lessons.autotrain.validator import check_config, typed_parameters

INSIDE = Path(__file__).parent
JOBS = [
    job_config("demo", "m", "d"),
    job_config("demo", "m", "d", peft=False, mixed_precision=None, block_size=-1, padding="left", seed=7),
    job_config(
        "demo", "m", "d", lr=1e-6, quantization="int4", merge_adapter=True, target_modules="q_proj,v_proj"
    ),
    job_config(
        "de-mo", "m/n o", "d e", column="text", model_ref="x", max_completion_length=9, weight_decay=0.1
    ),
]


@pytest.mark.parametrize("config", JOBS)
def test_what_is_written_is_accepted(config: dict[str, Any], work: Path) -> None:
    file = write_config(config)
    assert check_config(file, folder=work).accepted
    assert check_config(to_yaml(config)).accepted


def test_the_command_line_makes_the_same_parameters(ask_autotrain: Any, tmp_path: Path) -> None:
    answers = ask_autotrain(INSIDE / "inside_command.py", [command_line(job)[1:] for job in JOBS], tmp_path)
    for job, theirs in zip(JOBS, answers, strict=True):
        ours = typed_parameters(job)
        theirs = {
            name: None if value == "none" and ours[name] is None else value for name, value in theirs.items()
        }
        assert theirs == ours


def test_the_command_line_says_what_it_cannot_say() -> None:
    with pytest.raises(ValueError, match="add_eos_token"):
        command_line(job_config("demo", "m", "d", add_eos_token=False))
    with pytest.raises(Refused):
        command_line({"task": "llm-sft"})


def test_a_command_reads_well() -> None:
    shown = as_shell(command_line(JOBS[3]))
    assert "--model 'm/n o' \\\n" in shown
    assert shown.startswith("autotrain llm --train \\\n")


def test_no_project_is_overwritten_by_its_name(work: Path) -> None:
    assert new_project_name("demo") == "demo"
    (work / "demo").mkdir()
    assert new_project_name("demo") == "demo-2"


def test_the_trl_file_is_understood_by_trl(tmp_path: Path) -> None:
    from trl import ModelConfig, ScriptArguments, SFTConfig, TrlParser

    file = tmp_path / "trl.yml"
    file.write_text(to_yaml(trl_config(JOBS[0])))
    arguments = ["--config", str(file)]
    parser = TrlParser((ScriptArguments, SFTConfig, ModelConfig))
    script, sft, model = parser.parse_args_and_config(arguments, fail_with_unknown_args=True)
    job = typed_parameters(JOBS[0])
    assert (sft.max_length, sft.packing, sft.packing_strategy) == (128, True, "wrapped")
    assert (sft.learning_rate, sft.num_train_epochs) == (job["lr"], job["epochs"])
    assert (model.use_peft, model.lora_target_modules, script.dataset_name) == (True, "all-linear", "d")
    assert (sft.use_cpu, sft.bf16) == (True, True)


def test_trl_has_no_column_mapping() -> None:
    with pytest.raises(ValueError, match="messages"):
        trl_config(job_config("demo", "m", "d", column="chat"))
    with pytest.raises(ValueError, match="dpo"):
        trl_config({**JOBS[0], "task": "llm-dpo"})


CHATS = [
    [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello\n there "}],
    [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "é € {x}"},
        {"role": "assistant", "content": "ok"},
    ],
]


def test_text_fields_and_logits_are_those_of_autotrain(
    ask_autotrain: Any, tmp_path: Path, work: Path
) -> None:
    """The exported base model gives the same logits in both environments; the preview gives AutoTrain's
    text.
    """
    import torch
    from transformers import AutoModelForCausalLM

    from helpers.engine.model.weights import base_model_folder
    from helpers.lessons.autotrain.base_model import export_base_model

    model = export_base_model()
    question = {"model": str(model), "chats": CHATS, "templates": ["tokenizer", "chatml", "zephyr"]}
    answer = ask_autotrain(INSIDE / "inside_text.py", question, tmp_path)
    assert answer["fields"] == parameter_table()
    (work / "data" / "train.jsonl").write_text(
        "".join(json.dumps({"messages": chat}) + "\n" for chat in CHATS)
    )
    for template, texts in answer["texts"].items():
        config = job_config("demo", model, "data")
        config["data"]["chat_template"] = template
        assert [preview_row(config, row).text for row in range(len(CHATS))] == texts
    theirs = torch.load(tmp_path / "logits.pt", weights_only=True)
    ours = AutoModelForCausalLM.from_pretrained(base_model_folder(), dtype=torch.float32).eval()
    with torch.no_grad():
        difference = (ours(theirs["ids"]).logits - theirs["logits"]).abs().max().item()
    assert difference < 1e-3


def test_rope_theta_survives_the_export() -> None:
    newer = {"rope_parameters": {"rope_theta": 1e5, "rope_type": "default"}, "dtype": "bfloat16"}
    older = config_for_transformers4(newer)
    assert (older["rope_theta"], older["rope_scaling"], older["torch_dtype"]) == (1e5, None, "bfloat16")
    scaled = config_for_transformers4(
        {"rope_parameters": {"rope_theta": 5.0, "rope_type": "yarn", "factor": 2}}
    )
    assert scaled["rope_scaling"] == {"rope_type": "yarn", "factor": 2}


def test_packing_runs_chats_into_each_other(work: Path) -> None:
    from helpers.lessons.autotrain.base_model import export_base_model

    config = job_config("demo", export_base_model(), "data", block_size=96)
    packed = packed_blocks(config, folder=work)
    assert packed[0].count("<|im_start|>user") > 1
    assert not packed[1].startswith("<|im_start|>system")
