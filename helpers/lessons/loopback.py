"""Small servers on this machine, for lessons that start one."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class LoopbackServer:
    """Answers on a free loopback port, from a thread of this process, until it is closed.

    >>> server = LoopbackServer(QuietHandler); server.url.startswith("http://127.0.0.1:"); server.close()
    True
    """

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class QuietHandler(BaseHTTPRequestHandler):
    """Says nothing about requests: the notebook's output is not a web server's log."""

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send a whole answer; its length is added."""
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        return


def free_port() -> int:
    """A port of this machine that nobody uses now.

    >>> free_port() > 0
    True
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
