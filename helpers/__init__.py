# ruff: noqa: F401
"""Everything a notebook of the course needs, under one name.

Names are loaded on first use, so that `import helpers` stays quick and brings no heavy library along. The
notebooks 04 to 06 need things that no other does; each takes them from its lesson's door, such as
`from helpers.lessons import azure`.

>>> import helpers
>>> helpers.count_tokens("two cups of flour", model="gpt-4o-mini")
4
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.ground.lazy import lazy_names

if TYPE_CHECKING:
    from helpers.connect.clients import (
        azure_client,
        azure_credential,
        azure_management,
        azure_names,
        azure_v1_client,
        openai_client,
    )
    from helpers.connect.fault_switch import clear_faults, inject_fault, list_faults
    from helpers.connect.mock_cloud_control import ensure_mock_cloud, stop_mock_cloud
    from helpers.connect.mode_badge import show_mode
    from helpers.connect.page_link import show_mock_cloud_page
    from helpers.dataset.costs import estimate_cost, hosting_cost, request_cost
    from helpers.dataset.dataset_checks import check_dataset
    from helpers.dataset.file_tokens import token_statistics
    from helpers.dataset.token_histogram import plot_token_histogram
    from helpers.dataset.tokens import count_tokens
    from helpers.engine.model.weights import base_model_folder
    from helpers.ground.paths import course_cache, course_home, course_root, data
    from helpers.ground.quiet import quiet_libraries
    from helpers.ground.settings import settings
    from helpers.jobs.cleaning import cleanup
    from helpers.jobs.job_progress import watch
    from helpers.jobs.job_results import read_results
    from helpers.jobs.loss_plot import plot_loss
    from helpers.learning.course_map import show_course_map
    from helpers.learning.exercises import check, show_hint, show_solution
    from helpers.learning.exporting import export_progress
    from helpers.learning.finishing import finish
    from helpers.learning.quizzes import show_quiz
    from helpers.lessons.checklist import (
        break_even,
        plot_break_even,
        save_record,
        show_break_even_calculator,
        show_checklist,
        show_presets,
        show_record,
        show_rules,
        show_verdict,
    )
    from helpers.lessons.concepts import (
        next_token_probabilities,
        plot_next_tokens,
        show_few_shot_slider,
        show_guide,
        show_lora_slider,
    )
    from helpers.lessons.openai import show_closing_dates
    from helpers.lessons.start import show_doctor, start_training, wait_for_model
    from helpers.measure.asking import ask_many
    from helpers.measure.comparison_plot import plot_comparison
    from helpers.measure.evaluation import evaluate, exact_match, f1_items
    from helpers.measure.evidence_store import read_evidence, record_evidence
    from helpers.measure.intervals import bootstrap_interval, paired_difference, wilson_interval
    from helpers.measure.item_lists import parse_list
    from helpers.measure.ladder import Ladder
    from helpers.measure.nearest import nearest_prompts
    from helpers.measure.scores import Scores
    from helpers.measure.side_by_side import show_answers
    from helpers.show.bars import plot_bars
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)
