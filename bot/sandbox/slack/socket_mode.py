"""Socket Mode: the app's WebSocket connections, and payloads carried over any one of them.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.slack import cast
from bot.sandbox.slack.changes import ChangeKind
from bot.sandbox.slack.delivery import Delivery, Fate, Receipt
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.settings import Settings
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.wire import abort
from bot.sandbox.slack.workspace import Workspace

MAX_CONNECTIONS: Final = 10
_HOST: Final = "applink-sandbox-0"
_DEFAULT_LIFE_S: Final = 18_060


@dataclass(slots=True, eq=False)
class _Connection:
    websocket: WebSocket
    receive: Receive
    is_leaving: bool = False
    timers: list[asyncio.Task[None]] = field(default_factory=list)

    async def send(self, message: Json) -> bool:
        """Sends a message; gives False if the connection is gone."""
        if self.websocket.application_state is not WebSocketState.CONNECTED:
            return False
        try:
            await self.websocket.send_text(json.dumps(message))
        except (WebSocketDisconnect, RuntimeError):
            return False
        return True

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Does something in the background while the connection lives."""
        self.timers.append(asyncio.create_task(work))

    async def close(self) -> None:
        """Closes with a handshake, if it is still open."""
        if self.websocket.application_state is WebSocketState.CONNECTED:
            await self.websocket.close()


class SocketMode:
    """The sockets of the app. Tickets open one connection each; at most ten are open at once."""

    def __init__(self, workspace: Workspace, settings: Settings, seed: int) -> None:
        self._workspace = workspace
        self._settings = settings
        self._random = random.Random(seed)  # noqa: S311 — which connection gets a payload is no secret
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def issue_ticket(self) -> str:
        """Gives a ticket for one connection."""
        ticket = self._workspace.mint.secret(32)
        self._tickets.add(ticket)
        return ticket

    async def carry(self, delivery: Delivery, deadline: timedelta) -> Receipt:
        """Sends an envelope over one connection and waits for its acknowledgement."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        envelope_id = self._envelope_id()
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": delivery.payload,
            "type": delivery.kind.value,
            "accepts_response_payload": delivery.accepts_answer,
        }
        if delivery.kind.value == "events_api":
            envelope |= {"retry_attempt": delivery.retry, "retry_reason": delivery.retry_reason}
        answer: asyncio.Future[Json] = loop.create_future()
        self._waiting[envelope_id] = answer
        try:
            if not await self._send_to_any(envelope):
                return Receipt(Fate.FAILED, timedelta(), reason="connection_failed")
            async with asyncio.timeout(deadline.total_seconds()):
                ack = await answer
        except TimeoutError:
            return Receipt(Fate.TIMED_OUT, deadline, reason="timeout")
        finally:
            del self._waiting[envelope_id]
        body = ack.get("payload") if delivery.accepts_answer else None
        return Receipt(Fate.ACKED, timedelta(seconds=loop.time() - began), body or None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection of the app until it ends, as an ASGI application."""
        websocket = WebSocket(scope, receive, send)
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close()
            return
        self._tickets.remove(ticket)
        await websocket.accept()
        connection = _Connection(websocket, receive)
        if self.count >= MAX_CONNECTIONS:
            await connection.send(_disconnect("too_many_websockets"))
            await connection.close()
            return
        self._connections.append(connection)
        self._note("opened")
        try:
            if self._settings.sends_hello:
                await connection.send(self._hello())
            if self._settings.refresh_after_s is not None:
                connection.later(self._refresh(connection, self._settings.refresh_after_s))
            async for text in websocket.iter_text():
                self._receive(text)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            for timer in connection.timers:
                timer.cancel()
            self._connections.remove(connection)
            self._note("closed")

    async def disconnect(self, reason: str) -> None:
        """Tells every connection that it will end, as Slack does before it ends them.

        Args:
            reason: `warning`, which only announces it, `refresh_requested`, or `link_disabled`; after the
                latter two the connection gets no more payloads and is closed after the grace period.
        """
        for connection in tuple(self._connections):
            await self._tell(connection, reason)

    def drop(self) -> None:
        """Breaks every connection without a closing handshake, as a failing network does."""
        for connection in tuple(self._connections):
            abort(connection.receive)

    async def aclose(self) -> None:
        """Closes every connection."""
        for connection in tuple(self._connections):
            await connection.close()

    async def _refresh(self, connection: _Connection, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await self._tell(connection, "refresh_requested")

    async def _tell(self, connection: _Connection, reason: str) -> None:
        await connection.send(_disconnect(reason))
        if reason != "warning":
            connection.is_leaving = True
            connection.later(self._close_after_grace(connection))

    async def _close_after_grace(self, connection: _Connection) -> None:
        await asyncio.sleep(self._settings.refresh_grace_s)
        await connection.close()

    async def _send_to_any(self, envelope: Json) -> bool:
        ready = [connection for connection in self._connections if not connection.is_leaving]
        self._random.shuffle(ready)
        for connection in ready:
            if await connection.send(envelope):
                return True
        return False

    def _receive(self, text: str) -> None:
        try:
            message = json.loads(text)
            envelope_id = message["envelope_id"]
        except (ValueError, TypeError, KeyError):
            self._workspace.ledger.record(EntryKind.UNKNOWN_ACK, text=text)
            return
        waiting = self._waiting.get(envelope_id)
        if waiting is None or waiting.done():
            self._workspace.ledger.record(EntryKind.UNKNOWN_ACK, text=text)
        elif not self._settings.loses_acks:
            waiting.set_result(message)

    def _hello(self) -> Json:
        life_s = self._settings.refresh_after_s or _DEFAULT_LIFE_S
        return {
            "type": "hello",
            "num_connections": self.count,
            "debug_info": {
                "host": _HOST,
                "build_number": 1,
                "approximate_connection_time": int(life_s),
            },
            "connection_info": {"app_id": cast.APP},
        }

    def _envelope_id(self) -> str:
        digits = self._workspace.mint.hexadecimal(32)
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def _note(self, event: str) -> None:
        self._workspace.ledger.record(EntryKind.CONNECTION, event=event, open=self.count)
        self._workspace.changes.tell(ChangeKind.CONNECTIONS_CHANGED)


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
