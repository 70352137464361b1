"""Moments at which something can be made to go wrong on purpose; `own/faults.py` fills them in."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from helpers.mock_cloud.state.store import Deployment, File, Job


class JobFailed(Exception):
    """Ends a job as failed, with the error the job shows."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message, "param": param}


class Hooks:
    """Does nothing at any moment."""

    async def before_route(self, request: Request) -> Response | None:
        """An answer to give instead of the real one; may also wait."""
        return None

    def cut_stream(self, request: Request, chunk_number: int) -> bool:
        """True: break the connection before this chunk of a streamed answer."""
        return False

    def keep_file_waiting(self, file: File) -> bool:
        """True: leave the file unprocessed for now."""
        return False

    def keep_deployment_creating(self, deployment: Deployment) -> bool:
        """True: leave the deployment in Creating for now."""
        return False

    def encode_results(self, file: File) -> bool:
        """True: send this file base64-encoded, as the live service has been seen to send results."""
        return False

    def on_validation(self, job: Job) -> None:
        """May raise `JobFailed`."""

    def on_step(self, job: Job, step: int, total_steps: int) -> None:
        """May raise `JobFailed`."""

    def empty_error(self, job: Job) -> bool:
        """True: show `error: {}` on a job that did not fail, as the live service does."""
        return False
