"""Chooses where PyTorch comes from, so that nobody without an NVIDIA card downloads gigabytes of CUDA.

The registry's Linux wheel of PyTorch asks for the CUDA packages by its own metadata; PyTorch's CPU index
holds a build without them (https://pytorch.org/get-started/locally/, seen 2026-11-22).
"""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

from helpers.bootstrap.machine import has_nvidia_gpu
from helpers.ground.paths import course_root

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PATIENCE_SECONDS = 4


def torch_requirement(requirements: Path | None = None) -> str:
    """The pinned requirement, read from `requirements.txt`: `torch==2.13.0`."""
    text = (requirements or course_root() / "requirements.txt").read_text(encoding="utf-8")
    found = re.search(r"^torch==[^\s;]+", text, re.MULTILINE)
    if not found:
        raise ValueError("requirements.txt pins no torch")
    return found[0]


def torch_arguments(requirement: str) -> list[str]:
    """Arguments for `pip install` that bring the smallest PyTorch able to run here."""
    if sys.platform.startswith("linux") and not has_nvidia_gpu() and cpu_index_answers():
        return ["--index-url", CPU_INDEX, requirement]
    return [requirement]


def cpu_index_answers() -> bool:
    try:
        with urllib.request.urlopen(f"{CPU_INDEX}/torch/", timeout=PATIENCE_SECONDS) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
