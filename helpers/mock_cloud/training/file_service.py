"""Files, whatever surface asks: keep the bytes, then let the queue parse them."""

from __future__ import annotations

import time
from collections.abc import Iterable

from helpers.mock_cloud.state import errors
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import File
from helpers.mock_cloud.state.surfaces import surface

UNPARSED = ("uploaded", "pending")
PURPOSES = ("fine-tune", "assistants", "batch", "user_data", "vision", "evals")


def check_purpose(purpose: str) -> None:
    if purpose not in PURPOSES:
        message = f"'{purpose}' is not one of {list(PURPOSES)} - 'purpose'"
        raise errors.ApiError(400, message, param="purpose", repeated=True)


def check_format(filename: str, purpose: str) -> None:
    if purpose == "fine-tune" and not filename.lower().endswith(".jsonl"):
        raise errors.bad_request("Invalid file format for Fine-Tuning API. Must be .jsonl")


def plain_name(filename: str | None) -> str:
    """The last part of what a client calls a file, as a label: it never becomes a path.

    >>> plain_name("../../etc/passwd")
    'passwd'
    """
    last = (filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    label = "".join(character for character in last if character.isprintable())
    return label[:255].strip() or "file"


def save(
    cloud: Cloud,
    org: str,
    surface_name: str,
    filename: str,
    purpose: str,
    chunks: Iterable[bytes],
    *,
    expires_after: int | None = None,
    status: str = "uploaded",
) -> File:
    """Keep a file and queue it for parsing; it is on disk when this returns. `expires_after` in seconds.

    Only training files are parsed: others are `processed` at once, whatever `status` a new one has.
    """
    id, now = surface(surface_name).file_id(), int(time.time())
    blob = cloud.blobs.write(id, chunks)
    file = File(
        id=id,
        org=org,
        filename=plain_name(filename),
        purpose=purpose,
        bytes=blob.bytes,
        created_at=now,
        status=status if purpose == "fine-tune" else "processed",
        sha256=blob.sha256,
        surface=surface_name,
        expires_at=now + expires_after if expires_after else None,
    )
    cloud.store.files.add(file)
    cloud.queue.submit_file(id)
    return file


def expire(cloud: Cloud) -> None:
    """Forget the files whose time is over; called before files are looked up."""
    rows = cloud.store.database.connection.execute(
        "SELECT org, id FROM files WHERE expires_at <= ?", [int(time.time())]
    )
    for row in rows.fetchall():
        file = cloud.store.files.find(row["org"], row["id"])
        if file is not None:
            delete(cloud, file)


def delete(cloud: Cloud, file: File) -> None:
    """Forget a file; jobs that use it keep copies of their own."""
    cloud.store.files.remove({"org": file.org, "id": file.id})
    cloud.blobs.delete(file.id)


def wait_until_parsed(cloud: Cloud, file: File, seconds: float) -> bool:
    """True once a file just uploaded has been parsed, so that a job may follow its upload at once."""
    deadline = time.monotonic() + seconds
    current: File | None = file
    while current is not None and current.status in UNPARSED:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
        current = cloud.store.files.get(file.id)
    return True
