"""Find what an earlier run of the notebook has left, so that nothing is uploaded or deployed twice."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any


def find_upload(client: Any, path: Path) -> Any | None:
    """The uploaded file with this name and these very bytes, or None.

    Raises OSError if `path` cannot be read, and the client's errors.

    >>> import helpers
    >>> client, path = helpers.azure_v1_client(), helpers.data("clippy/tiny_train.jsonl")
    >>> file = find_upload(client, path) or client.files.create(file=path, purpose="fine-tune")
    >>> find_upload(client, path).id == file.id
    True
    """
    content = path.read_bytes()
    for file in client.files.list():
        if (file.filename, file.bytes, file.purpose) != (path.name, len(content), "fine-tune"):
            continue
        if _sha256(client.files.content(file.id).read()) == _sha256(content):
            return file
    return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
