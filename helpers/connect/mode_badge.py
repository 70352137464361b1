"""`show_mode`: says at the top of a notebook where its calls go and what they cost."""

from __future__ import annotations

from html import escape

from helpers.ground.settings import Settings, settings
from helpers.ground.texts import _
from helpers.show.palette import TUNED, VALIDATION
from helpers.show.showing import show_html


def show_mode() -> None:
    """Show the mode (mock or live) and what it means. Raises SettingsError if a setting cannot be used.

    >>> show_mode()  # doctest: +ELLIPSIS
    mock mode: calls go to the mock cloud on this computer, ... No key, no cost.
    """
    current = settings()
    words = _live_words(current) if current.is_live else _mock_words(current)
    title = _("live mode") if current.is_live else _("mock mode")
    edge = (VALIDATION if current.is_live else TUNED).light
    show_html(
        f'<p style="padding: 8px 12px; border-left: 6px solid {edge}">'
        f"<strong>{escape(title)}</strong>: {escape(words)}</p>",
        f"{title}: {words}",
    )


def _mock_words(current: Settings) -> str:
    model = "SmolLM2-135M-Instruct" if current.base_model is None else current.base_model
    return _(
        "calls go to the mock cloud on this computer, which really fine-tunes a small model, {model}. "
        "No key, no cost."
    ).format(model=model)


def _live_words(current: Settings) -> str:
    from helpers.connect.live import budget
    from helpers.show.money import dollars

    return _(
        "calls go to the real service ({provider}) and cost money. You are asked before anything is spent; "
        "{left} of your budget of {limit} is left."
    ).format(provider=current.provider, left=dollars(budget.left()), limit=dollars(current.budget_usd))
