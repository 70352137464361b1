"""Stands before AutoTrain's web page, so that it works without the internet and behind a proxy.

The page loads its style sheets from three other sites, and without them its windows lie open over each
other and its logs never show; and it asks for its parts by absolute paths, which fail behind
jupyter-server-proxy (Binder, Codespaces). This front serves the same page with a small style sheet of ours
and paths that fit where it stands.

The page starts programs for whoever asks, so the front lets no other web site ask: it checks Host and Origin.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from email.message import Message

from helpers.connect.page_address import behind_proxy
from helpers.ground.hosts import LOOPBACK_HOSTS, host_name
from helpers.ground.paths import data
from helpers.lessons.loopback import LoopbackServer, QuietHandler

_REWRITTEN = ("text/html", "javascript")
_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}
_HOP |= {"content-encoding", "server", "date"}
_FOREIGN = re.compile(r"<(?:script|link)[^>]*(?:cdn\.tailwindcss|cdnjs\.cloudflare)[^>]*>(?:</script>)?")
_FOREIGN_IMAGE = re.compile(r"<img\s[^>]*raw\.githubusercontent[^>]*>", re.DOTALL)
_PATH = re.compile(r"(/[\w.~%@+-]+)*")
_ABSOLUTE = re.compile(r"""(["'`(])/(ui|static)/""")


class GuiFront(LoopbackServer):
    """The front before the page on `port`.

    >>> front = GuiFront(port=9); front.url.startswith("http://127.0.0.1:"); front.close()
    True
    """

    def __init__(self, port: int) -> None:
        super().__init__(type("Handler", (_Front,), {"behind": port}))


def rewrite(text: str, prefix: str) -> str:
    """The page's text for a browser that reaches it under `prefix`, without anything from other sites.

    >>> rewrite("fetch('/ui/logs')", "/user/me/proxy/7860")
    "fetch('/user/me/proxy/7860/ui/logs')"
    """
    own = _FOREIGN_IMAGE.sub("<strong>AutoTrain</strong>", _FOREIGN.sub("", text))
    own = _ABSOLUTE.sub(lambda found: f"{found[1]}{prefix}/{found[2]}/", own)
    if "</head>" not in own:
        return own
    style = data("autotrain/page.css").read_text(encoding="utf-8")
    return own.replace("</head>", f"<style>\n{style}</style>\n<title>AutoTrain</title>\n</head>", 1)


def is_own(headers: Mapping[str, str] | Message) -> bool:
    """Whether a request names this machine (or came through a proxy) and no page of another site sent it.

    >>> is_own({"Host": "127.0.0.1:80"}), is_own({"Host": "127.0.0.1:80", "Origin": "http://evil.example"})
    (True, False)
    """
    hosts = {headers.get("Host", "").lower(), headers.get("X-Forwarded-Host", "").lower()} - {""}
    local = all(host_name(host) in LOOPBACK_HOSTS for host in hosts)
    origin = headers.get("Origin")
    foreign = origin is not None and origin.lower().partition("://")[2] not in hosts
    return bool(hosts) and (local or behind_proxy()) and not foreign


class _Front(QuietHandler):
    behind = 0
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        plain = [("Content-Type", "text/plain")]
        try:
            if is_own(self.headers):
                answer = self._ask()
            else:
                self.close_connection = True
                answer = 403, plain, b"This page takes no requests of other web sites."
        except OSError:
            answer = 502, plain, b"AutoTrain's page is not running."
        self.answer(*answer)

    do_POST = do_GET

    def _ask(self) -> tuple[int, list[tuple[str, str]], bytes]:
        length = int(self.headers.get("Content-Length") or 0)
        ours = ("host", "accept-encoding", "connection")
        passed = {name: value for name, value in self.headers.items() if name.lower() not in ours}
        connection = http.client.HTTPConnection("127.0.0.1", self.behind, timeout=120)
        try:
            connection.request(
                self.command, self._page_path(), self.rfile.read(length) if length else None, passed
            )
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP]
        if any(kind in (answer.getheader("Content-Type") or "") for kind in _REWRITTEN):
            body = rewrite(body.decode("utf-8"), self._prefix()).encode()
        return answer.status, kept, body

    def _page_path(self) -> str:
        """The page for `/`, without AutoTrain's redirect, which proxies rewrite in ways of their own."""
        path, mark, query = self.path.partition("?")
        return ("/ui/" if path == "/" else path) + mark + query

    def _prefix(self) -> str:
        """Where jupyter-server-proxy says that we are reached; empty on plain loopback, and for no path."""
        said = (self.headers.get("X-Forwarded-Context") or "").rstrip("/")
        return said if _PATH.fullmatch(said) else ""
