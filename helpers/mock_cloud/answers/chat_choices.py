"""The choices of a completion while they are written: each as a whole, and as the deltas of a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers.engine.text.call_reader import Piece
from helpers.mock_cloud.answers.chat_shapes import (
    CallBegun,
    CallContinued,
    CallDelta,
    CallFunction,
    CallShape,
    ChoiceShape,
    FinishReason,
    FirstDelta,
    LastDelta,
    LogprobShape,
    LogprobsShape,
    MessageShape,
    MoreArguments,
    TextDelta,
    TokenShape,
)
from helpers.mock_cloud.answers.written import Call, Written

Delta = FirstDelta | TextDelta | CallDelta | LastDelta
Token = dict[str, Any]


class Choice(Written):
    """One of the answers; probabilities are those of what is said. `named`: the request said what to call."""

    def __init__(self, tools: bool, named: bool) -> None:
        super().__init__(tools)
        self.named, self.opened = named, False
        self.tokens: list[Token] | None = None

    @property
    def finish_reason(self) -> FinishReason | None:
        """The end of a call that the request named is a plain stop, as the specification has it."""
        if self.reason == "stop" and self.calls and not self.named:
            return "tool_calls"
        return self.reason

    def shape(self, index: int) -> ChoiceShape:
        calls = [_shown(call, call.arguments) for call in self.calls]
        content = self.text if self.text or not calls else None
        return ChoiceShape(
            index=index,
            message=MessageShape(content=content, tool_calls=calls or None),
            logprobs=logprobs_view(self.tokens) if self.tokens is not None else None,
            finish_reason=self.finish_reason or "stop",
        )

    def told(self, chunk: dict[str, Any]) -> Iterator[tuple[Delta, list[Token]]]:
        """What a chunk of the engine adds, as deltas with the tokens of what is said, the role first."""
        number, pieces = len(self.calls), self.take(chunk)
        tokens = [] if self.calls else chunk["tokens"] or []
        if chunk["tokens"] is not None:
            self.tokens = [*(self.tokens or []), *tokens]
        for piece in pieces or [Piece()] * bool(tokens):
            number += piece.name is not None
            if piece.name is not None:
                yield self._begun(number - 1), []
            elif piece.arguments:
                more = MoreArguments(arguments=piece.arguments)
                yield CallDelta(tool_calls=[CallContinued(index=number - 1, function=more)]), []
            else:
                yield from self._opening()
                yield TextDelta(content=piece.text), tokens
        if self.reason:
            yield from self._opening()
            yield LastDelta(), []

    def _begun(self, index: int) -> Delta:
        call = self.calls[index]
        calls: list[CallBegun | CallContinued] = [CallBegun(index=index, **dict(_shown(call, "")))]
        if self.opened:
            return CallDelta(tool_calls=calls)
        self.opened = True
        return FirstDelta(content=None, tool_calls=calls)

    def _opening(self) -> Iterator[tuple[Delta, list[Token]]]:
        if not self.opened:
            self.opened = True
            yield FirstDelta(), []


def _shown(call: Call, arguments: str) -> CallShape:
    return CallShape(id=call.id, function=CallFunction(name=call.name, arguments=arguments))


def logprobs_view(tokens: list[Token]) -> LogprobsShape:
    content = [
        LogprobShape(**_token(token), top_logprobs=[TokenShape(**_token(top)) for top in token["top"]])
        for token in tokens
    ]
    return LogprobsShape(content=content)


def _token(token: Token) -> Token:
    return {name: token[name] for name in ("token", "logprob", "bytes")}
