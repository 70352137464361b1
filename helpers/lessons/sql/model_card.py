"""A model card that says what was trained, on what, and how well it did; and the guarded way to the hub."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.ground.texts import _
from helpers.lessons.sql.scoring import Score

if TYPE_CHECKING:
    from huggingface_hub import ModelCard

TEXT = """---
{metadata}
---
# Text to SQL, a course exercise

SmolLM2-135M-Instruct, fine-tuned with LoRA on {rows} questions about small databases; the adapter is merged.
The scores were measured before merging, with weights and adapter in bf16.

| model | execution accuracy on {total} held-out questions |
|---|---|
{table}

**Meant for** learning how fine-tuning works. **Not for** real databases: it is wrong now and then, and
nobody has looked for harm it may do. Run its queries read-only, with a time limit.

**Data**: written for the course, see `data/sql/README.md` there. **Prompt**: a system message with the
CREATE TABLE statements, then the question. **Licence**: Apache-2.0, as the base model.
"""


def write_model_card(folder: Path, scores: dict[str, Score], rows: int) -> ModelCard:
    """Write `README.md` into a model folder, with the measured scores (name of the model -> score).

    The last of the scores is the tuned model's; `rows` is how many examples it was trained on. Raises OSError
    where the card cannot be written.

    >>> import tempfile
    >>> scores = {"base": Score(1, 10), "tuned": Score(8, 10)}
    >>> card = write_model_card(Path(tempfile.mkdtemp()), scores, rows=160)
    >>> "| tuned | 0.80 (8/10" in card.text
    True
    """
    from huggingface_hub import EvalResult, ModelCard, ModelCardData

    tuned = list(scores.values())[-1]
    metadata = ModelCardData(
        language="en",
        license="apache-2.0",
        library_name="transformers",
        base_model="HuggingFaceTB/SmolLM2-135M-Instruct",
        tags=["text-to-sql", "lora", "course"],
        model_name=folder.name,
        eval_results=[
            EvalResult(
                task_type="text-generation",
                dataset_type="course-text-to-sql",
                dataset_name="Course text-to-SQL, test split",
                metric_type="execution_accuracy",
                metric_value=round(tuned.value, 4),
            )
        ],
    )
    table = "\n".join(f"| {name} | {score} |" for name, score in scores.items())
    card = ModelCard(TEXT.format(metadata=metadata.to_yaml(), rows=rows, table=table, total=tuned.total))
    card.save(folder / "README.md")
    return card


def may_publish() -> bool:
    """Whether a model may go to the hub: live mode, your own token, a typed yes. Says what is missing.

    >>> may_publish()  # doctest: +ELLIPSIS
    Nothing is uploaded. To publish, set: COURSE_MODE=live...
    False
    """
    from helpers.ground.settings import settings

    missing = []
    if settings().mode != "live":
        missing.append(_("COURSE_MODE=live"))
    if not os.environ.get("HF_TOKEN"):
        missing.append(_("HF_TOKEN with write access, in the environment"))
    if missing:
        print(_("Nothing is uploaded. To publish, set: {what}.").format(what=", ".join(missing)))
        return False
    return _agreed()


def _agreed() -> bool:
    from helpers.connect.live.consent import LiveRefused, ask_plainly

    what = _("This uploads the model, its tokenizer and its card to a private repository of your account.")
    try:
        ask_plainly(what, _("Type yes to go on, anything else to stop: "))
    except LiveRefused as refused:
        print(refused)
        return False
    return True
