"""What the mock cloud remembers, whatever surface (OpenAI, Azure) asks: one SQLite database.

>>> store = Store(Path("mock-cloud.db"))
>>> store.files.find("org-1", "file-abc") is None
True

Every object belongs to an organisation and every look-up names it: another's objects do not exist.
A surface that must not see another's objects uses an organisation of its own, say `org-1/azure`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.mock_cloud.state.store.database import Database
from helpers.mock_cloud.state.store.records import (
    Checkpoint,
    Completion,
    Deployment,
    Event,
    File,
    Job,
    Metered,
    Model,
    Organization,
    Permission,
    Response,
    Upload,
    UploadPart,
)
from helpers.mock_cloud.state.store.table import Page, Table

__all__ = [
    "Checkpoint",
    "Completion",
    "Deployment",
    "Event",
    "File",
    "Job",
    "Metered",
    "Model",
    "Organization",
    "Page",
    "Permission",
    "Response",
    "Store",
    "Table",
    "Upload",
    "UploadPart",
]


class Store:
    """The tables, each a `Table` of frozen records (see `records.py`)."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path)
        self.organizations = Table(self.database, Organization)
        self.files = Table(self.database, File)
        self.uploads = Table(self.database, Upload)
        self.upload_parts = Table(self.database, UploadPart)
        self.jobs = Table(self.database, Job)
        self.events = Table(self.database, Event)
        self.checkpoints = Table(self.database, Checkpoint)
        self.models = Table(self.database, Model)
        self.responses = Table(self.database, Response)
        self.completions = Table(self.database, Completion)
        self.permissions = Table(self.database, Permission)
        self.deployments = Table(self.database, Deployment)
        self.meter = Table(self.database, Metered)

    @property
    def tables(self) -> list[Table[Any]]:
        return [each for each in vars(self).values() if isinstance(each, Table)]
