"""The parts of one running mock cloud, handed to every route."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from helpers.mock_cloud.state.blobs import Blobs
from helpers.mock_cloud.state.config import Config
from helpers.mock_cloud.state.hooks import Hooks
from helpers.mock_cloud.state.one_time_links import Links
from helpers.mock_cloud.state.rate_limits import RateLimits
from helpers.mock_cloud.state.store import Organization, Store

if TYPE_CHECKING:
    from helpers.mock_cloud.state.training_queue import TrainingQueue
    from helpers.mock_cloud.worker.worker_client import WorkerClient


class Cloud:
    """Store, blobs, queue and worker of one service.

    `queue` trains (see `training_queue.py`), `worker` answers chats (see `worker/worker_client.py`); both are
    set by `app.create_app`.
    """

    queue: TrainingQueue
    worker: WorkerClient

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folder = config.folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = Store(self.folder / "mock-cloud.db")
        self.blobs = Blobs(self.folder / "files")
        self.hooks = Hooks()
        self.links = Links()
        self.rate_limits = RateLimits()
        self.organizations: dict[str, Organization] = {}
        self.started_at = time.monotonic()
        self.last_request = time.monotonic()
        self.stopping = False


def the_cloud(request: Request) -> Cloud:
    return request.app.state.cloud


TheCloud = Annotated[Cloud, Depends(the_cloud)]
