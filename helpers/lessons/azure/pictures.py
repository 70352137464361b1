"""The picture of the parts of Azure OpenAI, and both scores of several models side by side."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from pathlib import Path

from helpers.ground.texts import _
from helpers.lessons.azure.scoring import ClippyScore
from helpers.show.figures import BLUE, HATCHES, ORANGE, new_figure, show_figure
from helpers.show.showing import show_html


def show_parts() -> None:
    """Subscription, resource group, resource and deployment: what lies in what, and what costs.

    >>> show_parts()  # doctest: +ELLIPSIS
    Boxes in boxes. A subscription (who pays) holds a resource group ...
    """
    picture = b64encode(Path(__file__).with_name("parts.svg").read_bytes()).decode("ascii")
    alt = parts_in_words()
    source = f"data:image/svg+xml;base64,{picture}"
    style = "max-width: 100%; height: auto"
    show_html(f'<img src="{source}" alt="{escape(alt, quote=True)}" style="{style}">', alt)


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
    measures = (("facts", _("fact right"), BLUE, -0.2), ("tone", _("sarcastic"), ORANGE, 0.2))
    for number, (measure, label, colour, shift) in enumerate(measures):
        for place, score in enumerate(scores.values()):
            value = 100 * getattr(score, measure)
            low, high = (100 * bound for bound in score.interval(measure))
            look = {"color": colour, "hatch": HATCHES[number], "edgecolor": "white"}
            axes.bar(place + shift, value, width=0.38, label=label if place == 0 else None, **look)
            error = [[max(0, value - low)], [max(0, high - value)]]
            axes.errorbar(place + shift, value, error, color="black", capsize=4, linewidth=1.2)
            near = {"textcoords": "offset points", "ha": "center"}
            axes.annotate(f"{value:.0f}", (place + shift, max(high, value)), (0, 4), **near)
    axes.set_xticks(range(len(scores)), list(scores))
    axes.set(
        ylim=(0, 118), ylabel=_("% of answers"), title=title or _("Facts and tone on the test questions")
    )
    axes.legend(frameon=False, ncols=2, loc="upper left", bbox_to_anchor=(0, -0.12))
    show_figure(figure, " ".join(f"{name}: {score}." for name, score in scores.items()))
