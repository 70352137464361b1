"""One trainer in a process of its own, driven step by step.

`python -m tests.benchmarks.trainers '{"kind": "engine", …}'`, with the fields of `Wanted`. It prints one JSON
line per step and waits for a line on its input before each and before the scoring, so that trainers can take
turns.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.ground.paths import data
from tests.benchmarks.common import TRAIN, clocks, conversations, peak_mb, score

TRL_BATCH = 8  # its default
TRL_RATE = 1e-3  # its default, 2e-5, is meant for full fine-tuning
MAX_ANSWER, FREQUENCY_PENALTY = 100, 0.2  # as in notebook 03


@dataclass(frozen=True)
class Wanted:
    """What to train: `kind` is engine, trl or plain (`plain_lora.py`), `type` auto, bf16 or fp32.

    `without` leaves one of the engine's tricks out (see `leave_out`); `lora_plus` gives TRL a faster B.
    """

    kind: str
    examples: int = 100
    tested: int = 0
    type: str = "auto"
    epochs: int = 2
    seed: int = 18
    split: str = "validation"
    without: str = ""
    lora_plus: bool = False


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


def training_file(wanted: Wanted, folder: Path) -> Path:
    file = folder / "train.jsonl"
    file.write_text("".join(TRAIN.read_text().splitlines(keepends=True)[: wanted.examples]))
    return file


def leave_out(trick: str) -> None:
    """Switch one of the engine's tricks off, for the table of what each brings."""
    from helpers.engine.model import memory
    from helpers.engine.train import lanes, measuring, order, trainee

    if trick == "lanes":
        for module in (lanes, measuring, trainee):
            module.LANES = 1
    elif trick == "waiting for the row before":
        order.STEPS_TOGETHER = 2
    elif trick == "pages kept":
        memory.LARGE_BYTES, memory.KEPT_BYTES = 1 << 20, 1 << 17
    elif trick:
        raise SystemExit(f"There is no trick {trick!r}.")


def run_engine(wanted: Wanted) -> None:
    """The course's engine as notebook 03's job."""
    from helpers.engine.engine import Engine
    from helpers.engine.model.weights import base_model_folder
    from helpers.engine.train.hyperparameters import resolve_hyperparameters
    from helpers.engine.train.training import Training
    from helpers.engine.types import TrainingJob
    from tests.benchmarks.flops import training_flops

    leave_out(wanted.without)
    engine, folder = Engine(base_model_folder(), wanted.type), Path(tempfile.mkdtemp())
    hyperparameters = resolve_hyperparameters(wanted.examples, {"n_epochs": wanted.epochs})
    job = TrainingJob(training_file(wanted, folder), folder, hyperparameters, wanted.seed)
    training = Training(engine._model().decoder, engine.tokens, job, engine._turns.training)
    tokens = sum(row.size for row in training.rows) * wanted.epochs
    dtype = str(training.decoder.model.dtype).removeprefix("torch.")
    passes = wanted.examples * wanted.epochs
    say(kind="ready", flops=training_flops(training), passes=passes, tokens=tokens, dtype=dtype)
    watch, steps = Stopwatch(), [0, 0]

    def before() -> None:
        if steps[0]:
            watch.end(steps[0] - steps[1])
        steps[1] = steps[0]
        watch.begin()

    def count(metrics: Any) -> None:
        steps[0] = metrics.step

    outcome = training.run(count, lambda c: None, before)
    watch.end(steps[0] - steps[1])
    peak = peak_mb()
    finish(engine, outcome.final.folder, wanted, peak)


