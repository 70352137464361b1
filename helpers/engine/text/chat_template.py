"""A model's own chat template: a conversation as the one text that the model reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from helpers.engine.text.message_format import as_read
from helpers.engine.types import EngineError

Messages = Sequence[Mapping[str, Any]]
Tools = Sequence[Mapping[str, Any]]


class ChatTemplate:
    """The template in a model's folder, with the special tokens that it names (`special`)."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        file = folder / "chat_template.jinja"
        source = file.read_text(encoding="utf-8") if file.is_file() else config.get("chat_template")
        if not isinstance(source, str):
            raise EngineError(f"The model in {folder} has no chat template. Use an instruct (chat) model.")
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = date.today().strftime
        self._template = environment.from_string(source)
        self.special = {key: _content(config.get(key)) for key in ("bos_token", "eos_token", "pad_token")}

    def render(self, messages: Messages, answer_next: bool, tools: Tools = ()) -> str:
        """The conversation as the model sees it. Raises `EngineError` where the template refuses it."""
        return self._render(as_read(messages, tools), answer_next)

    def pieces(self, messages: Messages, tools: Tools = ()) -> list[tuple[str, bool]]:
        """The text in pieces (text, is an answer), two per answer; an answer's includes its end."""
        plain, pieces, done = as_read(messages, tools), list[tuple[str, bool]](), ""
        for index, message in enumerate(plain):
            if message["role"] != "assistant":
                continue
            through = self._render(plain[: index + 1], answer_next=False)
            prompt = self._render(plain[:index], answer_next=True) if index else self._opening(through)
            if not prompt.startswith(done) or not through.startswith(prompt):
                raise EngineError("The model's chat template rewrites earlier turns; it cannot be trained.")
            body, tail = self._split_end(through.removeprefix(prompt))
            pieces += [(prompt.removeprefix(done), False), (body, True)]
            done = through.removesuffix(tail)
        return pieces

    def _render(self, plain: list[dict[str, str]], answer_next: bool) -> str:
        try:
            return self._template.render(messages=plain, add_generation_prompt=answer_next, **self.special)
        except TemplateError as error:
            raise EngineError(f"The model's chat template refuses these messages: {error}") from error

    def _opening(self, through: str) -> str:
        """What stands before an answer that opens the conversation: up to where any answer begins."""
        question = [{"role": "user", "content": ""}]
        asked, begun = (self._render(question, answer_next) for answer_next in (False, True))
        before, begin, answer = through.partition(begun.removeprefix(asked) or through)
        if not answer:
            raise EngineError("The model's chat template does not show where an answer begins.")
        return before + begin

    def _split_end(self, answer: str) -> tuple[str, str]:
        end = self.special["eos_token"] or ""
        body, found, tail = answer.rpartition(end)
        return (body + found, tail) if found else (answer, "")


def _content(token: Any) -> str | None:
    return token["content"] if isinstance(token, dict) else token


def _refuse(message: str) -> None:
    raise TemplateError(message)
