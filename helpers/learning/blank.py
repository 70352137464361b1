"""Recognises an answer that was not filled in yet."""

from __future__ import annotations

import dis
import inspect
from typing import Any

_EMPTY_OPERATIONS = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "POP_TOP"}


def is_blank(answer: Any) -> bool:
    """Whether the learner left the answer as it was given: `...`, `None`, empty text, a stub function.

    >>> is_blank(...), is_blank({"a": None}), is_blank(0), is_blank("B")
    (True, True, False, False)
    """
    if answer is None or answer is ...:
        return True
    if isinstance(answer, str):
        return answer.strip() in ("", "...")
    if isinstance(answer, dict):
        return bool(answer) and all(is_blank(value) for value in answer.values())
    if isinstance(answer, list | tuple):
        return bool(answer) and all(is_blank(value) for value in answer)
    return inspect.isfunction(answer) and _does_nothing(answer)


def _does_nothing(function: Any) -> bool:
    """A body of `...`, `pass`, a docstring, `return None`, or one that raises `NotImplementedError`."""
    code = function.__code__
    if code.co_names == ("NotImplementedError",):
        return True
    constants = [value for value in code.co_consts if value not in (None, ...) and value != function.__doc__]
    operations = {step.opname for step in dis.get_instructions(code)}
    return not constants and not code.co_names and operations <= _EMPTY_OPERATIONS
