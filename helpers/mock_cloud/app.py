"""The HTTP application: routes, errors, and the life of queue and worker."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI

from helpers.ground.version import VERSION
from helpers.mock_cloud.azure import arm_routes
from helpers.mock_cloud.azure import routes as azure_routes
from helpers.mock_cloud.http import auth, error_handlers
from helpers.mock_cloud.http.abandoned import Abandoned
from helpers.mock_cloud.http.bodies import only_whole_characters
from helpers.mock_cloud.http.envelope import Envelope
from helpers.mock_cloud.openai import routes as openai_routes
from helpers.mock_cloud.own import control_routes, fault_routes, metering, page_routes
from helpers.mock_cloud.own.fault_routes import FaultsMiddleware
from helpers.mock_cloud.own.faults import EVERYBODY, Faults, parse
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.config import Config
from helpers.mock_cloud.training.local_queue import LocalQueue
from helpers.mock_cloud.training.sweeping import sweep
from helpers.mock_cloud.worker.worker_client import WorkerClient

log = logging.getLogger("mock_cloud")
ROUTERS: list[APIRouter] = [
    openai_routes.router,
    azure_routes.router,
    arm_routes.router,
    control_routes.router,
    fault_routes.router,
    metering.router,
    page_routes.router,
]


def create_app(config: Config) -> FastAPI:
    """The application over `config.folder`; training starts when the server does.

    >>> from pathlib import Path
    >>> create_app(Config(Path("mock-cloud"), token="sk-mock-1")).title
    'Mock cloud'
    """
    cloud = Cloud(config)
    cloud.hooks = faults = Faults()
    for text in config.faults:
        faults.board.turn_on(EVERYBODY, parse(text))
    cloud.worker = WorkerClient(config.folder / "worker.log", patience=config.worker_patience)
    cloud.queue = LocalQueue(cloud)
    auth.add_organization(cloud.store, config.token, config.organization_title)
    app = FastAPI(
        title="Mock cloud",
        version=VERSION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(only_whole_characters)],
    )
    app.state.cloud = cloud
    error_handlers.install(app)
    app.add_middleware(FaultsMiddleware, cloud=cloud)
    app.add_middleware(Abandoned)
    app.add_middleware(Envelope, cloud=cloud)
    for router in ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    cloud: Cloud = app.state.cloud
    try:
        sweep(cloud)
    except (OSError, sqlite3.Error):
        log.exception("what was left behind could not be swept")
    cloud.queue.start()
    try:
        yield
    finally:
        cloud.queue.stop()
        cloud.worker.stop()
