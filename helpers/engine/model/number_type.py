"""bf16 or fp32: whichever multiplies matrices faster on this processor, measured once and remembered."""

from __future__ import annotations

import json
import platform
import time

import torch

from helpers.engine.types import EngineError
from helpers.ground.paths import course_cache

TYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


def number_type(wanted: str = "auto") -> torch.dtype:
    """The type for the weights: the one asked for, or the measured choice.

    bf16 also halves memory, so it wins unless fp32 is clearly faster (on processors that lack bf16
    instructions it is, several times).

    >>> number_type("fp32")
    torch.float32
    """
    wanted = (wanted or "auto").lower()
    if wanted in TYPES:
        return TYPES[wanted]
    if wanted != "auto":
        raise EngineError(f"COURSE_DTYPE is {wanted!r}; it must be auto, bf16 or fp32.")
    rates = measured_rates()
    return TYPES["bf16" if rates["bf16"] >= rates["fp32"] else "fp32"]


def measured_rates() -> dict[str, float]:
    """GFLOP/s of a matrix product per type, from the cache or measured now (about half a second)."""
    file = course_cache() / "matrix-rates.json"
    machine = (
        f"{platform.machine()} {platform.processor()} torch {torch.__version__} {torch.get_num_threads()}"
    )
    try:
        stored = json.loads(file.read_text())
        if stored["machine"] == machine:
            return stored["rates"]
    except (OSError, ValueError, KeyError):
        pass
    rates = {name: round(matrix_rate(dtype), 1) for name, dtype in TYPES.items()}
    file.write_text(json.dumps({"machine": machine, "rates": rates}))
    return rates


def matrix_rate(dtype: torch.dtype, seconds: float = 0.2) -> float:
    """GFLOP/s of a product of the model's size, (512, 576) x (576, 1536): the best of three runs or more."""
    x, w = torch.randn(512, 576).to(dtype), torch.randn(1536, 576).to(dtype)
    flops, until = 2 * 512 * 576 * 1536, time.perf_counter() + seconds
    runs: list[float] = []
    torch.nn.functional.linear(x, w)
    while len(runs) < 3 or time.perf_counter() < until:
        start = time.perf_counter()
        torch.nn.functional.linear(x, w)
        runs.append(time.perf_counter() - start)
    return flops / min(runs) / 1e9
