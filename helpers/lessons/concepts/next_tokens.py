"""The probabilities of the next token, before and after training, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from helpers.ground.texts import _
from helpers.show.palette import roles_of

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion


def next_token_probabilities(answer: ChatCompletion) -> dict[str, float]:
    """The probability of each token that could have come first, the likeliest first.

    Token to probability (0 to 1). The answer must have been asked for with `logprobs=True, top_logprobs=…`;
    raises ValueError otherwise.

    >>> from openai.types.chat import ChatCompletion
    >>> first = {"token": "[", "logprob": -0.5, "top_logprobs": [{"token": "[", "logprob": -0.5}]}
    >>> answer = ChatCompletion.construct(choices=[{"logprobs": {"content": [first]}}])
    >>> {token: round(share, 2) for token, share in next_token_probabilities(answer).items()}
    {'[': 0.61}
    """
    found = answer.choices[0].logprobs
    if found is None or not found.content:
        raise ValueError(_("Ask with logprobs=True and top_logprobs=5 to see probabilities."))
    return {entry.token: math.exp(entry.logprob) for entry in found.content[0].top_logprobs}


def plot_next_tokens(before_and_after: Mapping[str, Mapping[str, float]]) -> None:
    """Bars of the likeliest next tokens, one panel per model; probabilities are between 0 and 1.

    >>> plot_next_tokens({"base": {"I": 0.4, "[": 0.1}, "tuned": {"[": 0.9}})
    The likeliest next tokens. base: 'I' 40%, '[' 10%; tuned: '[' 90%.
    """
    from helpers.show.figures import new_figure, show_figure

    figure, panels = new_figure(len(before_and_after))
    roles = roles_of(before_and_after)
    for axes, role, (name, tokens) in zip(panels, roles, before_and_after.items(), strict=True):
        _bars(axes, role.light, f"{role.mark} {name}", tokens)
    show_figure(figure, _told(before_and_after))


def _bars(axes: Any, colour: str, name: str, tokens: Mapping[str, float]) -> None:
    labels = [_visible(token) for token in tokens]
    axes.barh(range(len(labels)), list(tokens.values()), color=colour)
    axes.set_yticks(range(len(labels)), labels, parse_math=False)
    axes.set(xlim=(0, 1), title=name, xlabel=_("probability"))
    axes.invert_yaxis()


def _visible(token: str) -> str:
    return repr(token)


def _told(models: Mapping[str, Mapping[str, float]]) -> str:
    parts = []
    for name, tokens in models.items():
        listed = ", ".join(f"{_visible(token)} {share:.0%}" for token, share in tokens.items())
        parts.append(f"{name}: {listed}")
    return _("The likeliest next tokens. {parts}.").format(parts="; ".join(parts))
