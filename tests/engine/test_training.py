"""Training on the tiny model: what is learned, what is stored, how it stops and goes on."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from helpers.engine.engine import Engine
from helpers.engine.model.lora import new_adapter
from helpers.engine.train.lanes import Lanes
from helpers.engine.train.measuring import Measuring
from helpers.engine.train.objectives import Supervised
from helpers.engine.train.order import epoch_order
from helpers.engine.train.trainee import Trainee
from helpers.engine.train.training import Training
from helpers.engine.types import EngineError, Hyperparameters, StepMetrics, TrainingJob, TrainingOutcome


def chat(question: str, answer: str, **extra: object) -> dict[str, object]:
    return {
        "messages": [
            {"role": "system", "content": "Answer in one word."},
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer, **extra},
        ]
    }


def write(file: Path, rows: list[dict[str, object]]) -> Path:
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Engine:
    return Engine(tiny_model, "fp32")


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    return write(tmp_path / "train.jsonl", [chat(f"What colour is {i}?", "blue") for i in range(12)])


def job(file: Path, output: Path, **changes: object) -> TrainingJob:
    values = {"hyperparameters": Hyperparameters(3, 4, 1.0), "seed": 7, **changes}
    return TrainingJob(training_file=file, output=output, **values)


def train(engine: Engine, wanted: TrainingJob, stop_after: int = 99, how: str = "cancel"):
    steps: list[StepMetrics] = []
    outcome = engine.train(
        wanted, steps.append, lambda c: None, lambda: how if len(steps) >= stop_after else None
    )
    return outcome, steps


@pytest.mark.parametrize(("method", "rate", "ratio"), [("supervised", 5e-4, 16.0), ("dpo", 2e-4, 1.0)])
def test_a_job_is_trained_as_its_recipe_says(engine, tmp_path, monkeypatch, method, rate, ratio):
    sides = {"preferred_output": [{"role": "assistant", "content": "blue"}]}
    sides["non_preferred_output"] = [{"role": "assistant", "content": "red"}]
    question = [{"role": "user", "content": "What colour?"}]
    pair = {"input": {"messages": question}, **sides}
    rows = [chat("What colour?", "blue") if method == "supervised" else pair] * 12
    updates: list[tuple[float, float]] = []
    monkeypatch.setattr(Trainee, "update", lambda self, lane, *values: updates.append(values[:2]))
    train(engine, job(write(tmp_path / "train.jsonl", rows), tmp_path / "out", method=method))
    assert max(learning_rate for learning_rate, _ in updates) == pytest.approx(rate)
    assert {each for _, each in updates} == {ratio}


def weights(outcome: TrainingOutcome) -> dict[str, torch.Tensor]:
    return load_file(outcome.final.folder / "adapter_model.safetensors")


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_loss_falls_and_every_epoch_leaves_a_checkpoint(engine, colours, tmp_path):
    wanted = job(colours, tmp_path / "out", validation_file=colours)
    outcome, steps = train(engine, wanted)
    assert outcome.status == "succeeded"
    assert [c.step for c in outcome.checkpoints] == [3, 6, 9]
    assert steps[-1].train_loss < steps[0].train_loss
    assert steps[-1].full_valid_loss < steps[2].full_valid_loss
    assert [s.step for s in steps if s.full_valid_loss is not None] == [3, 6, 9]
    assert steps[-1].trained_tokens == outcome.trained_tokens > 0


def test_the_same_seed_gives_the_same_model_and_another_seed_another(engine, colours, tmp_path):
    first, _ = train(engine, job(colours, tmp_path / "a"))
    second, _ = train(engine, job(colours, tmp_path / "b"))
    third, _ = train(engine, job(colours, tmp_path / "c", seed=8))
    assert same(weights(first), weights(second))
    assert not same(weights(first), weights(third))


def test_a_resumed_job_ends_where_the_uninterrupted_one_does(engine, colours, tmp_path):
    whole, _ = train(engine, job(colours, tmp_path / "whole"))
    cut, _ = train(engine, job(colours, tmp_path / "cut"), stop_after=5)
    assert cut.status == "cancelled"
    assert cut.final.step == 3
    resumed, steps = train(engine, job(colours, tmp_path / "cut", resume_from=cut.final.folder))
    assert [s.step for s in steps] == [4, 5, 6, 7, 8, 9]
    assert [c.step for c in resumed.checkpoints] == [3, 6, 9]
    assert same(weights(whole), weights(resumed))


def test_pausing_keeps_the_steps_done_since_the_last_epoch(engine, colours, tmp_path):
    whole, _ = train(engine, job(colours, tmp_path / "whole"))
    paused, _ = train(engine, job(colours, tmp_path / "cut"), stop_after=5, how="pause")
    assert (paused.status, paused.final.step) == ("paused", 5)
    resumed, steps = train(engine, job(colours, tmp_path / "cut", resume_from=paused.final.folder))
    assert steps[0].step == 6
    assert same(weights(whole), weights(resumed))


def test_an_unfinished_checkpoint_never_carries_its_final_name(engine, colours, tmp_path):
    outcome, _ = train(engine, job(colours, tmp_path / "out"))
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["step-3", "step-6", "step-9"]
    assert not list(tmp_path.rglob("*.pt")) + list(tmp_path.rglob("*.pkl"))
    assert outcome.final.folder.name == "step-9"


def test_weight_zero_is_not_learned(engine, tmp_path):
    file = write(tmp_path / "w.jsonl", [chat(f"Colour {i}?", "blue", weight=0) for i in range(10)])
    with pytest.raises(EngineError, match="no assistant message to learn"):
        train(engine, job(file, tmp_path / "out"))


def test_only_weighted_turns_of_a_long_conversation_count(engine, tmp_path):
    rows = [chat(f"Colour {i}?", "blue", weight=0) for i in range(10)]
    for row in rows:
        row["messages"] += [{"role": "user", "content": "And?"}, {"role": "assistant", "content": "red"}]
    without = [
        {"messages": [*row["messages"][:-1], {"role": "assistant", "content": "red", "weight": 1}]}
        for row in rows
    ]
    first, _ = train(engine, job(write(tmp_path / "a.jsonl", rows), tmp_path / "a"))
    second, _ = train(engine, job(write(tmp_path / "b.jsonl", without), tmp_path / "b"))
    assert same(weights(first), weights(second))


def test_training_goes_on_from_an_earlier_adapter(engine, colours, tmp_path):
    first, steps = train(engine, job(colours, tmp_path / "a"))
    _, later = train(engine, job(colours, tmp_path / "b", start_adapter=first.final.folder))
    assert later[0].train_loss < steps[0].train_loss


def test_preferences_are_really_trained(engine, tmp_path):
    def pair(number: int) -> dict[str, object]:
        return {
            "input": {"messages": [{"role": "user", "content": f"Say a word, {number}."}]},
            "preferred_output": [{"role": "assistant", "content": "yes please"}],
            "non_preferred_output": [{"role": "assistant", "content": "no way"}],
        }

    file = write(tmp_path / "pairs.jsonl", [pair(i) for i in range(12)])
    hyperparameters = Hyperparameters(8, 4, 5.0, beta=0.1)
    _, steps = train(engine, job(file, tmp_path / "out", method="dpo", hyperparameters=hyperparameters))
    assert steps[0].train_loss == pytest.approx(0.6931, abs=1e-3)
    assert steps[-1].train_loss < 0.6
    assert steps[-1].train_mean_token_accuracy == 1.0


def test_an_adapter_of_another_model_is_refused_in_words(engine, colours, tmp_path):
    outcome, _ = train(engine, job(colours, tmp_path / "a"))
    config = outcome.final.folder / "adapter_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "r": 3}))
    with pytest.raises(EngineError, match="another"):
        train(engine, job(colours, tmp_path / "b", start_adapter=outcome.final.folder))


ONE_ROW = {"hyperparameters": Hyperparameters(3, 1, 1.0)}


@pytest.fixture
def lengths(tmp_path: Path) -> Path:
    """Seven rows of different lengths: pairs, and one that stays alone at the end of every epoch."""
    return write(
        tmp_path / "lengths.jsonl", [chat("What? " * (3 + i), "blue " * (1 + i % 3)) for i in range(7)]
    )


def preferences(file: Path) -> Path:
    def said(text: str) -> list[dict[str, str]]:
        return [{"role": "assistant", "content": text}]

    rows = [
        {
            "input": {"messages": [{"role": "user", "content": f"Say a word, {i}." * (1 + i % 3)}]},
            "preferred_output": said("yes please"),
            "non_preferred_output": said("no way"),
        }
        for i in range(7)
    ]
    return write(file, rows)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("method", ["supervised", "dpo"])
def test_one_core_and_two_give_the_same_model(engine, lengths, tmp_path, monkeypatch, method, size):
    monkeypatch.setattr("helpers.engine.train.order.STEPS_TOGETHER", 2)
    file = lengths if method == "supervised" else preferences(tmp_path / "pairs.jsonl")
    hyperparameters, decoder = Hyperparameters(2, size, 1.0, 0.1), engine._model().decoder
    outcomes = []
    for cores in (1, 2, 3):
        wanted = job(file, tmp_path / f"{cores}", method=method, hyperparameters=hyperparameters)
        training = Training(decoder, engine.tokens, wanted, nullcontext, cores)
        outcomes.append(training.run(lambda m: None, lambda c: None, lambda: None))
    assert same(weights(outcomes[0]), weights(outcomes[1]))
    assert same(weights(outcomes[0]), weights(outcomes[2]))


@pytest.mark.parametrize("slow", [0, 1])
def test_the_model_does_not_depend_on_which_lane_is_quicker(engine, lengths, tmp_path, monkeypatch, slow):
    monkeypatch.setattr("helpers.engine.train.order.STEPS_TOGETHER", 2)
    whole, _ = train(engine, job(lengths, tmp_path / "whole", **ONE_ROW))
    measure = Supervised.measure

    def delayed(self, rows, adapter, into, share):
        time.sleep(0.02 * (rows[0].index % 2 == slow))
        return measure(self, rows, adapter, into, share)

    monkeypatch.setattr(Supervised, "measure", delayed)
    other, _ = train(engine, job(lengths, tmp_path / "other", **ONE_ROW))
    assert same(weights(whole), weights(other))


@pytest.mark.parametrize("together", [1, 2])
@pytest.mark.parametrize("stop_after", [1, 2, 5, 7, 8])
def test_a_job_of_one_row_a_step_goes_on_as_if_it_had_not_been_paused(
    engine, lengths, tmp_path, monkeypatch, stop_after, together
):
    monkeypatch.setattr("helpers.engine.train.order.STEPS_TOGETHER", together)
    whole, all_steps = train(engine, job(lengths, tmp_path / "whole", **ONE_ROW))
    paused, before = train(engine, job(lengths, tmp_path / "cut", **ONE_ROW), stop_after, "pause")
    assert paused.final.step == before[-1].step
    resumed, after = train(engine, job(lengths, tmp_path / "cut", resume_from=paused.final.folder, **ONE_ROW))
    assert [s.step for s in (*before, *after)] == list(range(1, 22))
    assert [s.train_loss for s in (*before, *after)] == [s.train_loss for s in all_steps]
    assert same(weights(whole), weights(resumed))


def test_one_row_a_step_is_measured_with_the_weights_that_the_row_before_left(engine, lengths, tmp_path):
    measured = []
    gradients = Measuring.gradients

    def noted(self, batches):
        measured.append((len(batches), self.trainee.steps))
        return gradients(self, batches)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Measuring, "gradients", noted)
        train(engine, job(lengths, tmp_path / "out", **ONE_ROW))
    assert measured == [(1, step) for step in range(21)]


def test_two_rows_together_have_a_second_gradient_that_is_one_step_old(
    engine, lengths, tmp_path, monkeypatch
):
    monkeypatch.setattr("helpers.engine.train.order.STEPS_TOGETHER", 2)
    _, steps = train(engine, job(lengths, tmp_path / "out", **ONE_ROW))
    assert len(steps) == 21
    training = Training(
        engine._model().decoder, engine.tokens, job(lengths, tmp_path / "b", **ONE_ROW), nullcontext
    )
    order = epoch_order(len(training.rows), 7, 0)
    untouched = training.measuring.loss([training.rows[order[1]]])
    assert steps[1].train_loss == pytest.approx(untouched.mean_loss, abs=1e-5), "as the job began"
    updated = training.measuring.loss([training.rows[order[2]]])
    assert steps[2].train_loss != pytest.approx(updated.mean_loss, abs=1e-5), "two updates later"


def test_a_batch_learns_the_mean_of_all_its_tokens(engine, lengths, tmp_path):
    """Whatever is dealt to the lanes, in whatever parts, one step has the gradient of one big pass."""
    wanted = job(lengths, tmp_path / "out", hyperparameters=Hyperparameters(1, 7, 1.0))
    training = Training(engine._model().decoder, engine.tokens, wanted, nullcontext)
    rows, objective = training.rows, training.measuring.objective
    [measured] = training.measuring.gradients([rows])
    found = training.trainee.gradients
    count = objective.count(rows)
    assert measured.count == count == sum(sum(row.learned) for row in rows)
    other = Trainee(new_adapter(training.decoder.shape, 16, 32.0, range(2), seed=7), torch.float32)
    with torch.inference_mode():
        for row in rows:
            objective.measure([row], other.adapter, other.gradients[0], 1 / count)
    for one, two in zip(found[0].matrices(), other.gradients[0].matrices(), strict=True):
        torch.testing.assert_close(one, two, atol=1e-6, rtol=1e-4)
    assert not any(matrix.any() for matrix in found[1].matrices())


def test_another_versions_checkpoint_is_refused_in_words(engine, colours, tmp_path):
    outcome, _ = train(engine, job(colours, tmp_path / "cut"), stop_after=4)
    state = outcome.final.folder / "optimizer.safetensors"
    save_file(
        {name: tensor[:-1] if tensor.dim() else tensor for name, tensor in load_file(state).items()}, state
    )
    with pytest.raises(EngineError, match="another version"):
        train(engine, job(colours, tmp_path / "cut", resume_from=outcome.final.folder))


def test_other_threads_keep_all_of_torchs_threads_while_lanes_use_their_share():
    """Answers are written in threads of their own; torch hands the number set last on to new threads."""
    before = torch.get_num_threads()
    lanes = Lanes(cores=2)
    with closing(lanes), ThreadPoolExecutor(1) as other:
        assert lanes.map(lambda _: torch.get_num_threads(), range(2)) == [1, 1]
        assert other.submit(torch.get_num_threads).result() == before
    assert torch.get_num_threads() == before


def test_lanes_wait_for_all_work_before_they_report_a_failure():
    done: list[int] = []

    def work(number: int) -> None:
        if number == 0:
            raise ValueError("the first lane fails at once")
        time.sleep(0.2)
        done.append(number)

    with closing(Lanes(cores=2)) as lanes, pytest.raises(ValueError, match="fails at once"):
        lanes.map(work, range(2))
    assert done == [1]
