"""A loopback stand-in for the three calls that AutoTrain's web page makes to the Hugging Face hub.

The page cannot start without them: it lists models when it is imported, asks who the user is on every
request, and asks whether a repository of the project's name exists. The answers here are: no models, a
made-up user, no. It imitates the hub so that the page runs with no account; nothing is sent anywhere.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlparse

USER = "laptop"


class HubStandIn:
    """The three answers on a free loopback port, from a thread of this process.

    >>> stand_in = HubStandIn(); stand_in.url.startswith("http://127.0.0.1:"); stand_in.close()
    True
    """

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = urlparse(self.path).path
        if path == "/api/models":
            self._answer(200, [])
        elif path == "/api/whoami-v2":
            self._answer(200, {"type": "user", "id": "0", "name": USER, "orgs": []})
        else:
            self._answer(404, {"error": "Repository not found"}, code="RepoNotFound")

    def _answer(self, status: int, content: object, code: str | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: the notebook's output is not a web server's log."""
