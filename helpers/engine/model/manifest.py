"""A folder's files with their sha256, so that a half-written or altered copy is noticed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

MANIFEST = "manifest.json"


def sha256(file: Path) -> str:
    """The hex digest of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(folder: Path, origin: dict[str, str]) -> None:
    """Record every file of `folder` and where it comes from, in `manifest.json`."""
    files = {file.name: sha256(file) for file in sorted(folder.iterdir()) if file.name != MANIFEST}
    (folder / MANIFEST).write_text(json.dumps({"origin": origin, "files": files}, indent=1))


def is_intact(folder: Path) -> bool:
    """Whether `folder` has a manifest and every file in it is there, unaltered."""
    try:
        files = json.loads((folder / MANIFEST).read_text())["files"]
        return all(sha256(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False
