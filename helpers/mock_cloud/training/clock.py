"""The time of what happens to a job: never before the job itself, though a clock may be set back."""

from __future__ import annotations

import time

from helpers.mock_cloud.state.store import Job


def now(job: Job) -> int:
    """Unix seconds, not before the job was created or started."""
    return max(int(time.time()), job.created_at, job.started_at or 0)
