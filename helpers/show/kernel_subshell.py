"""Lets a widget be clicked while its own cell is running.

A kernel works on one thing at a time, so a click waits until the cell has ended. Kernels since ipykernel 7
have subshells, further threads that take messages; here the messages of one widget are sent to such a thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from helpers.show.front_end import kernel

PATIENCE_SECONDS = 5.0
log = logging.getLogger(__name__)


@contextmanager
def clickable_while_running(widget: Any) -> Iterator[bool]:
    """Within the block, clicks on `widget` are handled at once, in another thread of the kernel.

    Gives False where the kernel has no subshells: then clicks wait until the cell has ended.
    """
    manager = _manager()
    subshell = None if manager is None else _create(manager)
    if manager is None or subshell is None:
        yield False
        return
    widget.comm._reply_subshell_for = lambda data, default: subshell
    try:
        yield True
    finally:
        del widget.comm._reply_subshell_for
        _in_shell_channel(manager, lambda: manager._delete_subshell(subshell))


def _manager() -> Any:
    """The kernel's manager of subshells, or None outside of such a kernel."""
    return getattr(getattr(kernel(), "shell_channel_thread", None), "manager", None)


def _create(manager: Any) -> str | None:
    try:
        return _in_shell_channel(manager, manager._create_subshell)
    except Exception:
        log.warning("This kernel starts no subshell; clicks wait until the cell has ended.", exc_info=True)
        return None


def _in_shell_channel(manager: Any, action: Callable[[], Any]) -> Any:
    """Run `action` in the only thread that may change subshells, and wait for its result."""
    result: Future[Any] = Future()

    def act() -> None:
        try:
            result.set_result(action())
        except BaseException as error:
            result.set_exception(error)

    manager._shell_channel_io_loop.add_callback(act)
    return result.result(PATIENCE_SECONDS)
