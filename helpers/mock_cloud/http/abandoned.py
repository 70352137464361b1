"""A request whose client has gone (an interrupted cell, a time-out) stops being answered, streamed or not."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANSWERED = ("/chat/completions", "/responses", "/input_tokens")
"""The calls that make a model work; what others have begun is quickly done, and is done to its end."""


class Abandoned:
    """ASGI middleware that ends the work on an answer when its client disconnects."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].rstrip("/").endswith(ANSWERED):
            await self.app(scope, receive, send)
            return
        client = _Client(receive, send)
        listening = asyncio.create_task(client.listen())
        working = asyncio.ensure_future(self.app(scope, client.receive, client.send))
        try:
            await asyncio.wait({working, listening}, return_when=asyncio.FIRST_COMPLETED)
            if client.answered or not client.gone:
                await working
        finally:
            for task in (working, listening):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


class _Client:
    """The other end of a request: reads ahead, so that its going is noticed while nobody reads."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._read: asyncio.Queue[Message | Exception] = asyncio.Queue()
        self.gone = self.answered = False

    async def listen(self) -> None:
        """Until the client has gone."""
        try:
            while not self.gone:
                message = await self._receive()
                self.gone = message["type"] == "http.disconnect"
                self._read.put_nowait(message)
        except Exception as error:  # a body that is too large: told to whoever reads it
            self._read.put_nowait(error)

    async def receive(self) -> Message:
        if self.gone and self._read.empty():
            return {"type": "http.disconnect"}
        message = await self._read.get()
        if isinstance(message, Exception):
            raise message
        return message

    async def send(self, message: Message) -> None:
        ends = message["type"] == "http.response.body" and not message.get("more_body")
        self.answered = self.answered or ends
        await self._send(message)
