# ruff: noqa: F401
"""AutoTrain Advanced 0.8.36 on a laptop: its environment, its jobs, its web page, and what replaces it.

AutoTrain lives in an environment of its own, because its pins clash with the course's. Nothing here imports
it.

>>> from helpers.lessons import autotrain
>>> autotrain.check_config(autotrain.broken_job()).ready
False
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.ground.lazy import lazy_names

if TYPE_CHECKING:
    from helpers.lessons.autotrain.answering import answer_all
    from helpers.lessons.autotrain.base_model import export_base_model
    from helpers.lessons.autotrain.comparing import (
        answer_share,
        compare_adapters,
        make_completion_only,
        show_comparison,
    )
    from helpers.lessons.autotrain.environment import prepare_environment, remove_environment
    from helpers.lessons.autotrain.examples import broken_job
    from helpers.lessons.autotrain.gui import Gui
    from helpers.lessons.autotrain.jobs import (
        as_shell,
        command_line,
        job_config,
        mixed_precision,
        new_project_name,
        to_yaml,
        work_folder,
        write_config,
    )
    from helpers.lessons.autotrain.page_guide import show_page_guide
    from helpers.lessons.autotrain.preview import packed_blocks, preview_row
    from helpers.lessons.autotrain.projects import ProjectExists
    from helpers.lessons.autotrain.runner import run_command, run_trl, run_yaml
    from helpers.lessons.autotrain.tables import show_places, show_successors
    from helpers.lessons.autotrain.trl_job import trl_config
    from helpers.lessons.autotrain.validator import check_config, read_config
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)
