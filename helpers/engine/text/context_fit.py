"""Which examples are longer than the model here reads, told quickly and without torch.

The tokens are those of the model's own tokenizer, counted by `splintr`: 25 MB a second and the same ids.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

from helpers.engine.text.chat_template import ChatTemplate
from helpers.engine.text.message_format import as_read
from helpers.engine.text.row_tokens import MAX_TRAINED_TOKENS, tokenize
from helpers.engine.text.verdict import Example, Problem, Verdict
from helpers.engine.types import EngineError

PER_MESSAGE, PER_EXAMPLE = 8, 128
"""More tokens than a chat template puts around a message, and before the first one."""


class ContextFit:
    """Tells which examples do not fit `MAX_TRAINED_TOKENS`. The tokenizer is loaded for the first long one.

    Without a model's folder (`None`) nothing is known and everything fits.

    >>> from helpers.engine.text.verdict import Example, Verdict
    >>> fit = ContextFit(Path("a-models-folder"))
    >>> fit.keeps(Verdict(1, Example(1, [{"role": "assistant", "content": "Ahoy"}]), size=60)), fit.problems()
    (True, [])
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._examples = 0
        self._lines: dict[str, list[int]] = {"cut_example": [0, 0], "left_out_example": [0, 0]}

    def keeps(self, verdict: Verdict) -> bool:
        """Whether an example's answer, or part of it, is left after the cut. Takes note of what is lost."""
        example = verdict.example
        self._examples += 1
        if self.folder is None or example is None or self._surely_fits(example, verdict.size):
            return True
        try:
            item, cut = tokenize(example, self._template, self._encode)
        except EngineError:
            return True  # the template refuses it: the job will say so
        if cut:
            lines = self._lines["cut_example" if item else "left_out_example"]
            lines[:] = lines[0] + 1, lines[1] or example.line
        return item is not None

    def problems(self) -> list[Problem]:
        """What was lost so far: how many examples were cut, and how many have nothing to learn left."""
        limit = str(MAX_TRAINED_TOKENS)
        if self._examples and self._examples == self._lines["left_out_example"][0]:
            return [Problem("all_too_long", None, None, limit, rows=self._examples)]
        found = [(code, rows, first) for code, (rows, first) in self._lines.items() if rows]
        return [Problem(code, first, None, limit, True, rows) for code, rows, first in found]

    def _surely_fits(self, example: Example, size: int) -> bool:
        """No token is shorter than a byte, and JSON is no shorter than the text in it (tools: half of it)."""
        if size * (2 if example.tools else 1) <= MAX_TRAINED_TOKENS - PER_EXAMPLE:
            return True
        answers = [answer for answer in (example.preferred, example.non_preferred) if answer]
        texts = [message["content"] for message in as_read([*example.messages, *answers], example.tools)]
        tokens = sum(len(self._encode(text)) for text in texts) + PER_MESSAGE * len(texts)
        return tokens <= MAX_TRAINED_TOKENS - PER_EXAMPLE

    @cached_property
    def _template(self) -> ChatTemplate:
        assert self.folder
        return ChatTemplate(self.folder)

    @cached_property
    def _encode(self) -> Callable[[str], list[int]]:
        import splintr

        assert self.folder
        file = str(self.folder / "tokenizer.json")
        try:
            return splintr.from_json(file).encode_raw
        except ValueError:  # a kind of tokenizer that splintr does not know
            tokenizer = Tokenizer.from_file(file)
            return lambda text: tokenizer.encode(text, add_special_tokens=False).ids
