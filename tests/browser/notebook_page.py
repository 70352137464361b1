"""One notebook open in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.lab_server import LabServer

OPEN_MS = 240_000
SERIOUS = ("serious", "critical")
_KERNEL = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"


class Notebook:
    """Runs cells of a notebook in JupyterLab and looks at their outputs."""

    def __init__(self, page: Page, lab: LabServer, name: str) -> None:
        self.page, self.lab, self.name = page, lab, name

    def open(self) -> None:
        """Waits until the notebook is there and its kernel idle."""
        self.page.goto(
            f"{self.lab.url}/lab/workspaces/{self.name[:-6]}/tree/{self.name}?token={self.lab.token}&reset"
        )
        self.page.wait_for_selector(".jp-Notebook", timeout=OPEN_MS)
        self.wait_until_idle()

    def command(self, name: str) -> None:
        """Executes a JupyterLab command, like `notebook:run-all-cells`."""
        self.page.evaluate("name => { window.jupyterapp.commands.execute(name); }", name)

    def run_all(self, timeout: float = 240) -> None:
        """Runs every cell and waits until the last has ended, `timeout` in seconds."""
        self.page.evaluate(
            """() => {
                window.allCellsHaveRun = false;
                const running = window.jupyterapp.commands.execute('notebook:run-all-cells');
                running.finally(() => { window.allCellsHaveRun = true; });
            }"""
        )
        self.page.wait_for_function("window.allCellsHaveRun", timeout=timeout * 1000)
        self.wait_until_idle(timeout)

    def restart_kernel(self) -> None:
        """Restarts the kernel, as the menu does, without the question."""
        self.page.evaluate(f"async () => {{ await {_KERNEL}.restart(); }}")
        self.wait_until_idle()

    def wait_until_idle(self, timeout: float = 240) -> None:
        """Until no cell runs or waits, `timeout` in seconds."""
        idle = f"""() => {_KERNEL}?.status === 'idle'
            && ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))"""
        self.page.wait_for_function(idle, timeout=timeout * 1000)

    @property
    def shown(self) -> Locator:
        """The outputs of all cells: the page holds the cells' own text and JupyterLab's buttons as well."""
        return self.page.locator(".jp-Cell-outputArea")

    def text(self) -> str:
        """Everything the outputs say."""
        return "\n".join(self.shown.all_inner_texts())

    def errors(self) -> list[str]:
        """Tracebacks under cells."""
        return self.page.locator(
            '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]'
        ).all_inner_texts()

    def serious_accessibility_problems(self) -> list[str]:
        """What axe finds serious or critical inside the outputs; the frame around them is JupyterLab's."""
        found: dict[str, Any] = (
            Axe().run(self.page, context={"include": [[".jp-OutputArea-output"]]}).response
        )
        return [
            f"{problem['id']}: {node['html'][:200]}"
            for problem in found["violations"]
            if problem["impact"] in SERIOUS
            for node in problem["nodes"]
        ]

    def screenshot(self, target: Path) -> None:
        """Writes a picture of the page."""
        self.page.screenshot(path=target)

    def close(self) -> None:
        """Shuts the kernel down and closes the page."""
        self.page.evaluate(f"async () => {{ await {_KERNEL}?.shutdown(); }}")
        self.page.context.close()
