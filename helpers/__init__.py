"""Everything a notebook of the course needs, under one name.

Names are loaded on first use, so that `import helpers` stays quick and brings no heavy library along.

>>> import helpers
>>> helpers.course_root().name != ""
True
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_EXPORTS: dict[str, str] = {
    "ask_many": "helpers.measure.asking",
    "azure_client": "helpers.connect.clients",
    "azure_credential": "helpers.connect.clients",
    "azure_management": "helpers.connect.clients",
    "azure_names": "helpers.connect.clients",
    "azure_v1_client": "helpers.connect.clients",
    "bootstrap_interval": "helpers.measure.intervals",
    "break_even": "helpers.lessons.checklist.break_even",
    "break_even_calculator": "helpers.lessons.checklist.calculator",
    "check": "helpers.learning.exercises",
    "check_dataset": "helpers.dataset.dataset_checks",
    "cleanup": "helpers.jobs.cleaning",
    "count_tokens": "helpers.dataset.tokens",
    "course_cache": "helpers.ground.paths",
    "course_home": "helpers.ground.paths",
    "course_map": "helpers.learning.course_map",
    "course_root": "helpers.ground.paths",
    "data": "helpers.ground.paths",
    "decision_checklist": "helpers.lessons.checklist.widget",
    "decision_record": "helpers.lessons.checklist.record",
    "doctor": "helpers.lessons.concepts.doctor_table",
    "ensure_mock_cloud": "helpers.connect.mock_cloud_control",
    "estimate_cost": "helpers.dataset.costs",
    "evaluate": "helpers.measure.evaluation",
    "evidence": "helpers.measure.evidence_store",
    "exact_match": "helpers.measure.evaluation",
    "export_progress": "helpers.learning.exporting",
    "f1_items": "helpers.measure.evaluation",
    "faults": "helpers.connect.fault_switch",
    "few_shot_slider": "helpers.lessons.concepts.few_shot_slider",
    "finish": "helpers.learning.finishing",
    "hint": "helpers.learning.exercises",
    "hosting_cost": "helpers.dataset.costs",
    "illustrated_guide": "helpers.lessons.concepts.guide",
    "lora_slider": "helpers.lessons.concepts.lora_slider",
    "next_tokens": "helpers.lessons.concepts.next_tokens",
    "openai_client": "helpers.connect.clients",
    "parse_list": "helpers.measure.item_lists",
    "plot_bars": "helpers.show.bars",
    "plot_break_even": "helpers.lessons.checklist.break_even_view",
    "plot_comparison": "helpers.measure.comparison_plot",
    "plot_loss": "helpers.jobs.loss_plot",
    "plot_next_tokens": "helpers.lessons.concepts.next_tokens",
    "plot_token_histogram": "helpers.dataset.token_histogram",
    "quiz": "helpers.learning.quizzes",
    "read_results": "helpers.jobs.job_results",
    "record_evidence": "helpers.measure.evidence_store",
    "request_cost": "helpers.dataset.costs",
    "save_record": "helpers.lessons.checklist.record",
    "show_answers": "helpers.measure.side_by_side",
    "show_closing_dates": "helpers.lessons.openai.closing_dates",
    "show_mode": "helpers.connect.mode_badge",
    "show_presets": "helpers.lessons.checklist.verdict_view",
    "show_rules": "helpers.lessons.checklist.verdict_view",
    "show_verdict": "helpers.lessons.checklist.verdict_view",
    "solution": "helpers.learning.exercises",
    "start_training": "helpers.lessons.start.small_job",
    "mock_cloud_page": "helpers.connect.page_link",
    "stop_mock_cloud": "helpers.connect.mock_cloud_control",
    "token_statistics": "helpers.dataset.file_tokens",
    "trained_model": "helpers.lessons.start.small_job",
    "watch": "helpers.jobs.job_progress",
    "wilson_interval": "helpers.measure.intervals",
}

__all__ = sorted(_EXPORTS)


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"helpers has no name {name!r}; it offers: {', '.join(__all__)}")
    value = getattr(import_module(_EXPORTS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
