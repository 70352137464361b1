"""Where a browser reaches a page of this machine: here, behind a hub's proxy, in Codespaces."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from helpers.connect.page_address import page_address

URL = "http://127.0.0.1:4000/?link=a"


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No hub, no Codespaces, no server that is running."""
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "CODESPACES", "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def test_at_home_it_is_the_address_itself() -> None:
    assert page_address(URL) == URL


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (URL, "/user/x/proxy/4000/?link=a"),
        ("http://127.0.0.1:7860/", "/user/x/proxy/7860/"),
        ("http://127.0.0.1:7860", "/user/x/proxy/7860/"),
        ("http://127.0.0.1:7860/ui/page?a=b&c=d", "/user/x/proxy/7860/ui/page?a=b&c=d"),
    ],
)
def test_behind_a_hub_it_leads_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch, url: str, address: str
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/x/")
    assert page_address(url) == address


def test_in_codespaces_it_starts_at_the_base_of_the_own_jupyterlab(
    monkeypatch: pytest.MonkeyPatch, at_home: Path
) -> None:
    monkeypatch.setenv("CODESPACES", "true")
    assert page_address(URL) == "/proxy/4000/?link=a"
    monkeypatch.setenv("JPY_PARENT_PID", str(os.getpid()))
    server = {"pid": os.getpid(), "base_url": "/lab-of-mine/", "url": "", "port": 1, "token": ""}
    (at_home / f"jpserver-{os.getpid()}.json").write_text(json.dumps(server))
    assert page_address(URL) == "/lab-of-mine/proxy/4000/?link=a"
