"""`python3 -m helpers lab` opens the course in JupyterLab, for root as well."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from helpers.bootstrap import lab
from helpers.ground.paths import course_root

COMMAND = """
import sys
from pathlib import Path
from helpers.bootstrap import lab
lab.set_up = lambda: Path(sys.executable)
lab.main(sys.argv[1:])
"""
"""The command itself, in an environment that is set up."""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Address and token of a JupyterLab that the command has started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token, log = secrets.token_hex(16), tmp_path / "lab.log"
    options = ["--no-browser", f"--port={port}", "--port-retries=0", f"--IdentityProvider.token={token}"]
    own = {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *options],
            cwd=course_root(),
            env={**os.environ, **own},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/api/status?token={token}", process, log)
        yield f"http://127.0.0.1:{port}", token
    finally:
        process.terminate()
        process.wait(60)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urlopen(address, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(log.read_text(errors="replace")[-2000:])


def test_the_course_opens_at_its_first_notebook(opened: tuple[str, str]) -> None:
    """CI runs as root, as containers do; JupyterLab refuses root unless it is told."""
    address, token = opened
    with urlopen(f"{address}/?token={token}", timeout=30) as page:
        assert page.url.split("?")[0] == f"{address}{lab.START}"
        assert b"JupyterLab" in page.read()
    with urlopen(f"{address}/api/contents/notebooks?token={token}", timeout=30) as listing:
        assert b"00-start.ipynb" in listing.read()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no root")
@pytest.mark.parametrize(("user", "let_in"), [(0, True), (1000, False)])
def test_root_is_let_in_and_nobody_else_told_so(
    user: int, let_in: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert any("allow_root" in option for option in lab.lab_options()) is let_in