def run_trl(wanted: Wanted) -> None:
    """TRL's `SFTTrainer` on the same rows: LoRA on all linear layers, the engine's rank."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig, get_peft_model
    from peft.optimizers import create_loraplus_optimizer
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from helpers.engine.engine import Engine
    from helpers.engine.model.weights import base_model_folder
    from helpers.engine.train.recipe import RECIPES

    recipe, watch, base = RECIPES["supervised"], Stopwatch(), base_model_folder()
    steps_per_epoch = -(-wanted.examples // TRL_BATCH)
    last = wanted.examples - TRL_BATCH * (steps_per_epoch - 1)

    class Paced(TrainerCallback):
        def on_step_begin(self, *args: Any, **more: Any) -> None:
            watch.begin()

        def on_step_end(self, args: Any, state: Any, *rest: Any, **more: Any) -> None:
            watch.end(TRL_BATCH if state.global_step % steps_per_epoch else last)

    options = {"bf16": False, "gradient_checkpointing": False} if wanted.type == "fp32" else {}
    config = SFTConfig(
        output_dir=tempfile.mkdtemp(), use_cpu=True, num_train_epochs=wanted.epochs, seed=wanted.seed,
        report_to="none", save_strategy="no", logging_strategy="no", disable_tqdm=True,
        learning_rate=TRL_RATE, **options,
    )  # fmt: skip
    chats = conversations(TRAIN, wanted.examples)
    rows = [{"prompt": chat[:-1], "completion": chat[-1:]} for chat in chats]
    lora = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, target_modules="all-linear")
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    more: dict[str, Any] = {"peft_config": lora}
    if wanted.lora_plus:
        model = get_peft_model(model, lora)
        ratio = recipe.lora_plus_ratio / (recipe.alpha / recipe.rank)
        optimizer = create_loraplus_optimizer(
            model=model, optimizer_cls=torch.optim.AdamW, lr=recipe.learning_rate, loraplus_lr_ratio=ratio
        )
        more = {"optimizers": (optimizer, None)}
    trainer = SFTTrainer(
        model, args=config, train_dataset=Dataset.from_list(rows), callbacks=[Paced()],
        processing_class=AutoTokenizer.from_pretrained(base), **more,
    )  # fmt: skip
    say(kind="ready", passes=wanted.examples * wanted.epochs)
    trainer.train()
    peak, folder = peak_mb(), Path(config.output_dir) / "adapter"
    trainer.save_model(str(folder))
    finish(Engine(base), folder, wanted, peak)


def run_plain(wanted: Wanted) -> None:
    """The plain text of LoRA, `plain_lora.py`, as it stands."""
    import torch
    from transformers import AutoModelForCausalLM

    from helpers.engine.model.number_type import number_type
    from helpers.engine.model.weights import base_model_folder
    from helpers.engine.text.chat_tokens import ChatTokens
    from helpers.engine.train.plain_lora import add_lora, train
    from helpers.engine.train.training_rows import read_rows

    base, watch = base_model_folder(), Stopwatch()
    rows = read_rows(training_file(wanted, Path(tempfile.mkdtemp())), ChatTokens(base))
    model = AutoModelForCausalLM.from_pretrained(base, dtype=number_type(wanted.type))
    add_lora(model)

    class Paced:
        def __iter__(self) -> Iterator[tuple[Any, Any]]:
            for row in rows:
                watch.begin()
                yield torch.tensor(row.ids.tolist()), torch.tensor(row.learned.tolist(), dtype=torch.bool)
                watch.end(1)

    say(kind="ready", passes=len(rows) * wanted.epochs)
    train(model, Paced(), wanted.epochs)  # type: ignore[arg-type]  # rows that are read one by one
    sys.stdin.readline()
    say(kind="done", peak_mb=peak_mb(), f1=None, low=None, high=None)


def finish(engine: Any, adapter: Path, wanted: Wanted, peak: float) -> None:
    """Score an adapter on recipes it has not seen, asked as notebook 03 asks: one judge for all trainers.

    Waits for its turn first: an evaluation beside another trainer's steps would slow those down.
    """
    from helpers.engine.types import Chunk, GenerationRequest

    sys.stdin.readline()
    chats = conversations(data(f"recipes/{wanted.split}.jsonl"), wanted.tested) if wanted.tested else []
    answers = [""] * len(chats)

    def ask(i: int) -> None:
        request = GenerationRequest(
            chats[i][:-1], adapter, MAX_ANSWER, temperature=0, frequency_penalty=FREQUENCY_PENALTY
        )
        answers[i] = "".join(item.text for item in engine.generate(request) if isinstance(item, Chunk))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(chats))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    f1, low, high = score(answers, chats) if answers else (None, None, None)
    say(kind="done", peak_mb=peak, f1=f1, low=low, high=high)


if __name__ == "__main__":
    OUT, sys.stdout = sys.stdout, sys.stderr
    asked = Wanted(**json.loads(sys.argv[1]))
    {"engine": run_engine, "trl": run_trl, "plain": run_plain}[asked.kind](asked)
