# ruff: noqa: F401
"""Text-to-SQL for the Hugging Face lesson: databases, prompts, answers judged by running them, serving.

Models run in the learner's kernel here, so its memory is kept small before the first computation.

>>> from helpers.lessons import sql
>>> len(sql.questions("test"))
100
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.engine.model.memory import hold_little
from helpers.ground.lazy import lazy_names

if TYPE_CHECKING:
    from helpers.engine.model.number_type import number_type
    from helpers.lessons.sql.agreement import answers_of, choices_along, count_equal
    from helpers.lessons.sql.bigger import bigger_models, estimate_minutes, export_dataset, size_of
    from helpers.lessons.sql.databases import database_path
    from helpers.lessons.sql.execution import run_query
    from helpers.lessons.sql.failures import show_failures
    from helpers.lessons.sql.hub_dataset import load_sql_create_context
    from helpers.lessons.sql.labels import show_labels
    from helpers.lessons.sql.laptop_trainer import LaptopSFTTrainer
    from helpers.lessons.sql.live_loss import LiveLoss
    from helpers.lessons.sql.measuring import measure, measure_code, nearest, plot_scores, show_groups
    from helpers.lessons.sql.model_card import may_publish, write_model_card
    from helpers.lessons.sql.prompts import prompt_messages, questions
    from helpers.lessons.sql.serving import serve
    from helpers.lessons.sql.templates import answer_by_templates
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)

hold_little()
