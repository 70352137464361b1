"""AutoTrain's real page in a real browser, from the form to the adapter; also behind JupyterLab's proxy."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from helpers.lessons.autotrain.gui import Gui
from helpers.lessons.autotrain.jobs import job_config
from helpers.lessons.autotrain.runner import follow
from helpers.lessons.autotrain.supervisor import family
from tests.browser.lab_server import LabServer
from tests.lessons.autotrain import page_driver
from tests.lessons.autotrain.page_driver import PATIENCE, Pictures

pytestmark = pytest.mark.browser


def test_from_form_to_adapter_in_a_browser(
    autotrain_environment: Path, tiny_export: Path, work: Path, tmp_path: Path
) -> None:
    config = job_config("clicked", tiny_export, "data", epochs=1, block_size=32, mixed_precision=None)
    seen: list[str] = []
    (tmp_path / "lab").mkdir()
    lab = LabServer(tmp_path / "lab")
    try:
        with Gui.start(tiny_export, say=seen.append) as gui, page_driver.browser() as chromium:
            page = chromium.new_page()
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page_driver.open_page(page, gui.url)
            page_driver.fill_in(page, config, work / "data" / "train.jsonl", Pictures(None))
            assert "Success" in page_driver.start(page, Pictures(None))
            run = follow(gui.watch("clicked"), lambda job: None)
            assert run.succeeded, run
            assert "'loss'" in page_driver.read_logs(page, "saving model", Pictures(None))
            assert all(url.startswith(gui.url) for url in asked), "nothing is asked of other sites"
            lab.wait_until_ready()
            behind = chromium.new_page()
            page_driver.open_page(behind, f"{lab.url}/proxy/{gui.front.port}/?token={lab.token}")
            expect(behind.locator("#is_model_training")).to_have_text("No running jobs", timeout=PATIENCE)
            mark = gui.program.mark
        assert family(mark) == []
    finally:
        lab.stop()
