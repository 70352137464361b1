"""The picture of the parts of Azure OpenAI, and both scores of several models side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.ground.texts import _
from helpers.lessons.azure.scoring import ClippyScore
from helpers.show.bars import draw_bar
from helpers.show.figures import HATCHES, new_figure, show_figure
from helpers.show.palette import BASE, NEAREST_EXAMPLES
from helpers.show.pictures import image, themed
from helpers.show.showing import show_html


def show_parts() -> None:
    """Subscription, resource group, resource and deployment: what lies in what, and what costs.

    >>> show_parts()  # doctest: +ELLIPSIS
    Boxes in boxes. A subscription (who pays) holds a resource group ...
    """
    drawing = Path(__file__).with_name("parts.svg").read_text(encoding="utf-8")
    alt = parts_in_words()
    show_html(image(themed(drawing), alt, width=760), alt)


def parts_in_words() -> str:
    """The picture's text alternative."""
    return _(
        "Boxes in boxes. A subscription (who pays) holds a resource group (a folder for what belongs "
        "together and is deleted together), which holds an Azure OpenAI resource (one region, one "
        "endpoint, two keys). In the resource, from left to right: files lead to a fine-tuning job, "
        "billed once per token; the job leads to a tuned model and its checkpoints, which rest for free "
        "and cannot answer yet; these lead to a deployment, a name under which a model answers, billed "
        "per hour whether used or not. Files, jobs and chat go through the data plane (the resource's "
        "own address, API key or Entra ID). Deployments are made and deleted through the control plane "
        "(management.azure.com, Entra ID only)."
    )


def plot_scores(scores: Mapping[str, ClippyScore], *, title: str = "") -> None:
    """Two bars per model, facts and tone, in percent with 95% intervals; `scores` are what `score` gives.

    >>> from helpers.lessons.azure.scoring import score
    >>> tuned = score(["Oh, Lisbon, obviously."], [{"accepted": ["Lisbon"]}])
    >>> plot_scores({"tuned": tuned})  # doctest: +ELLIPSIS
    tuned: fact right 100% ...
    """
    figure, (axes,) = new_figure()
    measures = (("facts", _("fact right"), BASE, -0.2), ("tone", _("sarcastic"), NEAREST_EXAMPLES, 0.2))
    for number, (measure, label, role, shift) in enumerate(measures):
        for place, score in enumerate(scores.values()):
            found = getattr(score, measure)
            (low, high), value = found.interval, 100 * found.mean
            look: dict[str, Any] = {
                "color": role.light,
                "hatch": HATCHES[number],
                "label": label if place == 0 else None,
            }
            interval = (100 * low, 100 * high)
            draw_bar(axes, place + shift, value, f"{value:.0f}", interval, width=0.38, **look)
    axes.set_xticks(range(len(scores)), [name.replace(" ", "\n") for name in scores])
    axes.set(
        ylim=(0, 118), ylabel=_("% of answers"), title=title or _("Facts and tone on the test questions")
    )
    axes.legend(frameon=False, ncols=2, loc="upper left", bbox_to_anchor=(0, -0.12))
    show_figure(figure, " ".join(f"{name}: {score}." for name, score in scores.items()))
