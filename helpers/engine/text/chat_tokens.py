"""Messages to tokens and back, by the base model's own tokenizer and chat template."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from helpers.engine.text.chat_template import ChatTemplate, Messages, Tools

if TYPE_CHECKING:
    from llguidance import LLTokenizer


class ChatTokens:
    """Tokenizer, chat template, and the tokens that end an answer (`end`).

    >>> from helpers.engine.model.weights import base_model_folder
    >>> tokens = ChatTokens(base_model_folder())
    >>> tokens.prompt([{"role": "user", "content": "Hi"}])[:2]
    [1, 9690]
    """

    def __init__(self, folder: Path) -> None:
        self.template = ChatTemplate(folder)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._guidance: LLTokenizer | None = None
        self.end = self._end_tokens(folder)

    def _end_tokens(self, folder: Path) -> frozenset[int]:
        config = folder / "generation_config.json"
        found = json.loads(config.read_text()).get("eos_token_id") if config.is_file() else None
        ids = set(found if isinstance(found, list) else [found])
        ids.add(self.tokenizer.token_to_id(self.template.special["eos_token"] or ""))
        return frozenset(token for token in ids if token is not None)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text that is already rendered."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def prompt(self, messages: Messages, tools: Tools = ()) -> list[int]:
        """Token ids of a conversation up to where the assistant's answer starts."""
        return self.encode(self.template.render(messages, answer_next=True, tools=tools))

    def turns(self, messages: Messages, tools: Tools = ()) -> list[tuple[list[int], bool]]:
        """A conversation as pieces (ids, is an answer); an answer's piece includes its end token."""
        return [(self.encode(text), answers) for text, answers in self.template.pieces(messages, tools)]

    def guidance(self) -> LLTokenizer:
        """The tokenizer as llguidance wants it, made on first use."""
        from llguidance import LLTokenizer

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
