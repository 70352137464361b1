"""The set-up tells in words what is wrong, and installs what the lock says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from helpers import __main__ as command_line
from helpers.bootstrap import environment, machine, setup_errors, torch_cpu
from helpers.bootstrap.commands import run
from helpers.bootstrap.pip_progress import ProgressLine, run_pip
from helpers.bootstrap.setup_errors import SetupError
from helpers.ground.paths import course_root


def lock_lines() -> list[str]:
    text = (course_root() / "requirements.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def test_lock_holds_every_direct_dependency_at_its_version() -> None:
    project = tomllib.loads((course_root() / "pyproject.toml").read_text(encoding="utf-8"))
    locked = {line.split(" ;")[0].strip() for line in lock_lines()}
    direct = {re.sub(r"\[[^\]]*\]", "", item) for item in project["project"]["dependencies"]}
    assert direct <= locked


def test_lock_pins_exactly_and_brings_no_cuda() -> None:
    for line in lock_lines():
        assert "==" in line
        assert not re.match(r"nvidia|cuda|triton", line)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("Failed to establish a new connection: NewConnectionError", "Check the network"),
        ("OSError: [Errno 28] No space left on device", "disk filled up"),
        ("ERROR: something odd\nERROR: at the end", "at the end"),
    ],
)
def test_failed_pip_is_explained(output: str, words: str) -> None:
    assert words in str(setup_errors.explain_pip(output, "setup.log", 3))


def test_short_disk_is_told_before_anything_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "venv_folder", lambda: tmp_path / ".venv")
    monkeypatch.setattr(environment, "_is_ready", lambda python: False)
    monkeypatch.setattr(machine, "free_disk_gb", lambda folder: 0.4)
    with pytest.raises(SetupError, match=r"Only 0\.4 GB of disk"):
        environment.ensure()
    assert not (tmp_path / ".venv").exists()


def test_platform_without_torch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "platform_key", lambda: ("darwin", "x86_64"))
    monkeypatch.setattr(machine, "has_torch_wheel", lambda key=None: False)
    monkeypatch.setattr(environment, "_is_ready", lambda python: False)
    with pytest.raises(SetupError, match="no build for this computer"):
        environment.ensure()


def test_missing_venv_module_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(environment, "venv_folder", lambda: tmp_path / ".venv")
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(SetupError, match="python3-venv"):
        environment._make_venv(tmp_path / ".venv/bin/python")


def test_stamp_of_another_lock_is_not_ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stamp = tmp_path / "stamp.json"
    monkeypatch.setattr(environment, "_stamp_file", lambda python: stamp)
    python = Path(sys.executable)
    assert not environment._is_ready(python)
    stamp.write_text(json.dumps({"requirements": environment._fingerprint()}))
    assert environment._is_ready(python)
    stamp.write_text(json.dumps({"requirements": "of last year"}))
    assert not environment._is_ready(python)


def test_half_written_stamp_means_not_ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stamp = tmp_path / "stamp.json"
    stamp.write_text('{"requi')
    monkeypatch.setattr(environment, "_stamp_file", lambda python: stamp)
    assert not environment._is_ready(Path(sys.executable))


def test_wrong_python_is_named() -> None:
    assert "3.11 to 3.13" in command_line._wrong_python()


def test_unknown_command_shows_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lba", [], command_line.USAGE) == 2
    assert "lab" in capsys.readouterr().err


def test_commands_run_with_the_bare_standard_library() -> None:
    """`-S -I`-like: no site-packages, so nothing but the standard library can be imported."""
    call = [sys.executable, "-S", "-m", "helpers", "doctor"]
    done = subprocess.run(call, cwd=course_root(), capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Packages" in done.stdout


def test_torch_without_cuda_comes_from_the_cpu_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(torch_cpu, "has_nvidia_gpu", lambda: False)
    monkeypatch.setattr(torch_cpu, "cpu_index_answers", lambda: True)
    assert torch_cpu.CPU_INDEX in torch_cpu.torch_arguments("torch==1")
    monkeypatch.setattr(torch_cpu, "has_nvidia_gpu", lambda: True)
    assert torch_cpu.torch_arguments("torch==1") == ["torch==1"]


def test_silent_cpu_index_falls_back_to_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(torch_cpu, "has_nvidia_gpu", lambda: False)
    monkeypatch.setattr(torch_cpu, "CPU_INDEX", "http://127.0.0.1:9/whl")
    assert torch_cpu.torch_arguments("torch==1") == ["torch==1"]


def test_progress_counts_packages_as_pip_names_them() -> None:
    line = ProgressLine(total=9)
    line.read("Collecting numpy==2.4.6 (from -r requirements.txt (line 3))")
    line.read("  Downloading numpy.whl")
    assert (line.count, line.label) == (1, "numpy==2.4.6")
    line.read("Processing ./wheels/torch-2.13.0-py3.whl (from -r requirements.txt (line 9))")
    assert (line.count, line.label) == (2, "torch-2.13.0-py3.whl")
    line.read("Ignoring pywin32: markers 'sys_platform == \"win32\"' don't match your environment")
    assert (line.count, line.label) == (3, "pywin32")


def test_pip_output_is_kept_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    code, output = run_pip(Path(sys.executable), ["--no-index", "no-such-package-of-ours"], log, total=1)
    assert code != 0
    assert "no-such-package-of-ours" in output
    assert log.read_text() == output


def test_fresh_environment_imports_helpers_from_any_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(environment, "venv_folder", lambda: tmp_path / ".venv")
    python = environment.venv_python()
    environment._make_venv(python)
    environment._make_importable(python)
    call = [str(python), "-c", "import helpers; print(helpers.course_root())"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == course_root()
    shutil.rmtree(tmp_path / ".venv")
