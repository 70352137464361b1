# ruff: noqa: F401
"""What notebook 04 measures and shows: tone and facts, the blind vote, the bill, advice on errors.

>>> from helpers.lessons import azure
>>> azure.cues("It is Tokyo, obviously.")
['pretended obviousness']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.ground.lazy import lazy_names

if TYPE_CHECKING:
    from helpers.lessons.azure.advice import explain_errors
    from helpers.lessons.azure.bill import metered_bill, show_forgotten_deployment
    from helpers.lessons.azure.blind_vote import show_blind_vote
    from helpers.lessons.azure.model_facts import show_models
    from helpers.lessons.azure.pictures import plot_scores, show_parts
    from helpers.lessons.azure.rest import control_plane, deployment_address
    from helpers.lessons.azure.scoring import by_code, score, test_questions, tone_of, verdict
    from helpers.lessons.azure.tone import agreement, cues, hand_labels
    from helpers.lessons.azure.uploads import find_upload
    from helpers.lessons.azure.waiting import wait_until_deployed, wait_until_processed
else:
    __getattr__, __dir__, __all__ = lazy_names(__name__)
