"""The front of AutoTrain's page lets no other web site in, and pastes nothing that it was told."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from helpers.lessons.autotrain.gui_front import GuiFront
from helpers.lessons.autotrain.processes import tool_environment

PAGE = b"<html><head></head><script>fetch('/ui/logs')</script></html>"


class Page(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    do_POST = do_GET

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture
def front() -> Iterator[GuiFront]:
    Page.asked = []
    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = GuiFront(server.server_address[1])
    yield found
    found.close()
    server.shutdown()
    server.server_close()


def _ask(front: GuiFront, method: str = "GET", path: str = "/", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=10)
    named = {
        name.replace("_", "-"): value.replace("PORT", str(front.port)) for name, value in headers.items()
    }
    connection.putrequest(method, path, skip_host="Host" in named)
    for name, value in named.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


OWN = [
    {},
    {"Host": "localhost:PORT"},
    {"Host": "127.0.0.1:PORT", "Origin": "http://127.0.0.1:PORT"},
    {"Host": "127.0.0.1:8888", "Origin": "http://127.0.0.1:8888", "X_Forwarded_Context": "/proxy/7860"},
]
FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:PORT"},
    {"Host": ""},
    {"Host": "evil.example:PORT", "Origin": "http://evil.example:PORT"},
    {"Host": "evil.example", "X_Forwarded_Context": "/user/me/proxy/1"},
    {"Host": "evil.example", "X_Forwarded_Host": "127.0.0.1"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Host": "127.0.0.1:PORT", "Origin": "http://127.0.0.1:PORT.evil.example"},
]


@pytest.mark.parametrize("headers", OWN)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ones_own_page_is_let_in(front: GuiFront, method: str, headers: dict[str, str]) -> None:
    assert _ask(front, method, **headers)[0] == 200


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/ui/create_project")])
def test_other_sites_are_not(front: GuiFront, method: str, path: str, headers: dict[str, str]) -> None:
    status, text = _ask(front, method, path, **headers)
    assert status == 403 and "fetch" not in text and Page.asked == []


def test_on_a_hub_the_hosts_name_is_the_hubs(front: GuiFront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/me/")
    hub = {"Host": "hub.example", "X_Forwarded_Context": "/user/me/proxy/1"}
    assert _ask(front, "POST", **hub, Origin="https://hub.example")[0] == 200
    assert _ask(front, "POST", **hub, Origin="https://evil.example")[0] == 403


@pytest.mark.parametrize(
    "prefix",
    [
        "');alert(1);('",
        "/a'b",
        '/a"b',
        "/<script>",
        "//evil.example/x",
        "https://evil.example",
        r"/\1",
        "/a b",
    ],
)
def test_a_prefix_that_is_no_path_is_not_pasted(front: GuiFront, prefix: str) -> None:
    _, text = _ask(front, X_Forwarded_Context=prefix)
    assert "fetch('/ui/logs')" in text and prefix not in text


def test_a_path_is_pasted(front: GuiFront) -> None:
    assert "fetch('/user/m%40x/proxy/1/ui/logs')" in _ask(front, X_Forwarded_Context="/user/m%40x/proxy/1")[1]


def test_no_code_of_a_model_is_run() -> None:
    assert tool_environment()["ALLOW_REMOTE_CODE"] == "false"
    assert tool_environment({"A": "b"})["ALLOW_REMOTE_CODE"] == "false"
