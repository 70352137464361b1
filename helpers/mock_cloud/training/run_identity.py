"""What makes two training requests the same: data, base model, method, hyperparameters, seed, engine.

Torch-free and quick: weights are known by name, size and time, code by its bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import helpers.engine as engine_package
from helpers.engine.model.weights import GGUF_SHA256, NAME


def digest(value: Any) -> str:
    """sha256 of a JSON value, independent of the order of keys.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def seed_from(content: Any) -> int:
    """The seed of a request that names none: the same request gets the same one. 0 … 2147483647."""
    return int(digest(content)[:8], 16) & 0x7FFFFFFF


def base_identity() -> str:
    """Which base model answers here: the pinned one, or the one `COURSE_BASE_MODEL` names."""
    chosen = os.environ.get("COURSE_BASE_MODEL", "").strip()
    folder = Path(chosen).expanduser() if chosen else None
    if folder is None or not folder.is_dir():
        return chosen or f"{NAME} {GGUF_SHA256}"
    files = sorted(folder.glob("*.json")) + sorted(folder.glob("*.safetensors"))
    return digest([(file.name, _content(file)) for file in files])


def base_title() -> str:
    """The short name of the base model, for people."""
    chosen = os.environ.get("COURSE_BASE_MODEL", "").strip()
    return Path(chosen).name if chosen else NAME


@cache
def engine_identity() -> str:
    """Changes with every change of the engine's code or number type."""
    folder = Path(engine_package.__file__ or "").parent
    code = [(str(file.relative_to(folder)), _sha256(file)) for file in sorted(folder.rglob("*.py"))]
    return digest([code, os.environ.get("COURSE_DTYPE", "auto")])


def adapter_identity(folder: Path | None) -> str | None:
    """The content of an adapter, or None for the bare base model."""
    return _sha256(folder / "adapter_model.safetensors") if folder else None


def _content(file: Path) -> Any:
    size, changed = file.stat().st_size, file.stat().st_mtime_ns
    return _sha256_of(file, size, changed) if size < 2**26 else [size, changed]


@lru_cache(maxsize=64)
def _sha256_of(file: Path, _size: int, _changed: int) -> str:
    return _sha256(file)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
