"""Names of a package that load on first use, written once: as the imports that a type checker reads.

    if TYPE_CHECKING:
        from helpers.dataset.tokens import count_tokens
    else:
        __getattr__, __dir__, __all__ = lazy_names(__name__)

Nothing is imported until somebody uses the name, so a package with many names comes up at once. Standard
library only: `python3 -m helpers` passes here before anything is installed.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def lazy_names(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a package, from the imports under its `if TYPE_CHECKING:`.

    >>> load, names, _everything = lazy_names("helpers")
    >>> "count_tokens" in names(), load("count_tokens")("two eggs")
    (True, 2)
    """
    homes = _imports_for_type_checkers(package)
    names = sorted(homes)

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(_unknown(package, name, names))
        value = getattr(import_module(homes[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return load, lambda: names, names


def _imports_for_type_checkers(package: str) -> dict[str, str]:
    """Name to the module it comes from."""
    source = ast.parse(inspect.getsource(sys.modules[package]))
    blocks = [node for node in source.body if isinstance(node, ast.If)]
    wanted = [block for block in blocks if getattr(block.test, "id", "") == "TYPE_CHECKING"]
    imports = [node for block in wanted for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


def _unknown(package: str, name: str, names: list[str]) -> str:
    near = [known for known in names if name in known or known in name] if len(name) > 2 else []
    return f"{package} has no name {name!r}; it offers: {', '.join(near or names)}"
