"""Mondoo with one event in every log, as cheap as it can be: ``python -m benchmarks.stand_in SECONDS``.

It answers whatever it is asked, that long after the question, and tells at ``GET`` how often it was asked.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Final

_NODE: Final = {
    "identity": {"name": "person@example.com", "mrn": "//captain.api.mondoo.app/users/1"},
    "resource": "//captain.api.mondoo.app/spaces/bench",
    "action": "com.mondoo.platform.audit.v1.UpdateTeamMembers",
    "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
    "msg": "updated the members of a team",
    "ip": "203.0.113.7",
    "parent": None,
}
_ANSWER: Final = json.dumps(
    {
        "data": {
            "auditlog": {
                "totalCount": 1,
                "edges": [{"cursor": "1", "node": _NODE}],
                "pageInfo": {"startCursor": "1", "endCursor": "1", "hasNextPage": False},
            }
        }
    }
).encode()


class _Link(asyncio.Protocol):
    asked = 0
    delay_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 — TCP's
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            if len(self._received) < end + 4 + length:
                return
            self._received = self._received[end + 4 + length :]
            if head.startswith(b"get"):
                self._answer(json.dumps(_Link.asked).encode())
            else:
                _Link.asked += 1
                asyncio.get_running_loop().call_later(_Link.delay_s, self._answer, _ANSWER)

    def _answer(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def main(delay_s: float) -> None:
    """Answer until the process is killed."""
    _Link.delay_s = delay_s
    server = await asyncio.get_running_loop().create_server(_Link, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    sys.stderr.write(json.dumps({"event": "ready", "listening": f"{host}:{port}"}) + "\n")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
