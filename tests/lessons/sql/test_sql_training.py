"""Training code of the Hugging Face lesson, tiny model: loss, labels, stop button, one process and two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

from helpers.ground.paths import course_root
from helpers.lessons.sql.bigger import export_dataset, preset_path
from helpers.lessons.sql.laptop_trainer import LaptopSFTTrainer
from helpers.lessons.sql.live_loss import LiveLoss
from helpers.lessons.sql.prompts import prompt_messages, questions

TOLERANCE = 0.02


@pytest.fixture(scope="module")
def rows() -> Dataset:
    return Dataset.from_list(
        [
            {
                "prompt": prompt_messages(q.question, q.schema),
                "completion": [{"role": "assistant", "content": q.sql}],
            }
            for q in questions("train")[:8]
        ]
    )


def make_trainer(kind, base: Path, rows: Dataset, out: Path, **options) -> SFTTrainer:
    settings = {"max_steps": 4, "per_device_train_batch_size": 2, "logging_steps": 1, "learning_rate": 1e-3}
    config = SFTConfig(
        str(out),
        use_cpu=True,
        bf16=False,
        activation_checkpointing=False,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        **{**settings, **options},
    )
    return kind(
        model=AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32),
        args=config,
        train_dataset=rows,
        processing_class=AutoTokenizer.from_pretrained(base),
        peft_config=LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM"),
    )


def logged(trainer: SFTTrainer, key: str) -> list[float]:
    return [float(entry[key]) for entry in trainer.state.log_history if key in entry]


def test_the_laptop_trainer_computes_trls_own_loss(tiny_model, rows, tmp_path):
    theirs = make_trainer(SFTTrainer, tiny_model, rows, tmp_path / "a")
    ours = make_trainer(LaptopSFTTrainer, tiny_model, rows, tmp_path / "b")
    theirs.train()
    ours.train()
    for key in ("loss", "grad_norm", "mean_token_accuracy", "num_tokens"):
        assert logged(ours, key) == pytest.approx(logged(theirs, key), rel=1e-3), key


def test_only_the_answer_is_labelled(tiny_model, rows, tmp_path):
    trainer = make_trainer(LaptopSFTTrainer, tiny_model, rows, tmp_path)
    for row, question in zip(trainer.train_dataset, questions("train"), strict=False):
        answer = [token for token in row["labels"] if token != -100]
        text = trainer.processing_class.decode(answer)
        assert text.strip() == f"{question.sql}<|im_end|>"


def test_messages_without_a_prompt_column_train_on_every_token(tiny_model, rows, tmp_path):
    whole = rows.map(
        lambda row: {"messages": row["prompt"] + row["completion"]}, remove_columns=rows.column_names
    )
    trainer = make_trainer(LaptopSFTTrainer, tiny_model, whole, tmp_path)
    assert all(-100 not in row["labels"] for row in trainer.train_dataset)


def test_assistant_only_loss_is_refused_for_this_chat_template(tiny_model, rows, tmp_path):
    whole = rows.map(
        lambda row: {"messages": row["prompt"] + row["completion"]}, remove_columns=rows.column_names
    )
    with pytest.raises(ValueError, match="template"):
        make_trainer(SFTTrainer, tiny_model, whole, tmp_path, assistant_only_loss=True)


def test_the_stop_button_ends_training_after_the_step(tiny_model, rows, tmp_path):
    live = LiveLoss()
    trainer = make_trainer(LaptopSFTTrainer, tiny_model, rows, tmp_path)
    trainer.add_callback(live)
    trainer.add_callback(_stopping_at(live, 2))
    trainer.train()
    assert trainer.state.global_step == 2
    assert "stopped by you" in live.as_text()


def _stopping_at(live: LiveLoss, step: int):
    from transformers import TrainerCallback

    class Click(TrainerCallback):
        def on_step_begin(self, args, state, control, **kwargs):
            if state.global_step == step - 1:
                live.stop()

    return Click()


def test_live_loss_tells_steps_memory_and_curve(tiny_model, rows, tmp_path, capsys):
    live = LiveLoss()
    trainer = make_trainer(LaptopSFTTrainer, tiny_model, rows, tmp_path)
    trainer.add_callback(live)
    trainer.train()
    assert [step for step, _ in live.losses] == [1, 2, 3, 4]
    assert live.peak_mb > 100
    assert "Step 4 of 4" in live.as_text()
    assert 'alt="Training loss' in live.as_html()


@pytest.fixture(scope="module")
def runs(tiny_model, tmp_path_factory) -> dict[int, dict]:
    """The same job, started once in one process (batches of 4) and once in two (batches of 2 each)."""
    folder = tmp_path_factory.mktemp("runs")
    data = export_dataset(folder / "data")
    return {n: _launch(n, tiny_model, data, folder / f"out-{n}") for n in (1, 2)}


def _launch(processes: int, base: Path, data: Path, out: Path) -> dict:
    options = {
        "config": preset_path("smollm2-135m"),
        "model_name_or_path": base,
        "dataset_name": data,
        "output_dir": out,
        "dtype": "float32",
        "max_steps": 6,
        "logging_steps": 1,
        "per_device_train_batch_size": 4 // processes,
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    command = [sys.executable, *launcher, "-m", "helpers.lessons.sql.train", *words]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=course_root(), env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((out / "run.json").read_text(encoding="utf-8")) | {"folder": str(out)}


def test_two_processes_really_train_together(runs):
    assert (runs[1]["processes"], runs[2]["processes"]) == (1, 2)
    assert runs[2]["backend"] == "gloo"


def test_two_processes_give_the_loss_curve_of_one(runs):
    assert len(runs[1]["losses"]) == 6
    assert runs[2]["losses"] == pytest.approx(runs[1]["losses"], abs=TOLERANCE)


def test_each_run_saves_an_adapter(runs):
    for run in runs.values():
        assert (Path(run["folder"]) / "adapter_model.safetensors").exists()
