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
    "ask_many": "helpers.asking",
    "azure_client": "helpers.clients",
    "azure_credential": "helpers.clients",
    "azure_management": "helpers.clients",
    "azure_names": "helpers.clients",
    "azure_v1_client": "helpers.clients",
    "bootstrap_interval": "helpers.evaluation",
    "break_even": "helpers.checklist.break_even",
    "break_even_calculator": "helpers.checklist.calculator",
    "check": "helpers.learning.exercises",
    "check_dataset": "helpers.dataset_checks",
    "cleanup": "helpers.cleaning",
    "count_tokens": "helpers.tokens",
    "course_cache": "helpers.paths",
    "course_home": "helpers.paths",
    "course_map": "helpers.learning.course_map",
    "course_root": "helpers.paths",
    "data": "helpers.paths",
    "decision_checklist": "helpers.checklist.widget",
    "decision_record": "helpers.checklist.record",
    "doctor": "helpers.lessons.concepts.doctor_table",
    "ensure_mock_cloud": "helpers.mock_cloud_control",
    "estimate_cost": "helpers.costs",
    "evaluate": "helpers.evaluation",
    "evidence": "helpers.evidence_store",
    "exact_match": "helpers.evaluation",
    "export_progress": "helpers.learning.exporting",
    "f1_items": "helpers.evaluation",
    "faults": "helpers.fault_switch",
    "few_shot_slider": "helpers.lessons.concepts.few_shot_slider",
    "finish": "helpers.learning.finishing",
    "hint": "helpers.learning.exercises",
    "hosting_cost": "helpers.costs",
    "illustrated_guide": "helpers.lessons.concepts.guide",
    "lora_slider": "helpers.lessons.concepts.lora_slider",
    "next_tokens": "helpers.lessons.concepts.next_tokens",
    "openai_client": "helpers.clients",
    "parse_list": "helpers.item_lists",
    "plot_bars": "helpers.plots",
    "plot_break_even": "helpers.checklist.break_even_view",
    "plot_comparison": "helpers.plots",
    "plot_loss": "helpers.plots",
    "plot_next_tokens": "helpers.lessons.concepts.next_tokens",
    "plot_token_histogram": "helpers.plots",
    "quiz": "helpers.learning.quizzes",
    "read_results": "helpers.job_results",
    "record_evidence": "helpers.evidence_store",
    "request_cost": "helpers.costs",
    "save_record": "helpers.checklist.record",
    "show_answers": "helpers.side_by_side",
    "show_closing_dates": "helpers.closing_dates",
    "show_mode": "helpers.mode_badge",
    "show_presets": "helpers.checklist.verdict_view",
    "show_rules": "helpers.checklist.verdict_view",
    "show_verdict": "helpers.checklist.verdict_view",
    "solution": "helpers.learning.exercises",
    "start_training": "helpers.learning.small_job",
    "mock_cloud_page": "helpers.page_link",
    "stop_mock_cloud": "helpers.mock_cloud_control",
    "token_statistics": "helpers.file_tokens",
    "trained_model": "helpers.learning.small_job",
    "watch": "helpers.job_progress",
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
