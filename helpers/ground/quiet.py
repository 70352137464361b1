"""Keeps progress bars and warnings meant for library authors out of the lesson's outputs."""

from __future__ import annotations

import warnings


def quiet_libraries() -> None:
    """No bars for loading and mapping, no FutureWarning of transformers' own parts; errors stay.

    >>> import datasets
    >>> quiet_libraries()
    >>> datasets.are_progress_bars_disabled()
    True
    """
    import datasets
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    datasets.disable_progress_bars()
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"transformers\..*")
