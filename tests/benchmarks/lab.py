"""JupyterLab and the kernel of notebook 03, as processes whose memory can be counted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from helpers.authoring.source import read_source
from helpers.ground.paths import course_root

NOTEBOOK, TO_COME = "03-openai", "fine_tuning.jobs.create"


class Lab:
    """A JupyterLab server and one kernel whose mock cloud is the one that runs in `home`."""

    def __init__(self, home: Path) -> None:
        environment = {**os.environ, "COURSE_HOME": str(home), "COURSE_MODE": "mock"}
        port, token = 18765, "benchmark"
        self.server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
             f"--IdentityProvider.token={token}"],
            cwd=course_root(), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait_for(f"http://127.0.0.1:{port}/lab?token={token}")
        self.manager: KernelManager
        self.kernel: BlockingKernelClient
        self.manager, self.kernel = start_new_kernel(env=environment, cwd=str(course_root() / "notebooks"))

    def _wait_for(self, address: str) -> None:
        for _ in range(120):
            try:
                urllib.request.urlopen(address, timeout=5).read()
                return
            except OSError:
                time.sleep(0.5)
        raise SystemExit("JupyterLab did not answer within a minute.")

    @property
    def pids(self) -> list[int]:
        return [self.server.pid, self.manager.provisioner.pid]

    def read_the_notebook(self) -> None:
        """Run the cells of notebook 03 up to its job: data, checks, token counts, pictures, upload."""
        for cell in read_source(NOTEBOOK).cells:
            if cell.cell_type != "code" or {"exercise", "solution"} & set(cell.metadata.get("tags", [])):
                continue
            if TO_COME in cell.source:
                return
            reply = self.kernel.execute_interactive(
                cell.source, timeout=120, output_hook=lambda message: None
            )
            if reply["content"]["status"] != "ok":
                raise SystemExit(f"A cell failed: {reply['content'].get('evalue')}")

    def stop(self) -> None:
        self.kernel.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.server.terminate()
        self.server.wait()
