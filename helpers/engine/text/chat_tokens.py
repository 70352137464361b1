"""Messages to tokens and back, by the base model's own tokenizer and chat template."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from llguidance import LLTokenizer
from tokenizers import Tokenizer

from helpers.engine.text.message_format import message_text
from helpers.engine.types import EngineError


class ChatTokens:
    """Tokenizer, chat template, and the tokens that end an answer (`end`).

    >>> from helpers.engine.model.weights import base_model_folder
    >>> tokens = ChatTokens(base_model_folder())
    >>> tokens.prompt([{"role": "user", "content": "Hi"}])[:2]
    [1, 9690]
    """

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        file = folder / "chat_template.jinja"
        source = file.read_text(encoding="utf-8") if file.is_file() else config.get("chat_template")
        if not isinstance(source, str):
            raise EngineError(f"The model in {folder} has no chat template. Use an instruct (chat) model.")
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = date.today().strftime
        self._template = environment.from_string(source)
        self._special = {key: _content(config.get(key)) for key in ("bos_token", "eos_token", "pad_token")}
        self._guidance: LLTokenizer | None = None
        self.end = self._end_tokens(folder)

    def _end_tokens(self, folder: Path) -> frozenset[int]:
        config = folder / "generation_config.json"
        found = json.loads(config.read_text()).get("eos_token_id") if config.is_file() else None
        ids = set(found if isinstance(found, list) else [found])
        ids.add(self.tokenizer.token_to_id(self._special["eos_token"] or ""))
        return frozenset(token for token in ids if token is not None)

    def render(self, messages: Sequence[Mapping[str, Any]], answer_next: bool) -> str:
        """The conversation as the model sees it. Raises `EngineError` where the template refuses it."""
        plain = [{"role": _role(message), "content": message_text(dict(message))} for message in messages]
        try:
            return self._template.render(messages=plain, add_generation_prompt=answer_next, **self._special)
        except TemplateError as error:
            raise EngineError(f"The model's chat template refuses these messages: {error}") from error

    def encode(self, text: str) -> list[int]:
        """Token ids of a text that is already rendered."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def prompt(self, messages: Sequence[Mapping[str, Any]]) -> list[int]:
        """Token ids of a conversation up to where the assistant's answer starts."""
        return self.encode(self.render(messages, answer_next=True))

    def turns(self, messages: Sequence[Mapping[str, Any]]) -> list[tuple[list[int], bool]]:
        """A conversation as pieces (ids, is an answer); an answer's piece includes its end token."""
        pieces, done = [], ""
        for index, message in enumerate(messages):
            if message["role"] != "assistant":
                continue
            prompt = self.render(messages[:index], answer_next=True)
            through = self.render(messages[: index + 1], answer_next=False)
            if not prompt.startswith(done) or not through.startswith(prompt):
                raise EngineError("The model's chat template rewrites earlier turns; it cannot be trained.")
            body, tail = self._split_end(through.removeprefix(prompt))
            pieces += [(self.encode(prompt.removeprefix(done)), False), (self.encode(body), True)]
            done = through.removesuffix(tail)
        return pieces

    def _split_end(self, answer: str) -> tuple[str, str]:
        end = self._special["eos_token"] or ""
        body, found, tail = answer.rpartition(end)
        return (body + found, tail) if found else (answer, "")

    def guidance(self) -> LLTokenizer:
        """The tokenizer as llguidance wants it, made on first use."""
        if self._guidance is None:
            size = self.tokenizer.get_vocab_size()
            self._guidance = LLTokenizer(self.tokenizer.to_str(), n_vocab=size, eos_token=sorted(self.end))
        return self._guidance

    def token_bytes(self, token: int) -> bytes:
        """The bytes that a token stands for; one character may need several tokens."""
        return self.guidance().decode_bytes([token])

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        return self.tokenizer.decode(list(ids), skip_special_tokens=True)


def _role(message: Mapping[str, Any]) -> str:
    return {"developer": "system", "function": "tool"}.get(message["role"], message["role"])


def _content(token: Any) -> str | None:
    return token["content"] if isinstance(token, dict) else token


def _refuse(message: str) -> None:
    raise TemplateError(message)
