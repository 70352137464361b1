"""Reads a job file the way AutoTrain's own parser does, and says in words where that parser would give up.

Followed: `autotrain/parser.py` and `autotrain/trainers/common.py` of AutoTrain 0.8.36. A test runs both
over the same files, so what this accepts is what AutoTrain accepts.
"""

from __future__ import annotations

import os
from typing import Any

from helpers.ground.texts import _

TRAINERS = {"sft": "sft", "orpo": "orpo", "dpo": "dpo", "reward": "reward", "generic": "default"}
TASKS = ("llm", "lm_training", *(f"llm-{name}" for name in TRAINERS))


class Refused(Exception):
    """AutoTrain would refuse the file; `where` names the key, the message says what to write instead."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where


def parameters_of(config: Any) -> dict[str, Any]:
    """The flat parameters that AutoTrain makes of a job file's content. Raises `Refused`.

    >>> parameters_of({"task": "text-classification"})
    Traceback (most recent call last):
    helpers.lessons.autotrain.parsing.Refused: `text-classification` is not a language-model task ...
    """
    if not isinstance(config, dict):
        raise Refused("file", _("The file must be a list of `key: value` lines at its top level."))
    _check_task(config.get("task"))
    if config.get("backend") is None:
        raise Refused("backend", _("`backend` is missing. Write `backend: local` to train on this machine."))
    found = _required_values(config)
    found.update(_trainer(config["task"]))
    found.update(_columns(config["data"]["column_mapping"]))
    hint = _("the name of the training file without its ending")
    found["train_split"] = _need(config["data"], "data.train_split", hint)
    hint = _("`null` when there is no validation file")
    found["valid_split"] = _need(config["data"], "data.valid_split", hint)
    found["log"] = _need(config, "log", _("`none` or `tensorboard`"))
    found.update(_hub(config))
    return _with_params(found, config.get("params"))


def _check_task(task: Any) -> None:
    if task is None:
        raise Refused("task", _("`task` is missing. For chats write `task: llm-sft`."))
    if not isinstance(task, str) or task not in TASKS:
        text = _("`{task}` is not a language-model task that AutoTrain knows. It knows: {known}.")
        known = ", ".join(name for name in TASKS if name.startswith("llm"))
        raise Refused("task", text.format(task=task, known=known))


def _required_values(config: dict[str, Any]) -> dict[str, Any]:
    found = {
        "model": _need(config, "base_model", _("a model's folder or its name on the hub")),
        "project_name": _need(config, "project_name", _("a name of letters, digits and hyphens")),
    }
    hint = _("a block with path, train_split, valid_split, chat_template, column_mapping")
    section = _need(config, "data", hint)
    if not isinstance(section, dict):
        text = _("`data` must be a block of indented `key: value` lines, not {kind}.")
        raise Refused("data", text.format(kind=_kind(section)))
    found["data_path"] = _need(section, "data.path", _("the folder that holds train.jsonl or train.csv"))
    hint = _("`tokenizer` for chats, `null` for plain text")
    found["chat_template"] = _need(section, "data.chat_template", hint)
    mapping = _need(section, "data.column_mapping", _("a block with `text_column: messages`"))
    if not isinstance(mapping, dict):
        text = _(
            "`column_mapping` must be a block such as `text_column: messages` on its own "
            "indented line, not {kind}."
        )
        raise Refused("data.column_mapping", text.format(kind=_kind(mapping)))
    return found


def _trainer(task: str) -> dict[str, str]:
    return {"trainer": TRAINERS[task.split("-")[1]]} if "-" in task else {}


def _columns(mapping: dict[Any, Any]) -> dict[str, Any]:
    for name in mapping:
        if not isinstance(name, str):
            text = _("`{name}` is not a column's role; write `text_column: …`.")
            raise Refused("data.column_mapping", text.format(name=name))
    return dict(mapping)


def _hub(config: dict[str, Any]) -> dict[str, Any]:
    if "hub" not in config:
        return {"username": None, "token": None, "push_to_hub": False}
    section = config["hub"]
    if not isinstance(section, dict):
        text = _("`hub` must be a block with username, token and push_to_hub. Leave it out to stay offline.")
        raise Refused("hub", text)
    hint = _("or leave the whole `hub` block out to stay offline")
    found = {name: _need(section, f"hub.{name}", hint) for name in ("username", "token", "push_to_hub")}
    for name in ("username", "token"):
        found[name] = _from_environment(f"hub.{name}", found[name])
    return found


def _from_environment(where: str, value: Any) -> Any:
    if not value:
        return value
    if not isinstance(value, str):
        raise Refused(where, _("`{where}` must be text.").format(where=where))
    return os.environ.get(value[2:-1]) if value.startswith("${") else value


def _with_params(found: dict[str, Any], params: Any) -> dict[str, Any]:
    if not params:
        return found
    try:
        merged = {**found, **dict(params)}
    except (TypeError, ValueError):
        raise Refused("params", _("`params` must be a block of indented `key: value` lines.")) from None
    wrong = next((name for name in merged if not isinstance(name, str)), None)
    if wrong is not None:
        raise Refused("params", _("`{name}` is not the name of a parameter.").format(name=wrong))
    return merged


def _need(section: dict[str, Any], where: str, hint: str) -> Any:
    name = where.rsplit(".", 1)[-1]
    if name not in section:
        raise Refused(where, _("`{where}` is missing: {hint}.").format(where=where, hint=hint))
    return section[name]


def _kind(value: Any) -> str:
    names = {str: _("text"), list: _("a list"), type(None): _("nothing")}
    names |= {int: _("a number"), bool: _("true or false")}
    return names.get(type(value), type(value).__name__)
