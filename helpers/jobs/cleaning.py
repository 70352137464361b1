"""`cleanup`: list what the course has made in the cloud, and delete what is ticked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from helpers.ground.settings import settings
from helpers.ground.texts import _
from helpers.jobs.cloud_items import CloudItem, cloud_items
from helpers.show.durations import duration
from helpers.show.front_end import somebody_is_there
from helpers.show.money import dollars
from helpers.show.showing import show_widget


def cleanup(*, confirm: str | None = None) -> None:
    """Show deployments, unfinished jobs, models and files; in a notebook, with a box to tick for each.

    `confirm="all"` deletes everything listed without asking (in live mode a yes must still be typed).
    Raises ValueError for any other `confirm`, LiveRefused if the answer is not yes.

    >>> cleanup(confirm="everything")
    Traceback (most recent call last):
    ValueError: confirm must be left out or be 'all', not 'everything'.
    """
    if confirm not in (None, "all"):
        raise ValueError(_("confirm must be left out or be 'all', not {0!r}.").format(confirm))
    items, troubles = cloud_items()
    print("\n".join(troubles), end="\n" if troubles else "")
    if confirm == "all":
        _ask_in_live_mode(items)
        print(as_lines(delete(items)))
        print(as_table(cloud_items()[0]))
    elif items and somebody_is_there():
        _offer(items)
    else:
        print(as_table(items))


def delete(items: Sequence[CloudItem]) -> list[tuple[CloudItem, str]]:
    """Delete each item; gives for each why it could not be deleted, or an empty text."""
    from azure.core.exceptions import AzureError
    from openai import OpenAIError

    results = []
    for item in items:
        try:
            item.delete()
            results.append((item, ""))
        except (OpenAIError, AzureError) as error:
            results.append((item, str(error)))
    return results


def as_table(items: Sequence[CloudItem]) -> str:
    """The items as plain text, one per line."""
    if not items:
        return _("Nothing is left in the cloud: no deployment, no unfinished job, no model, no file.")
    return "\n".join(label(item) for item in items)


def as_lines(results: Sequence[tuple[CloudItem, str]]) -> str:
    """What became of each item, one per line."""
    done = _("deleted")
    return "\n".join(f"{item.kind} {item.id}: {trouble or done}" for item, trouble in results)


def label(item: CloudItem) -> str:
    """An item in words, with the bill of a deployment."""
    words = f"{item.surface} {item.kind}  {item.id}  {item.detail}".rstrip()
    if item.hours is None:
        return words
    words += "  " + _("up for {time}").format(time=duration(item.hours * 3600))
    if item.usd is None:
        return words
    cost = _("{usd} so far") if settings().is_live else _("would have cost {usd} live")
    return f"{words}, {cost.format(usd=dollars(item.usd))}"


def _ask_in_live_mode(items: Sequence[CloudItem]) -> None:
    if settings().is_live and items:
        from helpers.connect.live import consent

        consent.ask_plainly(as_table(items), _("Type yes to delete all of these for good: "))


def _offer(items: Sequence[CloudItem]) -> None:
    """A box per item and one button; nothing is ticked at first but what costs by the hour."""
    import ipywidgets

    wide = ipywidgets.Layout(width="auto")
    boxes = [
        ipywidgets.Checkbox(
            value=item.kind == "deployment", description=label(item), indent=False, layout=wide
        )
        for item in items
    ]
    button = ipywidgets.Button(
        description=_("Delete what is ticked"), layout=ipywidgets.Layout(width="max-content")
    )
    outcome = ipywidgets.HTML()
    button.on_click(lambda _button: _delete_ticked(list(zip(boxes, items, strict=True)), outcome))
    show_widget(ipywidgets.VBox([*boxes, button, outcome]), as_table(items))


def _delete_ticked(rows: list[tuple[Any, CloudItem]], outcome: Any) -> None:
    ticked = [(box, item) for box, item in rows if box.value and not box.disabled]
    results = delete([item for _box, item in ticked])
    for (box, _item), (_same, trouble) in zip(ticked, results, strict=True):
        box.disabled, box.value = not trouble, False
    said = as_lines(results) if results else _("Nothing is ticked.")
    outcome.value = f'<div role="status" style="white-space:pre-wrap">{escape(said)}</div>'
