"""TRL's SFTTrainer without the work that a processor without a GPU would do in vain.

On a GPU, TRL 1.16 compares only the tokens of the answer with the vocabulary; on a CPU it does so for the
prompt's tokens too and throws those results away (`trl/trainer/utils.py`, `add_fused_lm_head`). With this
lesson's examples that is 5 of 6 tokens. The loss is the same number.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import cross_entropy
from trl import SFTTrainer

from helpers.engine.model.memory import give_back_pages

IGNORED = -100


class LaptopSFTTrainer(SFTTrainer):
    """`SFTTrainer` whose loss looks at the answer's tokens only; everything else is TRL's.

    For causal models with a `lm_head`, such as the Llama family. Takes what `SFTTrainer` takes; logs `loss`
    (mean, in nats) and `mean_token_accuracy` (0 to 1). Two of its methods are its own:

    >>> [name for name in vars(LaptopSFTTrainer) if vars(SFTTrainer).get(name) and not name.startswith("_")]
    ['compute_loss', 'training_step']
    """

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Mean negative log-likelihood of the answer tokens, in nats; `labels` is (batch, length)."""
        if return_outputs:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        following = inputs["labels"][:, 1:]
        is_answer = following != IGNORED
        logits = _logits_where(model, inputs, is_answer)
        targets = following[is_answer]
        self._keep_metrics(logits.detach(), targets, inputs)
        count = targets.numel() if num_items_in_batch is None else num_items_in_batch
        return cross_entropy(logits, targets, reduction="sum") / torch.as_tensor(count).clamp(min=1)

    def training_step(self, *arguments: Any, **options: Any) -> torch.Tensor:
        """TRL's step; freed memory is handed back, else batches of varying length leave it in pieces."""
        loss = super().training_step(*arguments, **options)
        give_back_pages()
        return loss

    def _keep_metrics(
        self, logits: torch.Tensor, targets: torch.Tensor, inputs: dict[str, torch.Tensor]
    ) -> None:
        mode = "train" if self.model is not None and self.model.training else "eval"
        right = (logits.argmax(-1) == targets).float().mean().item() if targets.numel() else 0.0
        self._metrics[mode]["mean_token_accuracy"].append(right)
        if mode == "train":
            self._total_train_tokens += int(inputs["attention_mask"].sum())
        self._metrics[mode]["num_tokens"] = [self._total_train_tokens]


def _logits_where(model: Any, inputs: dict[str, torch.Tensor], is_answer: torch.Tensor) -> torch.Tensor:
    """fp32 logits of shape (answer tokens, vocabulary), for the positions before each answer token."""
    causal = model.get_base_model() if hasattr(model, "get_base_model") else model
    hidden = causal.base_model(
        input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], use_cache=False
    ).last_hidden_state
    return causal.get_output_embeddings()(hidden[:, :-1][is_answer]).float()
