"""`<COURSE_HOME>/mock-cloud/service.json`: how a kernel finds the mock cloud. Readable by its owner only.

>>> read(Path("/nowhere")) is None
True
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from helpers.ground.private import write_private

NAME = "service.json"
CHALLENGE, PROOF = "x-mock-cloud-challenge", "x-mock-cloud-proof"


@dataclass(frozen=True)
class Service:
    """A running mock cloud: `base_url` is what an OpenAI client needs, with `token` as its key.

    With `proof_key` it answers a challenge before anybody gives it the token.
    """

    pid: int
    host: str
    port: int
    token: str = field(repr=False)
    started_at: int
    version: str
    proof_key: str = field(default="", repr=False)

    @property
    def root_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.root_url}/v1"


def service_folder(course_home: Path) -> Path:
    """Where the mock cloud keeps everything of one `COURSE_HOME`."""
    return course_home / "mock-cloud"


def read(folder: Path) -> Service | None:
    """The service that wrote this folder's file, or None; it may have died since: ask its `/health`."""
    try:
        return Service(**json.loads((folder / NAME).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(folder: Path, service: Service) -> None:
    write_private(folder / NAME, json.dumps(asdict(service)))


def remove(folder: Path, pid: int) -> None:
    """Take the file away if it is still this process's."""
    service = read(folder)
    if service is not None and service.pid == pid:
        (folder / NAME).unlink(missing_ok=True)
