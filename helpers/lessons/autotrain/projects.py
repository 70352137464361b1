"""AutoTrain's project folders: what a finished one holds, and keeping tokens out of it."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.ground.texts import _

_RESULTS = ("adapter_model.safetensors", "model.safetensors", "model.safetensors.index.json")
_SECRETS = ("token",)


class ProjectExists(FileExistsError):
    """A project of this name is there already, and nobody asked to overwrite it.

    >>> print(ProjectExists(Path("recipes-yaml")))  # doctest: +ELLIPSIS
    A project `recipes-yaml` exists already; AutoTrain would write over it. ...
    """

    def __init__(self, folder: Path) -> None:
        text = _(
            "A project `{name}` exists already; AutoTrain would write over it. Choose another "
            "project_name, "
            "or pass overwrite=True to give the old one up."
        )
        super().__init__(text.format(name=folder.name))


def result_file(project: Path) -> Path | None:
    """The file that proves that a training finished: the adapter's weights, or a whole model's; else None.

    >>> result_file(Path("no/such/project")) is None
    True
    """
    files = (project / name for name in _RESULTS)
    return next((file for file in files if file.is_file() and file.stat().st_size > 0), None)


def remove_secrets(project: Path) -> list[str]:
    """Take tokens out of what AutoTrain wrote; the names of the files that held one.

    AutoTrain saves all parameters, the token among them, in clear text in `training_params.json`.
    """
    cleaned = []
    for file in (project / "training_params.json",):
        content = _read(file)
        held = [name for name in _SECRETS if content.get(name)]
        if held:
            _write(file, {name: value for name, value in content.items() if name not in held})
            cleaned.append(file.name)
    return cleaned


def _read(file: Path) -> dict[str, object]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(file: Path, content: dict[str, object]) -> None:
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(content, indent=4), encoding="utf-8")
    temporary.replace(file)
