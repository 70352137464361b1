"""`python3 -m helpers doctor`: a look at this machine, each row ok or with what to do."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from helpers.bootstrap import environment, machine
from helpers.ground import state_check
from helpers.ground.paths import chosen_home, course_cache, course_root
from helpers.ground.version import NEWEST_PYTHON, OLDEST_PYTHON

SET_UP = "Run: python3 -m helpers setup"


@dataclass(frozen=True)
class Row:
    """One line of the doctor's table; `advice` is empty where all is well."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


def rows() -> list[Row]:
    """Python, platform, packages, memory, disk, processor, weights, state, port."""
    looks = (_python, _platform, _packages, _memory, _disk, _processor, _weights, _state, _port)
    return [_looked(look) for look in looks]


def _looked(look: Callable[[], Row]) -> Row:
    """What a look sees; a folder that it cannot get at is told, and the next look follows."""
    try:
        return look()
    except OSError as error:
        advice = "Set COURSE_HOME and COURSE_CACHE to folders that you may write to."
        return Row(look.__name__.strip("_").capitalize(), False, str(error), advice)


def main(arguments: list[str]) -> int:
    """Exit code 1 when a row needs attention. Looks into `.venv` when that is where the course is."""
    if not environment.course_packages_are_here() and environment.venv_python().exists():
        return _inside_venv()
    found = rows()
    print("\n".join(_lines(found)))
    return 0 if all(row.ok for row in found) else 1


def _inside_venv() -> int:
    command = [str(environment.venv_python()), "-m", "helpers.bootstrap.doctor"]
    return subprocess.run(command, cwd=course_root(), check=False).returncode


def _lines(found: list[Row]) -> Iterator[str]:
    for row in found:
        yield f"{'ok ' if row.ok else '-> '} {row.name:<10} {row.detail}"
        if row.advice:
            yield f"    {'':<10} {row.advice}"


def _python() -> Row:
    ok = OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON
    advice = f"Use Python 3.{OLDEST_PYTHON[1]} to 3.{NEWEST_PYTHON[1]}."
    return Row("Python", ok, sys.version.split()[0], "" if ok else advice)


def _platform() -> Row:
    ok = machine.has_torch_wheel()
    advice = "" if ok else "PyTorch has no build for it: open the course on Codespaces or Binder."
    return Row("Platform", ok, " ".join(machine.platform_key()), advice)


def _packages() -> Row:
    wanted = _direct_requirements()
    missing = [name for name, version in wanted.items() if _installed(name) != version]
    detail = f"{len(wanted) - len(missing)} of {len(wanted)} pinned packages"
    if not missing:
        return Row("Packages", True, detail)
    return Row("Packages", False, f"{detail}; not as pinned: {', '.join(missing[:5])}", SET_UP)


def _direct_requirements() -> dict[str, str]:
    text = (course_root() / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    pairs = re.findall(r'"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^";\s]+)', block[1] if block else "")
    return dict(pairs)


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name).split("+")[0]
    except metadata.PackageNotFoundError:
        return None


def _memory() -> Row:
    read = machine.memory_gb()
    if read is None:
        return Row("Memory", True, "cannot be read here")
    total, available = read
    ok = available >= 2
    advice = "" if ok else "Close other programs: training and measuring need about 2 GB."
    return Row("Memory", ok, f"{available:.1f} of {total:.1f} GB available", advice)


def _disk() -> Row:
    free = machine.free_disk_gb(course_cache())
    ok = free >= 1
    return Row("Disk", ok, f"{free:.0f} GB free", "" if ok else "Free at least 1 GB.")


def _processor() -> Row:
    name, cores, bf16 = machine.processor()
    kinds = {True: "has bfloat16 instructions", False: "no bfloat16: trains in float32, slower", None: ""}
    plural = "core" if cores == 1 else "cores"
    return Row("Processor", True, ", ".join(filter(None, (name, f"{cores} {plural}", kinds[bf16]))))


def _weights() -> Row:
    found = sorted((course_cache() / "models").rglob("model.safetensors"))
    if not found:
        return Row("Weights", False, "the base model is not here yet", SET_UP)
    megabytes = found[0].stat().st_size / 1e6
    return Row("Weights", True, f"{found[0].parent.name}, {megabytes:.0f} MB")


def _state() -> Row:
    home = chosen_home()
    detail, advice = next(state_check.troubles(home), (str(home), ""))
    return Row("State", not advice, detail, advice)


def _port() -> Row:
    service = chosen_home() / state_check.SERVICE / "service.json"
    running = _service_port(service)
    if running and _answers(running):
        return Row("Port", True, f"the mock cloud runs on port {running}")
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return Row("Port", True, "a local port is free for the mock cloud")
    except OSError as error:
        return Row("Port", False, str(error), "A firewall or sandbox forbids local ports: allow 127.0.0.1.")


def _service_port(service: Path) -> int | None:
    try:
        return int(json.loads(service.read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError):
        return None


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
