"""The break-even calculation with sliders."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from helpers.dataset.costs import hosting_cost
from helpers.ground.texts import _
from helpers.lessons.checklist.break_even_view import break_even_html
from helpers.lessons.checklist.payback import BreakEven, break_even
from helpers.show.showing import show_widget

if TYPE_CHECKING:
    import ipywidgets

WORK_AGAIN = 0.25
MODELS = ("gpt-4o-mini", "gpt-4.1-mini", "gpt-4.1", "gpt-4o")


def show_break_even_calculator(
    *,
    training_tokens: int,
    base_prompt_tokens: int,
    tuned_prompt_tokens: int,
    completion_tokens: int,
    requests_per_month: int = 10_000,
    model: str = "gpt-4o-mini",
    work_hours: int = 0,
    usd_per_work_hour: int = 0,
    retrained_per_year: int = 0,
) -> Calculator:
    """Shows the calculation; its sliders start at the numbers given. `.result` is what they come to.

    `training_tokens` are all billed ones, epochs included; the other tokens are those of one request.
    `work_hours` of people go into the first model; each later one is counted with a quarter of them. Raises
    ValueError for a negative number, TraitError for a model that the list does not have.

    >>> calculator = show_break_even_calculator(
    ...     training_tokens=20_000, base_prompt_tokens=430, tuned_prompt_tokens=30, completion_tokens=12
    ... )  # doctest: +ELLIPSIS
    The start costs ...; every month saves ... It is paid back after ...
    >>> calculator.result.training_usd
    0.06
    """
    numbers = {
        "training_tokens": training_tokens,
        "base_prompt_tokens": base_prompt_tokens,
        "tuned_prompt_tokens": tuned_prompt_tokens,
        "completion_tokens": completion_tokens,
        "work_hours": work_hours,
        "usd_per_work_hour": usd_per_work_hour,
        "retrained_per_year": retrained_per_year,
    }
    calculator = Calculator(model, requests_per_month, numbers)
    show_widget(calculator.widget, calculator.result.sentence())
    return calculator


class Calculator:
    """Sliders for the traffic and the prompts, a sentence and a picture."""

    def __init__(self, model: str, requests_per_month: int, numbers: dict[str, int]) -> None:
        import ipywidgets

        self._training = numbers["training_tokens"]
        wide = {
            "layout": ipywidgets.Layout(width="min(620px, 100%)"),
            "style": {"description_width": "220px"},
        }
        self.model = ipywidgets.Dropdown(options=MODELS, value=model, description=_("Model"), **wide)
        self.requests = ipywidgets.SelectionSlider(
            options=[(f"{n:,}", n) for n in _steps()],
            value=min(_steps(), key=lambda n: abs(n - requests_per_month)),
            description=_("Requests per month"),
            continuous_update=False,
            **wide,
        )
        self.base = _slider(_("Prompt tokens, base model"), numbers["base_prompt_tokens"], wide)
        self.tuned = _slider(_("Prompt tokens, tuned model"), numbers["tuned_prompt_tokens"], wide)
        self.answer = _slider(_("Tokens of an answer"), numbers["completion_tokens"], wide)
        self.hours = _slider(_("Hours of people's work"), numbers.get("work_hours", 0), wide, 200, 1)
        self.rate = _slider(_("USD for such an hour"), numbers.get("usd_per_work_hour", 0), wide, 200, 5)
        again = numbers.get("retrained_per_year", 0)
        self.again = _slider(_("Trained again, times a year"), again, wide, 12, 1)
        self.hosting = ipywidgets.Checkbox(description=_("Azure hosting by the hour"), indent=False)
        self.view = ipywidgets.HTML()
        controls = [self.model, self.requests, self.base, self.tuned, self.answer]
        controls += [self.hours, self.rate, self.again, self.hosting]
        for control in controls:
            control.observe(self._update, names="value")
        self.widget = ipywidgets.VBox([*controls, self.view])
        self._update()

    def __repr__(self) -> str:
        return self.result.sentence()

    @property
    def result(self) -> BreakEven:
        """The calculation at the sliders' present place."""
        return break_even(
            self.model.value,
            training_tokens=self._training,
            base_prompt_tokens=self.base.value,
            tuned_prompt_tokens=self.tuned.value,
            completion_tokens=self.answer.value,
            requests_per_month=self.requests.value,
            hosting_usd_per_hour=hosting_cost(1) if self.hosting.value else 0.0,
            work_hours=self.hours.value,
            usd_per_work_hour=self.rate.value,
            retrained_per_year=self.again.value,
            work_hours_again=self.hours.value * WORK_AGAIN,
        )

    def _update(self, _change: Any = None) -> None:
        result = self.result
        told = escape(f"{result.sentence()} {result.cheapest_sentence()}")
        self.view.value = f'<p role="status">{told}</p>{break_even_html(result)}'


def _slider(
    words: str, value: int, look: dict[str, Any], most: int = 2_000, step: int = 10
) -> ipywidgets.IntSlider:
    import ipywidgets

    top = max(most, 2 * value)
    return ipywidgets.IntSlider(value, 0, top, step, description=words, continuous_update=False, **look)


def _steps() -> list[int]:
    return [0, *(digit * 10**power for power in range(2, 8) for digit in (1, 2, 5))]
