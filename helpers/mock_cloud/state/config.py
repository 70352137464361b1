"""How one mock cloud is set up; the command line and the environment fill it in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

MAX_FILE_BYTES = 512 * 2**20
MAX_JSON_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Config:
    """`folder` keeps all state; `idle_minutes` 0 means: never stop by itself."""

    folder: Path
    token: str
    host: str = "127.0.0.1"
    port: int = 0
    idle_minutes: float = 60
    replay: bool = True
    allowed_hosts: tuple[str, ...] = ()
    max_file_bytes: int = MAX_FILE_BYTES
    faults: tuple[str, ...] = ()
    organization_title: str = field(default="mock-course")


def replay_wanted() -> bool:
    """`COURSE_REPLAY=off` makes every job train."""
    return os.environ.get("COURSE_REPLAY", "on").strip().lower() not in {"off", "0", "false", "no"}
