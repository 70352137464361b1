"""The listening socket: answers leave at once, without waiting for the one before to be acknowledged."""

from __future__ import annotations

import asyncio
import socket

from helpers.mock_cloud.server import _listen


def test_what_is_written_is_sent_at_once() -> None:
    """A socket made without its protocol is not recognised as TCP, and 40 ms are added to every answer."""
    accepted: list[int] = []

    async def serve() -> None:
        connected = asyncio.Event()

        async def client_came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            at = writer.get_extra_info("socket")
            accepted.append(at.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            connected.set()

        listener = _listen("127.0.0.1", 0)
        async with await asyncio.start_server(client_came, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            await asyncio.wait_for(connected.wait(), 10)
            writer.close()

    asyncio.run(serve())
    assert accepted and all(accepted)
