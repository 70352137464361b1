"""A fine-tuning job from its files to its last checkpoint: epochs, validation, stopping, resuming."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from helpers.engine.model.decoder import Decoder
from helpers.engine.model.lora import Adapter, load_adapter, new_adapter
from helpers.engine.model.memory import give_back_pages
from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.train.checkpoints import STATE, Position, checkpoint_at, read_position, write_checkpoint
from helpers.engine.train.lanes import Lanes
from helpers.engine.train.measuring import Measuring, Turn
from helpers.engine.train.objectives import DirectPreference, Supervised
from helpers.engine.train.order import epoch_order, next_batches
from helpers.engine.train.recipe import RECIPES, Recipe
from helpers.engine.train.trainee import Trainee
from helpers.engine.train.training_rows import read_pairs, read_rows
from helpers.engine.types import Checkpoint, StepMetrics, StopRequest, TrainingJob, TrainingOutcome

VALIDATIONS_PER_EPOCH = 5
STEPS_BETWEEN_GIVING_BACK = 8


class Training:
    """One job. `run` blocks; computing takes `turn` (the engine's lock), so that answers come in between."""

    def __init__(
        self, decoder: Decoder, tokens: ChatTokens, job: TrainingJob, turn: Turn, cores: int | None = None
    ) -> None:
        self.decoder, self.job, self.turn = decoder, job, turn
        self.recipe: Recipe = RECIPES[job.method]
        start = self._start()
        self.rows = self._read(job.training_file, tokens)
        self.validation = self._read(job.validation_file, tokens) if job.validation_file else []
        self.trainee, self.lanes = Trainee(start, decoder.model.dtype), Lanes(cores)
        self.measuring = Measuring(self._objective(start), self.trainee, self.lanes, turn)
        self.steps_per_epoch = math.ceil(len(self.rows) / job.hyperparameters.batch_size)
        self.total_steps = self.steps_per_epoch * job.hyperparameters.n_epochs

    def _start(self) -> Adapter:
        shape, recipe = self.decoder.shape, self.recipe
        if self.job.start_adapter:
            return load_adapter(self.job.start_adapter, shape)
        layers = range(min(recipe.frozen_layers(shape.layers), shape.layers - 1), shape.layers)
        return new_adapter(shape, recipe.rank, recipe.alpha, layers, self.job.seed)

    def _read(self, file: Path, tokens: ChatTokens) -> Sequence[Any]:
        return (read_rows if self.job.method == "supervised" else read_pairs)(file, tokens)

    def _objective(self, start: Adapter) -> Supervised | DirectPreference:
        if self.job.method == "supervised":
            return Supervised(self.decoder)
        reference = start.to(self.decoder.model.dtype) if self.job.start_adapter else None
        return DirectPreference(self.decoder, self.job.hyperparameters.beta or 0.1, reference)

    def run(
        self,
        on_step: Callable[[StepMetrics], None],
        on_checkpoint: Callable[[Checkpoint], None],
        should_stop: Callable[[], StopRequest],
    ) -> TrainingOutcome:
        """Train to the end or until asked to stop; see `Engine.train`."""
        checkpoints, step, trained = self._resume()
        metrics = checkpoints[-1].metrics if checkpoints else None
        while step < self.total_steps:
            if how := should_stop():
                if how == "pause" and metrics and (not checkpoints or checkpoints[-1].step < step):
                    checkpoints.append(self._checkpoint(metrics, checkpoints))
                ended: Literal["paused", "cancelled"] = "paused" if how == "pause" else "cancelled"
                return TrainingOutcome(ended, checkpoints[-1] if checkpoints else None, checkpoints, trained)
            for metrics in self.steps(step, trained):
                on_step(metrics)
                step, trained = metrics.step, metrics.trained_tokens
            if metrics and step % self.steps_per_epoch == 0:
                checkpoints.append(self._checkpoint(metrics, checkpoints))
                on_checkpoint(checkpoints[-1])
        return TrainingOutcome("succeeded", checkpoints[-1] if checkpoints else None, checkpoints, trained)

    def _resume(self) -> tuple[list[Checkpoint], int, int]:
        folder = self.job.resume_from
        if not folder:
            return [], 0, 0
        self.trainee.restore(folder / STATE)
        position = read_position(folder)
        earlier = [folder.parent / name for name in position.earlier]
        kept = [checkpoint_at(path) for path in (*earlier, folder) if path.is_dir()]
        return kept, position.step, position.trained_tokens

    def _checkpoint(self, metrics: StepMetrics, earlier: list[Checkpoint]) -> Checkpoint:
        names = [checkpoint.folder.name for checkpoint in earlier]
        position = Position(metrics.step, metrics.epoch, metrics.trained_tokens, metrics, names)
        return write_checkpoint(self.job.output, self.trainee, self.decoder.model, position)

    def steps(self, done: int, trained: int) -> Iterator[StepMetrics]:
        """The next one or two steps after `done` of them: measured together, each followed by its update."""
        epoch, place = divmod(done, self.steps_per_epoch)
        size = self.job.hyperparameters.batch_size
        order = epoch_order(len(self.rows), self.job.seed, epoch)
        batches = [[self.rows[i] for i in rows] for rows in next_batches(order, place, size)]
        began = time.perf_counter()
        measured = self.measuring.gradients(batches)
        seconds = (time.perf_counter() - began) / len(batches)
        for lane, batch in enumerate(batches):
            began, step = time.perf_counter(), done + lane
            with self.turn():
                rate = self.recipe.learning_rate_at(step, self.total_steps, self.job.hyperparameters)
                self.trainee.update(lane, rate, self.recipe.lora_plus_ratio, self.lanes.map)
            trained += sum(item.size for item in batch)
            metrics = StepMetrics(
                step=step + 1,
                total_steps=self.total_steps,
                epoch=epoch + 1,
                train_loss=measured[lane].mean_loss,
                train_mean_token_accuracy=measured[lane].accuracy,
                trained_tokens=trained,
                seconds=seconds + time.perf_counter() - began,
            )
            yield self._validated(metrics, place + lane) if self.validation else metrics
        if not done % STEPS_BETWEEN_GIVING_BACK:
            give_back_pages()

    def _validated(self, metrics: StepMetrics, place: int) -> StepMetrics:
        """Add the loss on a few validation rows now and then, and on all of them at an epoch's end."""
        every = max(1, self.steps_per_epoch // VALIDATIONS_PER_EPOCH)
        size, rows = self.job.hyperparameters.batch_size, self.validation
        if place == self.steps_per_epoch - 1:
            full = self.measuring.loss(rows)
            metrics = replace(
                metrics, full_valid_loss=full.mean_loss, full_valid_mean_token_accuracy=full.accuracy
            )
        elif place % every:
            return metrics
        begin = metrics.step * size % len(rows)
        part = self.measuring.loss(rows[begin : begin + size])
        return replace(metrics, valid_loss=part.mean_loss, valid_mean_token_accuracy=part.accuracy)
