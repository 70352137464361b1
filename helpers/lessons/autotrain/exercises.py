"""The exercises of notebook 06, AutoTrain."""

from __future__ import annotations

from typing import Any

from helpers.ground.texts import _
from helpers.learning.exercises import Exercise
from helpers.learning.graders import choice, number
from helpers.learning.outcomes import Verdict, correct, not_yet


def _grade_repair(answer: Any) -> Verdict:
    from helpers.ground.paths import data_folder
    from helpers.lessons.autotrain.validator import check_config

    if not isinstance(answer, str | dict):
        return not_yet(_("Give the whole file as text between triple quotes."))
    report = check_config(answer if isinstance(answer, dict) else answer + "\n", folder=data_folder())
    wrong = [finding for finding in report.findings if finding.kind != "note"]
    if wrong:
        text = _("One thing at a time: {where}. {message}")
        return not_yet(text.format(where=wrong[0].where, message=wrong[0].message))
    if not report.parameters or not report.parameters["peft"]:
        return not_yet(
            _("It would run, but without `peft` all weights are trained: slow, and a large result.")
        )
    return correct(_("AutoTrain accepts it, and nothing is known to fail later."))


EXERCISES = (
    Exercise(
        name="06.repair",
        title=_("Repair a job file"),
        grade=_grade_repair,
        hints=(
            _("`autotrain.check_config(text)` names one thing after another. Five things are wrong."),
            _("Two keys are missing, a block is written as text, a name has a sign that AutoTrain refuses …"),
            _("… and nothing is said about quantization, whose default needs an NVIDIA GPU."),
        ),
        solution=(
            'answer = (broken.replace("my_recipes", "my-recipes")\n'
            '    .replace("backend:", "log: none\\nbackend:")\n'
            '    .replace("column_mapping: messages",\n'
            '             "chat_template: tokenizer\\n  column_mapping:\\n    text_column: messages")\n'
            '    + "  quantization: null\\n")'
        ),
        why=_("AutoTrain itself answers most of these with a KeyError, and the last one only after minutes."),
    ),
    Exercise(
        name="06.steps",
        title=_("How many steps will it take?"),
        grade=number(
            22,
            because={
                44: _("That is the number of batches. Two of them are gathered for one optimizer step."),
                88: _("That is the number of blocks; 2 of them make a batch, 2 batches a step."),
                16: _("You counted chats. AutoTrain packs: it counts blocks of 128 tokens, not chats."),
                32: _("You counted chats. AutoTrain packs: it counts blocks of 128 tokens, not chats."),
            },
            praise=_("11,264 / 128 = 88 blocks, 44 batches, 22 steps. The number of chats does not matter."),
        ),
        hints=(
            _("Packing first: how many blocks of 128 tokens do 11,264 tokens fill?"),
            _("88 blocks, 2 to a batch, 2 batches to a step."),
        ),
        solution="answer = 11_264 // 128 // 2 // 2",
        why=_("With packing the work is counted in tokens, so long chats cost more than short ones."),
    ),
    Exercise(
        name="06.change",
        title=_("Predict what a change does"),
        grade=choice(
            "C",
            because={
                "A": _("It is not evaluated: AutoTrain drops local validation data before training starts."),
                "B": _("AutoTrain accepts it without a word; that is what makes it easy to miss."),
                "D": _("The validation rows are dropped, not mixed into the training rows."),
            },
            praise=_("Right: no error, no warning, no validation loss. You have to measure yourself."),
        ),
        hints=(
            _("Look again at what section 6 says about validation."),
            _("`check_config` has a note about `data.valid_split`."),
        ),
        solution='answer = "C"',
        why=_("A tool that ignores what you ask for is worse than one that refuses."),
    ),
)
