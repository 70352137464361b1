"""The page for people: let in by a one-time link, readable without seeing the picture."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from helpers.show.palette import INK, PAPER
from tests.mock_cloud.conftest import jsonl, named, rows
from tests.running_cloud import RunningCloud, wait_for_job

conformance = pytest.mark.conformance


def _link(cloud: RunningCloud) -> str:
    return str(cloud.call("/mock/page-link", method="POST")["path"])


@conformance("GET /", "own", "a page with jobs and loss curves, opened by a one-time link")
def _newest(cloud: RunningCloud) -> str:
    """The page shows the newest jobs only."""
    return cloud.client().fine_tuning.jobs.list(limit=1).data[0].id


def test_the_page_opens_once_by_its_link(mock_cloud: RunningCloud, tuned: Any) -> None:
    link = _link(mock_cloud)
    with httpx.Client(base_url=mock_cloud.root_url, follow_redirects=True) as browser:
        page = browser.get(link)
        assert page.status_code == 200 and _newest(mock_cloud) in page.text
        assert "link=" not in str(page.url), "the link does not stay in the address"
        assert browser.get("/").status_code == 200, "the cookie opens it again"
    assert httpx.get(mock_cloud.root_url + link, follow_redirects=True).status_code == 401
    closed = httpx.get(mock_cloud.root_url)
    assert closed.status_code == 401 and _newest(mock_cloud) not in closed.text


def test_the_page_works_behind_a_proxy(mock_cloud: RunningCloud, tuned: Any) -> None:
    """A proxy such as jupyter-server-proxy keeps the outer Host and cuts its own prefix off the path."""
    outside = {"host": "hub.example.org"}
    first = httpx.get(mock_cloud.root_url + _link(mock_cloud), headers=outside)
    assert (first.status_code, first.headers["location"]) == (303, ".")
    cookie = first.headers["set-cookie"]
    assert "path=" not in cookie.lower() and "httponly" in cookie.lower()
    page = httpx.get(mock_cloud.root_url, headers={**outside, "cookie": cookie.partition(";")[0]})
    assert page.status_code == 200 and _newest(mock_cloud) in page.text
    assert not any(f'{attribute}="/' in page.text for attribute in ("href", "src", "action"))


def test_the_page_says_the_curve_in_words(mock_cloud: RunningCloud, tuned: Any) -> None:
    with httpx.Client(base_url=mock_cloud.root_url, follow_redirects=True) as browser:
        page = browser.get(_link(mock_cloud))
    assert "default-src 'none'" in page.headers["content-security-policy"]
    parsed = _Page()
    parsed.feed(page.text)
    assert "svg" in parsed.tags and parsed.tags.count("h1") == 1
    for role in (INK, PAPER):
        assert f"--{role.name}:{role.light}" in page.text and f"--{role.name}:{role.dark}" in page.text
    assert any(
        "Training loss fell from" in text or "Training loss rose from" in text for text in parsed.texts
    )


def test_nothing_a_client_sends_becomes_markup(mock_cloud: RunningCloud) -> None:
    client, script = mock_cloud.client(), "<script>alert(1)<!script>"
    broken = [*rows(11), {"messages": [{"role": script, "content": "Hi"}]}]
    file = client.files.create(file=named(jsonl(broken)), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file=file.id, suffix=script)
    assert script in wait_for_job(client, job.id).error.message
    with httpx.Client(base_url=mock_cloud.root_url, follow_redirects=True) as browser:
        page = browser.get(_link(mock_cloud)).text
    assert "<script" not in page and "&lt;script" in page


def test_a_forged_cookie_opens_nothing(mock_cloud: RunningCloud, tuned: Any) -> None:
    for value in ("", ".", f"{tuned.organization_id}.", f"{tuned.organization_id}.{'0' * 64}", "x" * 5000):
        cookie = f"mock-cloud-{mock_cloud.port}={value}"
        assert httpx.get(mock_cloud.root_url, headers={"cookie": cookie}).status_code == 401


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
