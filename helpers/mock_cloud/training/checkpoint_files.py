"""Whether a checkpoint's files are all there and none of them cut off, told without reading the tensors."""

from __future__ import annotations

import json
from pathlib import Path

ADAPTER = ("adapter_model.safetensors", "adapter_config.json")
RESUMABLE = (*ADAPTER, "optimizer.safetensors", "position.json")


def is_whole(folder: Path, names: tuple[str, ...] = ADAPTER) -> bool:
    """Whether the folder has these files, each of its full length.

    >>> is_whole(Path("step-1"))
    False
    """
    try:
        return all(_is_whole(folder / name) for name in names)
    except (OSError, LookupError, TypeError, ValueError):
        return False


def _is_whole(file: Path) -> bool:
    if file.suffix == ".json":
        return bool(json.loads(file.read_text("utf-8")))
    with file.open("rb") as opened:
        header_bytes = int.from_bytes(opened.read(8), "little")
        header = json.loads(opened.read(min(header_bytes, file.stat().st_size)))
    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
    return file.stat().st_size == 8 + header_bytes + max(ends, default=0)
