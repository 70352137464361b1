from tests.browser.conftest import *
from tests.browser.test_watch import WATCH
from pathlib import Path
def test_x(open_notebook):
    notebook = open_notebook([WATCH.format(steps=100_000), "print('not reached')"])
    notebook.command("notebook:run-all-cells")
    notebook.page.get_by_text("step 12 of").wait_for(timeout=60_000)
    notebook.screenshot(Path("/tmp/d-live.png"))
    notebook.command("notebook:interrupt-kernel")
    notebook.page.wait_for_timeout(4000)
    notebook.screenshot(Path("/tmp/d-int.png"))
    print(notebook.text())
    print(notebook.page.locator(".jp-Notebook").inner_html()[-3000:])
