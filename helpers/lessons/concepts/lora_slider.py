"""How many parameters LoRA trains, by rank."""

from __future__ import annotations

from helpers.ground.texts import _
from helpers.lessons.concepts.base_model_shapes import lora_parameters, parameters
from helpers.lessons.concepts.slider_view import show_slider
from helpers.show.palette import PLAIN_CODE, TUNED
from helpers.show.pictures import image, svg

RANKS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def show_lora_slider() -> None:
    """Shows a slider over ranks with the share of the parameters that would be trained, to scale.

    Counted from the shapes of the base model; raises WeightsError where it cannot be fetched.

    >>> show_lora_slider()  # doctest: +ELLIPSIS
    Rank 1 trains ... numbers beside the ... frozen ones: ...
    """
    views = {str(rank): _view(rank) for rank in RANKS}
    show_slider(_("LoRA rank"), views, " ".join(_sentence(rank) for rank in (1, 16, 256)))


def _view(rank: int) -> str:
    share = min(lora_parameters(rank) / parameters(), 1.0)
    frozen, trained = (
        f'<rect width="{400 * part:.1f}" height="24" fill="{role.light}"/>'
        for part, role in ((1, PLAIN_CODE), (share, TUNED))
    )
    bar = image(svg(frozen + trained, width=400, height=24), _sentence(rank), width=400)
    return f'<p aria-live="polite">{_sentence(rank)}</p>{bar}'


def _sentence(rank: int) -> str:
    trained, all_of_them = lora_parameters(rank), parameters()
    text = _("Rank {rank} trains {trained:,} numbers beside the {all:,} frozen ones: {share:.1%}.")
    return text.format(rank=rank, trained=trained, all=all_of_them, share=trained / all_of_them)
