"""Recordings of answers: a request with a seed, sent again, gets the answer that was really written before.

A seed asks for the same answer, which a processor alone does not promise: what else is computed at the moment
changes the last digits. Kept as `answers/<hash>.json`; `COURSE_REPLAY=off` neither reads nor writes any.
"""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.ground.private import write_private
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.training.run_identity import adapter_identity, base_identity, digest, engine_identity

Message = dict[str, Any]
MAX_RECORDINGS = 20_000
log = logging.getLogger("mock_cloud")
REPLAYED = {"x-mock-cloud-replay": "recorded answer"}


class Recording:
    """The place of one answer: of this request, by this model; of none without a seed."""

    def __init__(self, cloud: Cloud, adapter: Path | None, request: dict[str, Any]) -> None:
        self.folder = cloud.folder / "answers"
        wanted = cloud.config.replay and request.get("seed") is not None
        key = _key(adapter, request) if wanted else None
        self.file = self.folder / f"{key}.json" if key else None

    def exists(self) -> bool:
        return self.file is not None and self.file.exists()

    def read(self) -> list[Message] | None:
        """The recorded messages, or None."""
        if self.file is None:
            return None
        try:
            return json.loads(self.file.read_text("utf-8")) or None
        except (OSError, ValueError):
            return None

    def write(self, messages: list[Message]) -> None:
        """Keep a whole answer; the first one that can be read stays. Where the disk is full, none is kept."""
        if self.file is None or self.read() is not None:
            return
        try:
            self.folder.mkdir(exist_ok=True)
            if sum(1 for _ in self.folder.iterdir()) < MAX_RECORDINGS:
                write_private(self.file, json.dumps(messages), durable=False)
        except OSError:
            log.exception("an answer could not be recorded")


def _key(adapter: Path | None, request: dict[str, Any]) -> str | None:
    try:
        stamp = (adapter / "adapter_model.safetensors").stat().st_mtime_ns if adapter else 0
        return digest([base_identity(), engine_identity(), _content(adapter, stamp), request])
    except OSError:
        return None


@lru_cache(maxsize=64)
def _content(adapter: Path | None, _stamp: int) -> str | None:
    return adapter_identity(adapter)
