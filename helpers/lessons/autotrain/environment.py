"""AutoTrain's own Python environment: made on first use, checked, repaired, removed."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.ground.paths import course_cache, data
from helpers.ground.texts import _
from helpers.lessons.autotrain.shared_packages import link_packages, plain_name

AUTOTRAIN_VERSION = "0.8.36"
SIZE_GB = 1.7
NEEDED_GB = 3.0
_MARKER = "course-environment.json"

Say = Callable[[str], None]


class EnvironmentNotReady(RuntimeError):
    """AutoTrain's environment is missing, broken, or could not be made; the message says what to do."""


def environment_folder() -> Path:
    """Where the environment lives: `autotrain-env` in the course's cache folder."""
    return course_cache() / "autotrain-env"


def environment_python() -> Path:
    """The environment's Python program (it may not exist yet)."""
    folder = environment_folder()
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def locked_requirements() -> dict[str, str]:
    """Package name to exact version, as `data/autotrain/requirements.lock` has them.

    >>> locked_requirements()["transformers"]
    '4.48.0'
    """
    lines = data("autotrain/requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = (line.split("==") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): version.strip() for name, version in pins}


def is_ready() -> bool:
    """Whether the environment was finished and checked with the pins and the Python of today."""
    try:
        marker = json.loads((environment_folder() / _MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return marker == _fingerprint() and environment_python().exists()


def prepare_environment(say: Say = print) -> Path:
    """Make AutoTrain's environment if it is not there, or repair it; return its folder.

    Says first what it costs (about 1.7 GB of disk, a minute or more), then reports progress through `say`.
    An interrupted installation is taken up where it stopped. Raises `EnvironmentNotReady` with the reason,
    such as a disk without 3 GB left:

    >>> import tempfile
    >>> from types import SimpleNamespace
    >>> from unittest.mock import patch
    >>> full = patch("shutil.disk_usage", return_value=SimpleNamespace(free=1e9))
    >>> with full, patch.dict(os.environ, COURSE_CACHE=tempfile.mkdtemp()):
    ...     prepare_environment()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers...EnvironmentNotReady: AutoTrain needs 3.0 GB of free disk ...
    """
    with _one_at_a_time(say):
        if is_ready():
            say(
                _("AutoTrain {version} is ready in {folder}").format(
                    version=AUTOTRAIN_VERSION, folder=_short()
                )
            )
            return environment_folder()
        _check_disk()
        count = len(locked_requirements())
        say(
            _(
                "Making AutoTrain's own environment: {count} packages, about {size} GB on disk, a "
                "minute or more. "
                "It goes to {folder}; autotrain.remove_environment() takes it away again."
            ).format(count=count, size=SIZE_GB, folder=_short())
        )
        _make(say)
        problems = check_environment()
        if problems:
            raise EnvironmentNotReady(
                _("AutoTrain's environment was made but does not work: ") + "; ".join(problems)
            )
        _write_marker()
        say(_("AutoTrain {version} is ready.").format(version=AUTOTRAIN_VERSION))
    return environment_folder()


def check_environment() -> list[str]:
    """What is wrong with the environment, in words; an empty list when every pin is there and it imports."""
    if not environment_python().exists():
        return [_("it does not exist yet: run autotrain.prepare_environment()")]
    try:
        answer = subprocess.run(
            [str(environment_python()), "-c", _CHECK],
            capture_output=True, text=True, timeout=300, env=_quiet_environment(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return [_("its Python does not start ({error})").format(error=error)]
    if answer.returncode != 0:
        return [
            _("it does not import: {error}").format(error=(answer.stderr.strip().splitlines() or ["?"])[-1])
        ]
    return _differences(json.loads(answer.stdout.splitlines()[-1]))


def remove_environment() -> bool:
    """Delete the environment; true if there was one. The next `prepare_environment()` makes it again.

    >>> import tempfile
    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, COURSE_CACHE=tempfile.mkdtemp()):
    ...     remove_environment()
    False
    """
    folder = environment_folder()
    if not folder.exists():
        return False
    (folder / _MARKER).unlink(missing_ok=True)
    shutil.rmtree(folder)
    return True


_CHECK = """
import importlib.metadata as m, json
import torch, transformers, trl, peft, accelerate, datasets
import autotrain, autotrain.parser, uvicorn, fastapi
torch.zeros(2) @ torch.zeros(2)
print(json.dumps({d.metadata["Name"] or "": d.version for d in m.distributions()}))
"""


def _differences(installed: dict[str, str]) -> list[str]:
    wrong = []
    there = {plain_name(name): version for name, version in installed.items()}
    for name, version in locked_requirements().items():
        found = there.get(plain_name(name), _("nothing"))
        if found.split("+")[0] != version:
            wrong.append(
                _("{name} {version} is wanted, {found} is there").format(
                    name=name, version=version, found=found
                )
            )
    return wrong


def _make(say: Say) -> None:
    folder = environment_folder()
    (folder / _MARKER).unlink(missing_ok=True)
    if not _python_answers():
        shutil.rmtree(folder, ignore_errors=True)
        _make_virtual_environment(folder, say)
    if "torch" not in link_packages(folder, locked_requirements()):
        install_torch(environment_python(), say)
    hashed = str(data("autotrain/requirements.hashed.txt"))
    _pip(["install", "--no-deps", "--no-compile", "--require-hashes", "--requirement", hashed], say)


def _make_virtual_environment(folder: Path, say: Say) -> None:
    _run([sys.executable, "-m", "venv", str(folder)], say, _("make a virtual environment"))


def install_torch(python: Path, say: Say) -> None:
    """Put torch in first, on Linux without a GPU as the small CPU build where one can be had."""
    from helpers.bootstrap.torch_cpu import torch_arguments

    wanted = torch_arguments(f"torch=={locked_requirements()['torch']}")
    _pip(["install", "--no-deps", *wanted], say)


def _pip(arguments: list[str], say: Say) -> None:
    command = [
        str(environment_python()),
        "-m",
        "pip",
        "--no-input",
        "--disable-pip-version-check",
        *arguments,
    ]
    _run(command, say, _("install AutoTrain's packages"))


def _run(command: list[str], say: Say, purpose: str) -> None:
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=_quiet_environment(),
    )
    tail: list[str] = []
    collected, total = 0, len(locked_requirements())
    try:
        for line in process.stdout or ():
            tail = [*tail[-15:], line.strip()]
            if line.startswith(("Collecting ", "Processing ")):
                collected += 1
                if collected == 1 or collected % 10 == 0:
                    say(f"  {collected}/{total}  {line.split()[1]}")
            elif line.startswith("Installing collected"):
                say(_("  installing what was downloaded …"))
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.wait() != 0:
        raise EnvironmentNotReady(_explain(purpose, tail))


def _explain(purpose: str, tail: list[str]) -> str:
    errors = [line for line in tail if "error" in line.lower()] or tail[-1:]
    return _(
        "Could not {purpose}: {error}. Check the network and the disk, then run the cell again: it "
        "goes on where it stopped."
    ).format(purpose=purpose, error=" ".join(errors[:2]))


_PROBE = "import pip"


def _python_answers() -> bool:
    try:
        answer = subprocess.run([str(environment_python()), "-c", _PROBE], capture_output=True)
    except OSError:
        return False
    return answer.returncode == 0


def _check_disk() -> None:
    free = shutil.disk_usage(course_cache()).free / 1e9
    if free < NEEDED_GB:
        raise EnvironmentNotReady(
            _("AutoTrain needs {needed} GB of free disk while it is installed, and {free:.1f} GB are free. "
              "Free some space, or point COURSE_CACHE at another disk.").format(needed=NEEDED_GB, free=free)
        )  # fmt: skip


def _fingerprint() -> dict[str, str]:
    lock = data("autotrain/requirements.lock").read_bytes()
    return {"lock": hashlib.sha256(lock).hexdigest(), "python": platform.python_version()}


def _write_marker() -> None:
    temporary = environment_folder() / (_MARKER + ".new")
    temporary.write_text(json.dumps(_fingerprint()), encoding="utf-8")
    temporary.replace(environment_folder() / _MARKER)


def _quiet_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


def _short() -> str:
    folder = str(environment_folder())
    return folder.replace(str(Path.home()), "~", 1)


@contextmanager
def _one_at_a_time(say: Say) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(str(environment_folder()) + ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(_("Another program is preparing AutoTrain's environment; waiting for it …"))
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
