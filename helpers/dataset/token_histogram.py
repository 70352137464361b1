"""How long the examples of a training file are, as a picture."""

from __future__ import annotations

from typing import Any

from helpers.dataset.file_tokens import TokenStatistics
from helpers.ground.texts import _
from helpers.show.figures import HATCHES, new_figure, show_figure
from helpers.show.palette import BASE, PAPER, TUNED


def plot_token_histogram(statistics: TokenStatistics, *, title: str = "") -> None:
    """How many examples have how many tokens: all their messages, and the answers alone.

    `statistics` is what `token_statistics` gives.

    >>> from helpers.dataset.file_tokens import token_statistics
    >>> from helpers.ground.paths import data
    >>> plot_token_histogram(token_statistics(data("lines/train.jsonl")))  # doctest: +ELLIPSIS
    Tokens per example in train.jsonl...
    """
    import numpy as np

    title = title or _("Tokens per example in {name}").format(name=statistics.path.name)
    figure, (axes,) = new_figure()
    edges = np.histogram_bin_edges([*statistics.counts, 0], bins=30).tolist()
    for counts, label, role, hatch in (
        (statistics.counts, _("whole conversation"), BASE, HATCHES[0]),
        (statistics.assistant_counts, _("answer only"), TUNED, HATCHES[1]),
    ):
        look: dict[str, Any] = {"color": role.light, "hatch": hatch, "edgecolor": PAPER.light, "alpha": 0.9}
        axes.hist(counts, edges, label=label, **look)
    axes.set(xlabel=_("tokens"), ylabel=_("examples"), title=title)
    axes.legend(frameon=False)
    told = ". ".join(" ".join(line.split()) for line in str(statistics).splitlines())
    show_figure(figure, f"{title}. {told}.")
