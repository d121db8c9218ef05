"""How an answer leaves: whole, cut off, without end, never, or with the connection torn down.

ASGI has no word for tearing a connection down, so the server lends its transport to the application as an ASGI
extension: run uvicorn with `http=LentTransportProtocol`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_EXTENSION = "sandbox.transport"
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer before it is sent."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class LentTransportProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with the connection's transport in the extensions of every request's scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Takes a connection."""
        super().connection_made(transport)
        # asyncio does this only for sockets that were made with the protocol's number; without it an answer whose head
        # and body are written one after the other comes 40 ms late.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app = _lending(self.app, transport)


def _lending(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    async def lent(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[_EXTENSION] = transport
        await app(scope, receive, send)

    return lent


@dataclass(frozen=True, slots=True)
class Connection:
    """What a request came over: the three things that ASGI hands to an application."""

    scope: Scope
    receive: Receive
    send: Send

    async def send_whole(self, answer: Answer) -> None:
        """Sends an answer as it should be."""
        await self._start(answer, len(answer.body))
        await self.send({"type": "http.response.body", "body": answer.body})

    async def send_cut(self, answer: Answer, share: float, *, chunked: bool) -> None:
        """Sends the first `share` of the body, and closes the connection."""
        transport = self._transport()
        await self._start(answer, None if chunked else len(answer.body))
        part = answer.body[: int(len(answer.body) * share)]
        await self.send({"type": "http.response.body", "body": part, "more_body": True})
        transport.close()
        await self._until_gone()

    async def send_padded(self, answer: Answer, size: int) -> None:
        """Sends a JSON object with one more member, which brings the body to `size` bytes, in chunks."""
        head = answer.body.removesuffix(b"}") + b',"extensions":{"padding":"'
        tail = b'"}}'
        await self._start(answer, None)
        await self.send({"type": "http.response.body", "body": head, "more_body": True})
        for begin in range(len(head) + len(tail), size, _CHUNK):
            await self.send({"type": "http.response.body", "body": b"x" * min(_CHUNK, size - begin), "more_body": True})
            await asyncio.sleep(0)  # a client that has gone would let this run on without a pause
        await self.send({"type": "http.response.body", "body": tail})

    async def reset(self) -> None:
        """Resets the connection: whoever waits for an answer sees "connection reset by peer"."""
        transport = self._transport()
        lingering = struct.pack("ii", 1, 0)  # on, for no time at all: closing sends RST instead of FIN
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
        transport.abort()
        await self._until_gone()

    async def hang(self, release: asyncio.Event) -> None:
        """Answers nothing until the client has gone; closes the connection if it is released before."""
        transport = self._transport()
        gone = asyncio.ensure_future(self._until_gone())
        released = asyncio.ensure_future(release.wait())
        try:
            await asyncio.wait({gone, released}, return_when=asyncio.FIRST_COMPLETED)
            transport.close()
            await gone
        finally:
            gone.cancel()
            released.cancel()

    async def _start(self, answer: Answer, length: int | None) -> None:
        headers = [("content-type", answer.content_type), *answer.headers]
        if length is not None:
            headers.append(("content-length", str(length)))
        raw = [(name.encode(), value.encode()) for name, value in headers]
        await self.send({"type": "http.response.start", "status": answer.status, "headers": raw})

    def _transport(self) -> asyncio.Transport:
        transport: asyncio.Transport | None = self.scope.get("extensions", {}).get(_EXTENSION)
        if transport is None:
            raise RuntimeError(
                "this fault needs a server that lends its transport: uvicorn, http=LentTransportProtocol"
            )
        return transport

    async def _until_gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
