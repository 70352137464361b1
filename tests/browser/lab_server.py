"""Starts and stops a JupyterLab for tests."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from helpers.ground.paths import course_root


class LabServer:
    """A server process with its notebooks, settings and the course's state inside `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        self.work = folder / "work"
        self.home.mkdir()
        self.work.mkdir()
        self.token, self.port = secrets.token_hex(16), _free_port()
        self._log = (folder / "lab.log").open("wb")
        self._process = subprocess.Popen(
            self._command(),
            env=self._environment(),
            cwd=self.work,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self, seconds: float = 90) -> None:
        """Raises RuntimeError with the end of the server's log when it does not come up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urlopen(f"{self.url}/api/status?token={self.token}", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.3)
        raise RuntimeError((self.folder / "lab.log").read_text(errors="replace")[-2000:])

    def write_notebook(self, cells: list[str]) -> str:
        """The file name of a new notebook with these code cells."""
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        }
        name = f"test-{secrets.token_hex(4)}.ipynb"
        nbformat.write(notebook, self.work / name)
        return name

    def copy_notebook(self, path: Path) -> str:
        """The file name of a copy of an existing notebook."""
        shutil.copy(path, self.work / path.name)
        return path.name

    def stop(self) -> None:
        """Ends the server, its kernels, and the mock cloud that they may have started."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        if (self.home / "mock-cloud" / "service.json").exists():
            stop = [sys.executable, "-c", "import helpers; helpers.stop_mock_cloud()"]
            subprocess.run(stop, env=self._environment(), check=False)

    def _command(self) -> list[str]:
        options = [
            "--no-browser", "--allow-root", f"--port={self.port}", "--port-retries=0", "--ip=127.0.0.1",
            f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.work}",
            "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]  # fmt: skip
        return [sys.executable, "-m", "jupyterlab", *options]

    def _environment(self) -> dict[str, str]:
        own = {
            "COURSE_HOME": str(self.home),
            "COURSE_MODE": "mock",
            "PYTHONPATH": str(course_root()),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.folder / "workspaces"),
            "IPYTHONDIR": str(self.folder / "ipython"),
        }
        return {**os.environ, **own}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
