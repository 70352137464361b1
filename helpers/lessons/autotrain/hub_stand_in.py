"""A loopback stand-in for the three calls that AutoTrain's web page makes to the Hugging Face hub.

The page cannot start without them: it lists models when it is imported, asks who the user is on every
request, and asks whether a repository of the project's name exists. The answers here are: no models, a
made-up user, no. It imitates the hub so that the page runs with no account; nothing is sent anywhere.
"""

from __future__ import annotations

import json
from urllib.parse import urlparse

from helpers.lessons.loopback import LoopbackServer, QuietHandler

USER = "laptop"


class HubStandIn(LoopbackServer):
    """The three answers.

    >>> stand_in = HubStandIn(); stand_in.url.startswith("http://127.0.0.1:"); stand_in.close()
    True
    """

    def __init__(self) -> None:
        super().__init__(_Answers)


class _Answers(QuietHandler):
    def do_GET(self) -> None:
        path = urlparse(self.path).path
        if path == "/api/models":
            self._send(200, [])
        elif path == "/api/whoami-v2":
            self._send(200, {"type": "user", "id": "0", "name": USER, "orgs": []})
        else:
            self._send(404, {"error": "Repository not found"}, ("X-Error-Code", "RepoNotFound"))

    def _send(self, status: int, content: object, *more: tuple[str, str]) -> None:
        self.answer(status, [("Content-Type", "application/json"), *more], json.dumps(content).encode())
