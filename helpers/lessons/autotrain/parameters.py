"""The parameters of an AutoTrain language-model job: names, types and defaults, as AutoTrain 0.8.36 has
them.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from helpers.ground.paths import data

_TYPES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "Optional[str]": str | None,
    "Optional[int]": int | None,
    "Union[int, List[int]]": int | list[int],
}


@cache
def parameter_table() -> dict[str, dict[str, Any]]:
    """Parameter name to `{"type": …, "default": …}`.

    >>> parameter_table()["quantization"]["default"]
    'int4'
    """
    return json.loads(data("autotrain/llm-params.json").read_text(encoding="utf-8"))["fields"]


@cache
def _model() -> Any:
    from pydantic import ConfigDict, create_model

    fields: dict[str, Any] = {
        n: (_TYPES[row["type"]], row["default"]) for n, row in parameter_table().items()
    }
    return create_model("LLMParameters", __config__=ConfigDict(protected_namespaces=()), **fields)


def typed(values: dict[str, Any]) -> dict[str, Any]:
    """All parameters with AutoTrain's types and defaults. Raises `pydantic.ValidationError` where a type is
    wrong.

    >>> typed({"lr": "2e-4"})["lr"]
    0.0002
    """
    return _model()(**values).model_dump()


def type_in_words(name: str) -> str:
    """What a learner should write there.

    >>> type_in_words("epochs")
    'a whole number'
    """
    words = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
    kind = parameter_table()[name]["type"]
    if kind.startswith("Optional"):
        return f"{words[kind[9:-1]]} or null"
    return words.get(kind, "a whole number or a list of whole numbers")
