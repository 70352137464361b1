"""The choice between bf16 and fp32."""

from __future__ import annotations

import torch

from helpers.engine.model.number_type import matrix_rate


def test_a_rate_is_measured_however_busy_the_computer_is():
    assert matrix_rate(torch.float32, seconds=0.0) > 0
