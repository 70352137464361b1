"""Live mode sends no file that cannot be trained on, whatever it would cost."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import helpers
from helpers.connect.live import budget
from helpers.connect.live.consent import LiveRefused
from tests.running_cloud import RunningCloud


def test_a_file_without_a_row_to_train_on_is_refused_before_it_is_priced(
    live: RunningCloud, typed: Callable[[str], list[str]]
) -> None:
    asked, client = typed("yes"), helpers.openai_client()
    rows = json.dumps({"instruction": "Add", "input": "2, 2", "output": "4"}) + "\n"
    file = client.files.create(file=("train.jsonl", (rows * 12).encode()), purpose="fine-tune")
    with pytest.raises(LiveRefused, match="no row to train on"):
        client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file=file.id)
    assert not asked and budget.spent() == 0
