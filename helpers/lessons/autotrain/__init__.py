"""AutoTrain Advanced 0.8.36 on a laptop: its environment, its jobs, its web page, and what replaces it.

AutoTrain lives in an environment of its own, because its pins clash with the course's. Nothing here imports
it.

>>> from helpers.lessons import autotrain
>>> autotrain.AUTOTRAIN_VERSION
'0.8.36'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_EXPORTS: dict[str, str] = {
    "AUTOTRAIN_VERSION": "environment",
    "BROKEN_JOB": "examples",
    "Gui": "gui",
    "ProjectExists": "projects",
    "answer_all": "answering",
    "as_shell": "jobs",
    "blocks": "preview",
    "autotrain_base_model": "base_model",
    "answer_share": "comparing",
    "check_config": "validator",
    "check_environment": "environment",
    "command_line": "jobs",
    "compare_adapters": "comparing",
    "completion_only": "comparing",
    "course_base_model": "base_model",
    "environment_folder": "environment",
    "form_parameters": "gui",
    "job_config": "jobs",
    "mixed_precision": "jobs",
    "new_project_name": "jobs",
    "prepare_environment": "environment",
    "preview": "preview",
    "read_config": "validator",
    "remove_environment": "environment",
    "run_command": "runner",
    "run_trl": "runner",
    "run_yaml": "runner",
    "show_comparison": "comparing",
    "show_page": "page_guide",
    "show_places": "tables",
    "show_successors": "tables",
    "to_yaml": "jobs",
    "trl_config": "trl_job",
    "work_folder": "jobs",
    "write_config": "jobs",
}

__all__ = sorted(_EXPORTS)


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(
            f"helpers.lessons.autotrain has no name {name!r}; it offers: {', '.join(__all__)}"
        )
    value = getattr(import_module(f"helpers.lessons.autotrain.{_EXPORTS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
