"""Makes the course's virtual environment `.venv` and keeps it as `requirements.txt` says."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from helpers.bootstrap import machine, setup_errors
from helpers.bootstrap.pip_progress import run_pip
from helpers.bootstrap.setup_errors import SetupError
from helpers.bootstrap.torch_cpu import torch_arguments, torch_requirement
from helpers.ground.paths import course_cache, course_root

NEEDED_GB = 3.0
HASHED = Path(__file__).parent / "requirements.hashed.txt"
"""What is installed beside torch: the pins of `requirements.txt` with the hashes of their files."""
IMPORT_NAME = "fine-tuning-course.pth"


def course_packages_are_here() -> bool:
    """Whether this very Python has the course's packages."""
    return all(importlib.util.find_spec(name) for name in ("openai", "jupyterlab", "torch", "fastapi"))


def ensure(here: bool = False) -> Path:
    """The Python that has everything pinned in `requirements.txt`; installs what is missing.

    `here` installs into the Python that runs this instead of `.venv`.
    Raises SetupError, in words, when the machine does not allow it.
    """
    python = Path(sys.executable) if here else venv_python()
    for candidate in (Path(sys.executable), python):
        if _is_ready(candidate):
            return candidate
    _check_machine(here)
    if not here:
        _make_venv(python)
    _install(python)
    _make_importable(python)
    _stamp_file(python).write_text(json.dumps({"requirements": _fingerprint()}), encoding="utf-8")
    return python


def venv_folder() -> Path:
    return course_root() / ".venv"


def venv_python() -> Path:
    inside = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    return venv_folder() / inside


def _is_ready(python: Path) -> bool:
    return _stamped_requirements(python) == _fingerprint() and _works(python)


def _stamped_requirements(python: Path) -> str | None:
    """What the last finished set-up installed; None where none has finished."""
    try:
        return json.loads(_stamp_file(python).read_text(encoding="utf-8"))["requirements"]
    except (OSError, ValueError, KeyError):
        return None


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    try:
        return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _stamp_file(python: Path) -> Path:
    """Beside the environment it speaks of, so that it goes when the environment goes."""
    if python == venv_python():
        return venv_folder() / "course-ready.json"
    return Path(sysconfig.get_paths()["purelib"]) / "fine-tuning-course-ready.json"


def _fingerprint() -> str:
    pins = (course_root() / "requirements.txt").read_bytes()
    return hashlib.sha256(pins + HASHED.read_bytes()).hexdigest()


def _check_machine(here: bool) -> None:
    if not machine.has_torch_wheel():
        system, processor = machine.platform_key()
        raise SetupError(
            f"PyTorch, which trains the model, has no build for this computer ({system}, {processor}). "
            "Open the course on Codespaces or Binder instead: the README has the links."
        )
    free = machine.free_disk_gb(Path(sys.prefix) if here else course_root())
    if free < NEEDED_GB:
        raise SetupError(
            f"Only {free:.1f} GB of disk are free and the course needs about {NEEDED_GB:.0f} GB. "
            "Free some space and run the same command again."
        )


def _make_venv(python: Path) -> None:
    if _works(python):
        return
    print("Making the virtual environment .venv")
    shutil.rmtree(venv_folder(), ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(venv_folder())], capture_output=True, check=False
    )
    if made.returncode != 0 or not _works(python):
        shutil.rmtree(venv_folder(), ignore_errors=True)
        raise SetupError(setup_errors.NO_VENV)


def _install(python: Path) -> None:
    requirements = course_root() / "requirements.txt"
    log = course_cache() / "setup.log"
    log.write_text("", encoding="utf-8")
    total = sum(1 for line in requirements.read_text(encoding="utf-8").splitlines() if "==" in line)
    print("Installing PyTorch (about 200 MB)")
    _pip(python, torch_arguments(torch_requirement(requirements)), log, total=12)
    print(f"Installing the other packages ({total} pinned; a few minutes the first time)")
    _pip(python, ["--no-deps", "--require-hashes", "-r", str(HASHED)], log, total)


def _pip(python: Path, arguments: list[str], log: Path, total: int) -> None:
    code, output = run_pip(python, arguments, log, total)
    if code != 0:
        raise setup_errors.explain_pip(output, str(log), NEEDED_GB)


def _make_importable(python: Path) -> None:
    """`import helpers` works in a kernel started in any folder."""
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"]
    packages = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    (Path(packages) / IMPORT_NAME).write_text(f"{course_root()}\n", encoding="utf-8")
