"""The course's base model in a form that transformers 4.48, inside AutoTrain's environment, reads right.

A folder written by transformers 5 loads there without an error and answers wrongly: `rope_parameters` is
ignored, so rope_theta falls back to 10,000 instead of SmolLM2's 100,000. Weights are linked, only the small
files are written again. A test compares the logits of both environments.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from filelock import FileLock

from helpers.engine.model.weights import base_model_folder
from helpers.ground.paths import course_cache

_KEPT = ("tokenizer.json", "LICENSE", "vocab.json", "merges.txt")
_ORIGIN = "exported-from.json"


def export_base_model() -> Path:
    """The exported folder; made once, and made again when the base model changes.

    Raises WeightsError where the base model cannot be had.

    >>> from unittest.mock import patch
    >>> folder = Path(tempfile.mkdtemp()) / "my-model"
    >>> folder.mkdir()
    >>> _write(folder / "config.json", {"rope_parameters": {"rope_theta": 100_000.0}})
    >>> with patch.dict(os.environ, COURSE_BASE_MODEL=str(folder), COURSE_CACHE=tempfile.mkdtemp()):
    ...     exported = export_base_model()
    >>> exported.name, _read(exported / "config.json")["rope_theta"]
    ('my-model-transformers4', 100000.0)
    """
    source = base_model_folder()
    folder = course_cache() / "models" / f"{source.name}-transformers4"
    folder.parent.mkdir(parents=True, exist_ok=True)
    origin = _origin(source)
    with FileLock(folder.with_suffix(".lock")):
        if _read_origin(folder) != origin:
            _export(source, folder, origin)
    return folder


def _export(source: Path, folder: Path, origin: dict[str, Any]) -> None:
    made = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
    for weights in source.glob("*.safetensors"):
        _link(weights, made / weights.name)
    for name in _KEPT:
        if (source / name).exists():
            shutil.copy(source / name, made / name)
    _write(made / "config.json", config_for_transformers4(_read(source / "config.json")))
    _write(made / "generation_config.json", {**_read(source / "generation_config.json"), **_VERSION})
    tokenizer = tokenizer_for_transformers4(_read(source / "tokenizer_config.json"), _chat_template(source))
    _write(made / "tokenizer_config.json", tokenizer)
    _write(
        made / "special_tokens_map.json", {k: v for k, v in tokenizer.items() if k.endswith("_token") and v}
    )
    _write(made / _ORIGIN, origin)
    shutil.rmtree(folder, ignore_errors=True)
    made.replace(folder)


_VERSION = {"transformers_version": "4.48.0"}


def config_for_transformers4(config: dict[str, Any]) -> dict[str, Any]:
    """A model's `config.json` in the words of transformers 4.

    >>> config_for_transformers4({"rope_parameters": {"rope_theta": 5.0}})["rope_theta"]
    5.0
    """
    older = {name: value for name, value in config.items() if name not in ("rope_parameters", "dtype")}
    rope = dict(config.get("rope_parameters") or {})
    if "rope_theta" in rope:
        older["rope_theta"] = rope.pop("rope_theta")
    if rope:
        older["rope_scaling"] = rope if rope.get("rope_type", "default") != "default" else None
    if "dtype" in config:
        older["torch_dtype"] = config["dtype"]
    return {**older, **_VERSION}


def tokenizer_for_transformers4(config: dict[str, Any], chat_template: str | None) -> dict[str, Any]:
    """A `tokenizer_config.json` in the words of transformers 4: its class, its inputs, the chat template
    inside.
    """
    older = {n: v for n, v in config.items() if n not in ("backend", "is_local", "local_files_only")}
    if older.get("tokenizer_class") == "TokenizersBackend":
        older["tokenizer_class"] = "PreTrainedTokenizerFast"
    older.setdefault("model_input_names", ["input_ids", "attention_mask"])
    older.setdefault("clean_up_tokenization_spaces", False)
    if chat_template and not older.get("chat_template"):
        older["chat_template"] = chat_template
    return older


def _chat_template(source: Path) -> str | None:
    file = source / "chat_template.jinja"
    return file.read_text(encoding="utf-8") if file.exists() else None


def _origin(source: Path) -> dict[str, Any]:
    small = b"".join(p.read_bytes() for p in sorted(source.glob("*.json")) + sorted(source.glob("*.jinja")))
    weights = {p.name: [p.stat().st_size, p.stat().st_mtime_ns] for p in sorted(source.glob("*.safetensors"))}
    return {"folder": str(source), "files": hashlib.sha256(small).hexdigest(), "weights": weights}


def _read_origin(folder: Path) -> dict[str, Any] | None:
    try:
        return _read(folder / _ORIGIN) or None
    except ValueError:
        return None


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)
