"""The engine's gradients are those of the plain text: LoRA as modules, autograd, transformers' model."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from helpers.engine.model.base_model import load_base_model
from helpers.engine.model.decoder import Decoder
from helpers.engine.model.lora import GROUPS, Adapter, new_adapter
from helpers.engine.train.plain_lora import LoraLinear, add_lora, answer_loss, train
from helpers.engine.train.row_pass import RowPass, packed_rows
from helpers.engine.train.trainee import Trainee
from helpers.engine.train.training_rows import Row

RANK, ALPHA = 4, 12.0
SHARED = list(range(300, 330))


def row(index: int, ids: list[int], learned: range) -> Row:
    return Row(index, array("i", ids), array("b", [int(i in learned) for i in range(len(ids))]))


ROWS = [
    row(0, [*SHARED, *range(50, 70)], range(36, 50)),
    row(1, [*SHARED, *range(500, 540)], range(35, 40)),
    row(2, [*SHARED, *range(800, 812)], range(40, 42)),
]


@pytest.fixture(scope="module", params=["llama", "qwen2", "qwen3"])
def folder(request, tiny_model: Path, tmp_path_factory) -> Path:
    """Two-layer models of each form that attention has: plain, with biases, with normed queries and keys."""
    if request.param == "llama":
        return tiny_model
    config = AutoConfig.for_model(
        request.param, hidden_size=48, intermediate_size=80, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=12, vocab_size=1000, max_position_embeddings=256,
    )  # fmt: skip
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(config)
    for name, weight in model.named_parameters():
        torch.nn.init.normal_(weight, mean=1.0 if "norm" in name else 0.0, std=0.2)
    made = tmp_path_factory.mktemp(request.param)
    model.save_pretrained(made)
    return made


def started(folder: Path, layers: range = range(2)) -> Adapter:
    """An adapter whose B is not zero: else A would get no gradient at all."""
    shape = Decoder(load_base_model(folder, torch.float32)).shape
    noise = torch.Generator().manual_seed(5)
    start = new_adapter(shape, RANK, ALPHA, layers, seed=3)
    return start.map(lambda m: m if m.any() else 0.1 * torch.randn(m.shape, generator=noise))


def by_hand(folder: Path, start: Adapter, rows: list[Row], dtype: torch.dtype) -> tuple[Adapter, float]:
    """Gradients of the mean loss of all rows' learned tokens, read together."""
    trainee = Trainee(start, dtype)
    with torch.inference_mode():
        read = RowPass(Decoder(load_base_model(folder, dtype)), rows, trainee.adapter, train=True)
        read.backward(torch.full_like(read.log_probs, -1 / len(read.log_probs)), trainee.gradients[0])
    return trainee.gradients[0], -read.log_probs.mean().item()


def plain(folder: Path, start: Adapter) -> torch.nn.Module:
    """The plain model with the same numbers in its A and B."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    add_lora(model, RANK, ALPHA)
    for module, a, b in modules(model, start):
        module.A.data.copy_(a)
        module.B.data.copy_(b / module.scale)  # the engine keeps alpha / r inside B
    return model


def modules(model: torch.nn.Module, like: Adapter) -> list[tuple[LoraLinear, torch.Tensor, torch.Tensor]]:
    """Each plain module with the engine's A and B of the same place."""
    return [
        (model.get_submodule(f"model.layers.{layer}.{name}"), a, b)
        for layer, groups in like.factors.items()
        for group, factor in groups.items()
        for name, a, b in zip(GROUPS[group], factor.a.split(RANK), factor.b, strict=True)
    ]


def tensors(read: Row) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(list(read.ids)), torch.tensor(list(read.learned), dtype=torch.bool)


@pytest.mark.parametrize("rows", [ROWS[:1], ROWS], ids=["one row", "three rows with a shared beginning"])
def test_gradients_by_hand_are_those_of_autograd(folder, rows):
    start = started(folder)
    found, loss = by_hand(folder, start, rows, torch.float32)
    model, total = plain(folder, start), sum(sum(each.learned[1:]) for each in rows)
    losses = [answer_loss(model, *tensors(each)) * sum(each.learned[1:]) / total for each in rows]
    sum(losses).backward()
    assert loss == pytest.approx(sum(losses).item(), abs=1e-5)
    for module, a, b in modules(model, found):
        torch.testing.assert_close(a, module.A.grad, atol=1e-6, rtol=1e-3)
        torch.testing.assert_close(b, module.B.grad / module.scale, atol=1e-6, rtol=1e-3)


def test_what_rows_share_is_read_once(folder):
    packed, learned = packed_rows(ROWS)
    assert packed.ids[0] == SHARED
    assert len(learned) == len(packed.tokens) == len(SHARED) + 20 + 40 + 12


def test_layers_without_an_adapter_below_and_between_are_passed_through(folder):
    whole, _ = by_hand(folder, started(folder), ROWS, torch.float32)
    upper = Adapter({1: started(folder).factors[1]}, RANK, ALPHA)
    found, _ = by_hand(folder, upper, ROWS, torch.float32)
    assert list(found.factors) == [1]
    assert any(matrix.any() for matrix in found.matrices())
    lower = Adapter({0: started(folder).factors[0]}, RANK, ALPHA)
    model = plain(folder, lower)
    for module, _, _ in modules(model, Adapter({1: upper.factors[1]}, RANK, ALPHA)):
        module.B.data.zero_()
    answer_loss(model, *tensors(ROWS[0])).backward()
    for module, a, _ in modules(model, by_hand(folder, lower, ROWS[:1], torch.float32)[0]):
        torch.testing.assert_close(a, module.A.grad, atol=1e-6, rtol=1e-3)
    assert whole.factors.keys() == {0, 1}


def test_bf16_gradients_point_the_same_way(folder):
    start = started(folder)
    exact, loss = by_hand(folder, start, ROWS, torch.float32)
    rounded, other = by_hand(folder, start, ROWS, torch.bfloat16)
    one, two = (torch.cat([m.flatten().float() for m in each.matrices()]) for each in (exact, rounded))
    assert torch.cosine_similarity(one, two, dim=0) > 0.99
    assert other == pytest.approx(loss, rel=0.02)


def test_what_is_kept_grows_with_the_tokens_and_not_with_their_square(folder):
    def kept(tokens: int) -> int:
        rows = [row(0, list(range(100, 100 + tokens)), range(tokens - 4, tokens))]
        trainee = Trainee(started(folder), torch.float32)
        decoder = Decoder(load_base_model(folder, torch.float32))
        with torch.inference_mode():
            read = RowPass(decoder, rows, trainee.adapter, train=True)
        return sum(
            each.untyped_storage().nbytes()
            for each in all_tensors([read._kept, read._attend.kept, read._attend._queries])
        )

    assert kept(200) <= 2 * kept(100)


def all_tensors(value: object) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    elif hasattr(value, "__dataclass_fields__"):
        value = list(vars(value).values())
    return [each for part in value for each in all_tensors(part)] if isinstance(value, (list, tuple)) else []


def test_the_plain_loop_learns_and_leaves_the_frozen_weights_alone(tiny_model):
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    before = model.model.layers[0].mlp.up_proj.weight.clone()
    torch.manual_seed(1)
    layers = add_lora(model, r=4, alpha=8.0)
    losses = train(model, [tensors(each) for each in ROWS], epochs=8)
    assert len(layers) == 14 and len(losses) == 24
    assert losses[-1] < 0.7 * losses[2]
    assert torch.equal(model.model.layers[0].mlp.up_proj.frozen.weight, before)
    trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert {name.rsplit(".", 1)[1] for name in trained} == {"A", "B"}
