"""Shows what to click in AutoTrain's page, as pictures with the same in words."""

from __future__ import annotations

import base64
import html
import json

from helpers.ground.paths import data


def show_page_guide(*numbers: int) -> None:
    """Show the screenshots with these numbers (1 to 4), or all; each has a text alternative.

    >>> show_page_guide(1)
    <IPython.core.display.HTML object>
    """
    from IPython.display import HTML, display

    guide = json.loads(data("autotrain/screenshots/guide.json").read_text(encoding="utf-8"))
    chosen = [guide[number - 1] for number in numbers or range(1, len(guide) + 1)]
    display(HTML("".join(_figure(step) for step in chosen)))


def _figure(step: dict[str, str]) -> str:
    picture = base64.b64encode(data(f"autotrain/screenshots/{step['file']}").read_bytes()).decode()
    return (
        f"<figure><figcaption><strong>{html.escape(step['title'])}</strong></figcaption>"
        f"<img src='data:image/png;base64,{picture}' alt='{html.escape(step['alt'], quote=True)}' "
        "style='max-width: 100%; border: 1px solid'></figure>"
    )
