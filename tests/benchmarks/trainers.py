"""One trainer in a process of its own, driven step by step.

`python -m tests.benchmarks.trainers KIND EXAMPLES TESTED`, KIND being `engine`, `engine-fp32`, `trl` (its own
defaults with `use_cpu=True`) or `trl-fp32` (no autocast, no checkpointing). It prints one JSON line per step
and waits for a line on its input before each and before the scoring, so that trainers can take turns.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from tests.benchmarks.common import TEST, TRAIN, clocks, conversations, peak_mb, score

EPOCHS, SEED = 2, 18  # as in notebook 03
TRL_BATCH, TRL_EPOCHS = 8, 3  # its defaults
TRL_RATE = 1e-3  # its default, 2e-5, is meant for full fine-tuning
MAX_ANSWER, FREQUENCY_PENALTY = 100, 0.2  # as in notebook 03


def say(**facts: Any) -> None:
    print(json.dumps(facts), file=OUT, flush=True)


class Stopwatch:
    """Reports the wall and CPU seconds of each step, leaving out the waiting."""

    def begin(self) -> None:
        sys.stdin.readline()
        self.wall, self.cpu = clocks()

    def end(self, examples: int) -> None:
        wall, cpu = clocks()
        say(kind="step", examples=examples, wall=wall - self.wall, cpu=cpu - self.cpu)


def run_engine(examples: int, tested: int, number_type: str) -> None:
    """The course's engine as notebook 03's job."""
    from helpers.engine.engine import Engine
    from helpers.engine.model.weights import base_model_folder
    from helpers.engine.train.hyperparameters import resolve_hyperparameters
    from helpers.engine.train.training import Training
    from helpers.engine.types import TrainingJob
    from tests.benchmarks.flops import training_flops

    engine = Engine(base_model_folder(), number_type)
    folder = Path(tempfile.mkdtemp())
    file = folder / "train.jsonl"
    file.write_text("".join(TRAIN.read_text().splitlines(keepends=True)[:examples]))
    wanted = resolve_hyperparameters(examples, {"n_epochs": EPOCHS})
    decoder = engine._model().decoder
    watch, done = Stopwatch(), [0]

    def before() -> None:
        if done[0]:
            watch.end(min(wanted.batch_size, examples))
        done[0] += 1
        watch.begin()

    training = Training(
        decoder, engine.tokens, TrainingJob(file, folder, wanted, SEED), engine._turns.training
    )
    passes = training.total_steps * min(wanted.batch_size, examples)
    say(kind="ready", flops=training_flops(training), passes=passes)
    outcome = training.run(lambda m: None, lambda c: None, before)
    watch.end(min(wanted.batch_size, examples))
    peak = peak_mb()
    finish(engine, outcome.final.folder, tested, peak)


def run_trl(examples: int, tested: int, plain: bool) -> None:
    """TRL's `SFTTrainer` on the same rows: LoRA on all linear layers, the engine's rank."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from helpers.engine.engine import Engine
    from helpers.engine.model.weights import base_model_folder
    from helpers.engine.train.recipe import RECIPES

    recipe, watch, base = RECIPES["supervised"], Stopwatch(), base_model_folder()

    class Paced(TrainerCallback):
        def on_step_begin(self, *args: Any, **more: Any) -> None:
            watch.begin()

        def on_step_end(self, *args: Any, **more: Any) -> None:
            watch.end(TRL_BATCH)

    options = {"bf16": False, "gradient_checkpointing": False} if plain else {}
    config = SFTConfig(
        output_dir=tempfile.mkdtemp(), use_cpu=True, num_train_epochs=TRL_EPOCHS, seed=SEED, report_to="none",
        save_strategy="no", logging_strategy="no", disable_tqdm=True,
        learning_rate=TRL_RATE, **options,
    )  # fmt: skip
    tokenizer = AutoTokenizer.from_pretrained(base)
    chats = conversations(TRAIN, examples)
    rows = [{"prompt": chat[:-1], "completion": chat[-1:]} for chat in chats]
    trainer = SFTTrainer(
        AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), args=config,
        train_dataset=Dataset.from_list(rows), processing_class=tokenizer, callbacks=[Paced()],
        peft_config=LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, target_modules="all-linear"),
    )  # fmt: skip
    say(kind="ready", flops=0, passes=-(-examples // TRL_BATCH) * TRL_BATCH * TRL_EPOCHS)
    trainer.train()
    peak, folder = peak_mb(), Path(config.output_dir) / "adapter"
    trainer.save_model(str(folder))
    finish(Engine(base), folder, tested, peak)


def finish(engine: Any, adapter: Path, tested: int, peak: float) -> None:
    """Score an adapter on the test recipes, asked as notebook 03 asks: one judge for all trainers.

    Waits for its turn first: an evaluation beside another trainer's steps would slow those down.
    """
    from helpers.engine.types import Chunk, GenerationRequest

    sys.stdin.readline()
    answers, chats = [""] * tested, conversations(TEST, tested)

    def ask(i: int) -> None:
        request = GenerationRequest(
            chats[i][:-1], adapter, MAX_ANSWER, temperature=0, frequency_penalty=FREQUENCY_PENALTY
        )
        answers[i] = "".join(item.text for item in engine.generate(request) if isinstance(item, Chunk))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(tested)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    f1, low, high = score(answers, chats) if answers else (None, None, None)
    say(kind="done", peak_mb=peak, f1=f1, low=low, high=high)


if __name__ == "__main__":
    OUT, sys.stdout = sys.stdout, sys.stderr
    kind, wanted_examples, wanted_tests = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if kind.startswith("engine"):
        run_engine(wanted_examples, wanted_tests, "fp32" if kind.endswith("fp32") else "auto")
    else:
        run_trl(wanted_examples, wanted_tests, plain=kind.endswith("fp32"))
