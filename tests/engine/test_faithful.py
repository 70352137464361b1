"""The engine's own forward and backward passes agree with transformers and peft."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from helpers.engine.model.attention import Packed
from helpers.engine.model.base_model import load_base_model, read_shape
from helpers.engine.model.decoder import Decoder
from helpers.engine.model.lora import load_adapter, new_adapter, save_adapter
from helpers.engine.text.chat_tokens import ChatTokens
from helpers.engine.train.objectives import Supervised
from helpers.engine.train.trainee import Trainee
from helpers.engine.train.training_rows import Row
from helpers.engine.types import EngineError

CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "What's 2  + 40?"},
    {"role": "assistant", "content": "42 👍"},
    {"role": "user", "content": "Sure?"},
    {"role": "assistant", "content": "Yes."},
]


@pytest.fixture(scope="module")
def decoder(tiny_model: Path) -> Decoder:
    return Decoder(load_base_model(tiny_model, torch.float32))


def reference(folder: Path) -> torch.nn.Module:
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def test_tokens_are_those_of_the_models_chat_template(tiny_model):
    expected = AutoTokenizer.from_pretrained(tiny_model).apply_chat_template(CHAT, return_dict=False)
    tokens = ChatTokens(tiny_model)
    assert [*sum((piece for piece, _ in tokens.turns(CHAT)), []), *tokens.encode("\n")] == expected
    assert tokens.prompt(CHAT[:2])[-3:] == tokens.encode("<|im_start|>assistant\n")[-3:]
    assert {tokens.decode([token]) for token in tokens.end} == {""}


def test_packed_sequences_get_the_scores_they_get_alone(decoder, tiny_model):
    lead, rest = list(range(100, 112)), [[7, 8, 9], [10, 11, 12, 13, 14]]
    hidden, _ = decoder.read(Packed([lead, *rest], led=True), None)
    scores, at = decoder.logits(hidden), len(lead)
    model = reference(tiny_model)
    for row in rest:
        with torch.no_grad():
            alone = model(torch.tensor([lead + row])).logits[0, len(lead) :]
        torch.testing.assert_close(scores[at : at + len(row)], alone, atol=1e-4, rtol=1e-4)
        at += len(row)


@pytest.mark.parametrize("layers", [range(0, 2), range(1, 2)])
def test_loss_and_gradients_are_those_of_peft(decoder, tiny_model, tmp_path, layers):
    noise = torch.Generator().manual_seed(4)
    start = new_adapter(decoder.shape, 4, 8.0, layers, seed=3)
    start = start.map(lambda m: m if m.any() else 0.02 * torch.randn(m.shape, generator=noise))
    save_adapter(start, decoder.model, tmp_path / "start")
    start = load_adapter(tmp_path / "start", decoder.shape)
    rows = [_row(0, range(50, 70), range(12, 20)), _row(1, [*range(50, 60), *range(200, 215)], range(20, 25))]
    trainee = Trainee(start, torch.float32)
    with torch.inference_mode():
        measured = Supervised(decoder).measure(rows, trainee.adapter, trainee.gradients[0], share=1 / 13)
    model = PeftModel.from_pretrained(reference(tiny_model), tmp_path / "start", is_trainable=True)
    total = sum(
        model(
            input_ids=torch.tensor([list(row.ids)]), labels=_labels(row), num_items_in_batch=torch.tensor(13)
        ).loss
        for row in rows
    )
    total.backward()
    assert measured.mean_loss == pytest.approx(total.item(), abs=1e-5)
    for layer, groups in trainee.gradients[0].factors.items():
        attention = model.base_model.model.model.layers[layer].self_attn
        a, b = groups["qkv"]
        torch.testing.assert_close(a[4:8], attention.k_proj.lora_A.default.weight.grad, atol=1e-5, rtol=1e-3)
        torch.testing.assert_close(
            b[1], attention.k_proj.lora_B.default.weight.grad / 2, atol=1e-5, rtol=1e-3
        )


@pytest.mark.parametrize("ratio", [1.0, 16.0])
def test_updates_are_those_of_torchs_adamw_and_b_learns_faster(decoder, ratio):
    trainee = Trainee(new_adapter(decoder.shape, 4, 8.0, range(2), seed=3), torch.float32)
    ours, gradients = list(trainee.adapter.matrices()), list(trainee.gradients[1].matrices())
    theirs = [torch.nn.Parameter(matrix.detach().clone()) for matrix in ours]
    a_side, b_side = ([p for p in theirs if (p.shape[1] == 4) == is_b] for is_b in (False, True))
    groups = [{"params": a_side}, {"params": b_side, "lr": 1e-3 * ratio}]
    adamw = torch.optim.AdamW(groups, lr=1e-3, weight_decay=0.0)
    noise = torch.Generator().manual_seed(5)
    for _ in range(4):
        for mine, other in zip(gradients, theirs, strict=True):
            other.grad = torch.randn(other.shape, generator=noise)
            mine.copy_(other.grad)
        torch.nn.utils.clip_grad_norm_(theirs, 1.0)
        adamw.step()
        trainee.update(1, 1e-3, ratio)
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.detach(), other.detach(), atol=1e-6, rtol=1e-5)
    assert not any(matrix.any() for matrix in gradients), "an update clears what it used"


def _row(index: int, ids, learned) -> Row:
    ids = list(ids)
    return Row(index, array("i", ids), array("b", [int(i in learned) for i in range(len(ids))]))


def _labels(row: Row) -> torch.Tensor:
    return torch.tensor([[i if flag else -100 for i, flag in zip(row.ids, row.learned, strict=True)]])


def test_adapters_made_by_peft_are_read(decoder, tiny_model, tmp_path):
    model = get_peft_model(
        reference(tiny_model), LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "down_proj"])
    )
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    model.save_pretrained(tmp_path)
    adapter, ids = load_adapter(tmp_path, decoder.shape), list(range(300, 320))
    with torch.no_grad():
        expected = model(torch.tensor([ids])).logits[0]
        hidden, _ = decoder.read(Packed([ids]), adapter)
    torch.testing.assert_close(decoder.logits(hidden), expected, atol=1e-4, rtol=1e-4)


def test_a_model_of_another_family_is_refused_in_words(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(EngineError, match="Llama family"):
        read_shape(tmp_path)
