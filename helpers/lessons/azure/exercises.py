"""The exercises of notebook 04: checkpoint, overfitting, the forgotten deployment, the tier."""

from __future__ import annotations

from helpers.ground.texts import _
from helpers.learning.exercises import Exercise
from helpers.learning.graders import choice, number
from helpers.learning.outcomes import Verdict, correct, not_yet

WEEKEND_HOURS, PRICE = 62, 1.7


def _grade_body(answer: object) -> Verdict:
    """The body of a request that deploys a checkpoint."""
    if not isinstance(answer, dict):
        return not_yet(_("Give one dictionary, the JSON body of the request."))
    model = answer.get("properties", {}).get("model", {})
    if "sku" not in answer:
        return not_yet(_("`sku` is missing: it says on which tier the deployment runs."))
    if not model:
        return not_yet(_("The model belongs into `properties`, under `model`."))
    if "ckpt-step-45" not in str(model.get("name")):
        if str(model.get("name", "")).startswith("clippy"):
            return not_yet(
                _("`clippy` is the deployment's name and stands in the address. `name` is the model's.")
            )
        return not_yet(_("That names the last checkpoint. The one to deploy ends in `:ckpt-step-45`."))
    if model.get("format") != "OpenAI" or str(model.get("version")) != "1":
        return not_yet(_("A tuned model has the format `OpenAI` and the version `1`."))
    return correct(_("Right: the deployment's name is in the address, the checkpoint's in the body."))


EXERCISES = (
    Exercise(
        name="04.checkpoint",
        title=_("Deploy the right checkpoint"),
        grade=_grade_body,
        hints=(
            _("The checkpoint's own name goes where the tuned model's would go."),
            _('`{"sku": {…}, "properties": {"model": {"format": …, "name": …, "version": …}}}`'),
        ),
        solution=(
            'answer = {\n    "sku": {"name": "standard", "capacity": 1},\n    "properties": {"model": '
            '{"format": "OpenAI", "name": MODEL_45, "version": "1"}},\n}'
        ),
        why=_("A checkpoint is a model of its own: whatever takes a tuned model's name takes its name."),
    ),
    Exercise(
        name="04.overfit",
        title=_("Read the tiny job's curve"),
        grade=choice(
            "C",
            {
                "A": _("The training loss always falls; it says how well these rows are known by heart."),
                "B": _(
                    "A later checkpoint has seen the ten rows more often. Look at the rows it has not seen."
                ),
                "D": _("A rising validation loss does not make the earlier checkpoints worse."),
            },
            praise=_("Yes. After its lowest point the model learns its ten rows by heart, not the tone."),
        ),
        hints=(
            _("Which loss is measured on rows that the model never learns from?"),
            _("Look for the lowest point of the full validation loss."),
        ),
        solution='answer = "C"',
        why=_("Training loss measures memory; validation loss measures what carries over."),
    ),
    Exercise(
        name="04.weekend",
        title=_("The weekend's bill"),
        grade=number(
            WEEKEND_HOURS * PRICE,
            within=0.5,
            because={
                0.0: _("Hosting costs by the hour, whether somebody asks or not."),
                WEEKEND_HOURS: _("Those are the hours. Each costs 1.70 USD."),
                48 * PRICE: _("That is two days. Friday 18:00 to Monday 8:00 is 62 hours."),
            },
            praise=_("Yes: more than a hundred dollars for a model that nobody asked."),
        ),
        hints=(
            _("Friday evening 6 hours, Saturday and Sunday 24 each, Monday morning 8."),
            _("62 hours at 1.70 USD."),
        ),
        solution="answer = 62 * 1.70",
        why=_("An unused deployment costs as much as a busy one. Delete it before you go home."),
    ),
    Exercise(
        name="04.tier",
        title=_("Choose a tier"),
        grade=choice(
            "B",
            {
                "A": _("Standard costs 1.70 USD an hour; for an afternoon's test that is not needed."),
                "C": _("Global Standard costs by the hour, too."),
            },
            praise=_("Yes: no hourly fee, and it removes itself after 24 hours. Not for customers, though."),
        ),
        hints=(_("Which tier has no hourly fee?"), _("Which tier is gone after a day by itself?")),
        solution='answer = "B"',
        why=_("The Developer tier is made for trying a model out: no hourly fee, no promise to stay up."),
    ),
)
