"""HTTP/1.1 as cheap as it can be, for what stands in for Mondoo: each answer leaves a given time after its question."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Final

_END_OF_HEAD: Final = b"\r\n\r\n"


class _Answering:
    """What all connections share."""

    def __init__(self, answer: Callable[[bytes], bytes], delay_s: float) -> None:
        self.answer = answer
        self.delay_s = delay_s
        self.asked = 0


class _Link(asyncio.Protocol):
    def __init__(self, shared: _Answering) -> None:
        self._shared = shared

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 — TCP's
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(_END_OF_HEAD)) >= 0:
            head = self._received[:end].lower()
            begin = end + len(_END_OF_HEAD)
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            body, rest = self._received[begin : begin + length], self._received[begin + length :]
            if len(body) < length:
                return
            self._received = rest
            if head.startswith(b"get"):
                self._send(json.dumps(self._shared.asked).encode())
            else:
                self._shared.asked += 1
                answer = self._shared.answer(body)
                asyncio.get_running_loop().call_later(self._shared.delay_s, self._send, answer)

    def _send(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def serve(answer: Callable[[bytes], bytes], delay_s: float) -> None:
    """Answer on a free port until the process is killed; ``GET`` tells how many questions there were.

    Args:
        answer: Gives an answer's body for a question's.
        delay_s: How long each answer waits.
    """
    shared = _Answering(answer, delay_s)
    server = await asyncio.get_running_loop().create_server(lambda: _Link(shared), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    sys.stderr.write(json.dumps({"event": "ready", "listening": f"{host}:{port}"}) + "\n")
    await server.serve_forever()
