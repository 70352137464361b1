"""A learner in AutoTrain's page: fills in the form, starts the job, reads the logs; pictures on the way.

`python -m tests.lessons.autotrain.page_driver` makes the notebook's screenshots again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from helpers.ground.paths import data
from helpers.lessons.autotrain.gui import form_parameters

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 120_000


@contextmanager
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


_HOME_BY_TILDE = """home => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(home, "~");
}"""


class Pictures:
    """Saves a picture of the page in `folder`, or nothing when there is none."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def take(self, page: Page, name: str) -> None:
        if self.folder:
            page.evaluate(_HOME_BY_TILDE, str(Path.home()))
            page.screenshot(path=self.folder / name)


def open_page(page: Page, url: str) -> None:
    """Open the form and wait until it has filled itself in."""
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    expect(page.locator("#base_model option").first).to_be_attached(timeout=PATIENCE)
    expect(page.locator("#param_lr")).to_be_attached(timeout=PATIENCE)
    expect(page.locator("#project_name")).not_to_have_value("", timeout=PATIENCE)


def fill_in(page: Page, config: dict[str, Any], file: Path, pictures: Pictures) -> None:
    """What a learner does with the form, in the order of the notebook."""
    page.select_option("#parameter_mode", "full")
    expect(page.locator("#param_quantization")).to_be_attached(timeout=PATIENCE)
    page.fill("#project_name", config["project_name"])
    page.select_option("#base_model", config["base_model"])
    page.set_input_files("#data_files_training", file)
    page.fill("#col_map_text", config["data"]["column_mapping"]["text_column"])
    pictures.take(page, "1-form.png")
    page.check("#show-json-parameters")
    page.fill("#params_json", json.dumps(form_parameters(config), indent=2))
    pictures.take(page, "2-json.png")


def start(page: Page, pictures: Pictures) -> str:
    """Press Start Training, confirm; the message that follows."""
    page.click("#start-training-button")
    page.wait_for_timeout(300)
    pictures.take(page, "3-confirm.png")
    page.click("#confirmation-modal .confirm")
    expect(page.locator("#final-modal")).to_contain_text("Success", timeout=PATIENCE)
    message = page.locator("#final-modal").inner_text()
    page.click("#final-modal button")
    return message


def read_logs(page: Page, words: str, pictures: Pictures) -> str:
    """Open the logs and wait until `words` stand in them."""
    page.click("#button_logs")
    expect(page.locator("#logContent")).to_contain_text(words, timeout=5 * PATIENCE)
    pictures.take(page, "4-logs.png")
    return page.locator("#logContent").inner_text()


def main() -> None:
    """Make the notebook's screenshots with the real base model and the first 40 recipes."""
    from helpers.lessons.autotrain.base_model import export_base_model
    from helpers.lessons.autotrain.gui import Gui
    from helpers.lessons.autotrain.jobs import job_config, new_project_name, work_folder

    model = export_base_model()
    file = work_folder() / "train.jsonl"
    file.write_text("\n".join(data("recipes/train.jsonl").read_text("utf-8").splitlines()[:40]), "utf-8")
    project, small = new_project_name("recipes-page"), {"epochs": 1, "batch_size": 2, "lr": 1e-3}
    config = job_config(project, model, work_folder(), **small)
    pictures = Pictures(data("autotrain/screenshots"))
    with Gui.start(model) as gui, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1100, "height": 760})
        open_page(page, gui.url)
        fill_in(page, config, file, pictures)
        start(page, pictures)
        read_logs(page, "'loss'", pictures)


if __name__ == "__main__":
    main()
