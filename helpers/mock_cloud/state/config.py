"""How one mock cloud is set up; the command line and the environment fill it in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from helpers.mock_cloud.state.secret import Secret
from helpers.mock_cloud.worker.worker_process import PATIENCE

MAX_FILE_BYTES = 512 * 2**20
MAX_JSON_BYTES = 16 * 2**20
ORGANIZATION_TITLE = "mock-course"


@dataclass(frozen=True)
class Config:
    """`folder` keeps all state; `idle_minutes` 0 means: never stop by itself.

    A worker that says nothing for `worker_patience` seconds hangs.
    """

    folder: Path
    token: str = field(repr=False)
    secret: Secret = field(default_factory=Secret)
    host: str = "127.0.0.1"
    port: int = 0
    idle_minutes: float = 60
    worker_patience: float = PATIENCE
    replay: bool = True
    allowed_hosts: tuple[str, ...] = ()
    max_file_bytes: int = MAX_FILE_BYTES
    faults: tuple[str, ...] = ()
    organization_title: str = field(default=ORGANIZATION_TITLE)


def replay_wanted() -> bool:
    """`COURSE_REPLAY=off` makes every job train."""
    return os.environ.get("COURSE_REPLAY", "on").strip().lower() not in {"off", "0", "false", "no"}
