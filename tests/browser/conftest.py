"""A real JupyterLab and a headless Chromium, for what a learner clicks and types.

`lab` is one server for the whole run; `open_notebook(cells)` writes a notebook, opens it in a fresh page and
gives a `Notebook` to run and look at. Kernels find the course and a state folder of their own (`lab.home`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lab_server import LabServer
from tests.browser.notebook_page import Notebook

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 120_000  # a busy computer is slow, not wrong
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """JupyterLab on a free port, in a folder of its own."""
    server = LabServer(tmp_path_factory.mktemp("lab"))
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium without a window.

    One per file: while Playwright is open, no other test of this process can run an event loop of its own.
    """
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_notebook(lab: LabServer, chromium: Browser) -> Iterator[Callable[..., Notebook]]:
    """Opens a notebook made of `cells` (code), or the existing file `path`, in a page of its own."""
    opened: list[Notebook] = []

    def opener(cells: list[str] | None = None, path: Path | None = None, width: int = 1280) -> Notebook:
        name = lab.write_notebook(cells) if path is None else lab.copy_notebook(path)
        context = chromium.new_context(viewport={"width": width, "height": 1400})
        context.set_default_timeout(PATIENCE_MS)
        opened.append(Notebook(context.new_page(), lab, name))
        opened[-1].open()
        return opened[-1]

    yield opener
    for notebook in opened:
        notebook.close()
