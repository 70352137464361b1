"""What a process that died half-way left behind, removed at the next start: nobody knows it any more."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from helpers.ground.state_check import DATABASE
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import UploadPart

LEFTOVERS = (
    "files/.part-*",
    "runs/.part-*",
    "jobs/.part-*",
    "jobs/*/.part-*",
    "jobs/*/.making-*",
    "answers/.*",
    ".service.json-*",
    ".secret-*",
    ".token-*",
)
log = logging.getLogger("mock_cloud")


def sweep(cloud: Cloud) -> None:
    """Remove half-written files, and the files of uploads and jobs that the store does not know.

    Where a damaged database was set aside, what it knew stays.
    """
    for pattern in LEFTOVERS:
        for leftover in cloud.folder.glob(pattern):
            _remove(leftover)
    if any(cloud.folder.glob(f"{DATABASE}.*")):
        return
    for part in _ended_parts(cloud):
        cloud.store.upload_parts.remove({"id": part.id})
    for orphan in (*_unknown_blobs(cloud), *_unknown_jobs(cloud)):
        log.info("swept %s", orphan)
        _remove(orphan)


def _ended_parts(cloud: Cloud) -> Iterator[UploadPart]:
    for part in cloud.store.upload_parts.all({}):
        upload = cloud.store.uploads.get(part.upload)
        if upload is None or upload.status != "pending" or upload.expires_at < time.time():
            yield part


def _unknown_blobs(cloud: Cloud) -> Iterator[Path]:
    tables = (cloud.store.files, cloud.store.upload_parts)
    known = {row["id"] for table in tables for row in _rows(cloud, f"SELECT id FROM {table.name}")}
    return (blob for blob in cloud.blobs.folder.iterdir() if known and blob.name not in known)


def _unknown_jobs(cloud: Cloud) -> Iterator[Path]:
    """Folders of neither a job nor a model or checkpoint that outlives its job."""
    known = {row["id"] for row in _rows(cloud, "SELECT id FROM jobs")}
    for table in (cloud.store.models, cloud.store.checkpoints):
        known |= {Path(row["folder"]).parent.name for row in _rows(cloud, f"SELECT folder FROM {table.name}")}
    return (folder for folder in cloud.folder.glob("jobs/*") if known and folder.name not in known)


def _rows(cloud: Cloud, query: str) -> Iterator[dict[str, str]]:
    return iter(cloud.store.database.connection.execute(query))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
