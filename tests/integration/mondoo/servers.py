"""Servers in Mondoo's place that say what a test wants of them, and a client that asks them."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.adapters.mondoo.client import MondooClient
from bot.adapters.mondoo.credentials import ApiToken, Credentials
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.pages import Page, PageRequest
from bot.adapters.mondoo.retries import Patience
from bot.domain.query import Order
from bot.domain.scopes import Scope, ScopeKind

SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
REQUEST = PageRequest(Order.NEWEST_FIRST, 100)
TOKEN = "made-up-token-of-a-test"
EMPTY = json.dumps({"data": {"auditlog": {"totalCount": 0, "edges": [], "pageInfo": {"hasNextPage": False}}}}).encode()
PLAIN = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(EMPTY), EMPTY)

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Answers:
    """A server that answers each request on a connection with the next of the given bytes, and keeps what was asked.

    The last answer is repeated. ``heads`` are the requests' first lines and headers in small letters, ``bodies`` what
    followed.
    """

    answers: list[bytes]
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await head_of(reader):
            self.heads.append(head)
            length = next(line for line in head.splitlines() if line.startswith("content-length:"))
            self.bodies.append(await reader.readexactly(int(length.partition(":")[2])))
            writer.write(self.answers[min(len(self.heads), len(self.answers)) - 1])
            await writer.drain()


def at(port: int, scheme: str = "http") -> Endpoint:
    """Where a server of :func:`serving` is, asked with the token."""
    return Endpoint(f"{scheme}://127.0.0.1:{port}/query", ApiToken(TOKEN))


async def head_of(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""


@asynccontextmanager
async def serving(answering: Answering, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port on 127.0.0.1 where something answers; all its connections end with the block."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await answering(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def ask(url: str, credentials: Credentials | None = None, **options: object) -> Page:
    """One page from a URL, asked for by a new client without patience unless told otherwise."""
    patience = options.pop("patience", Patience(budget=timedelta()))
    async with MondooClient(SystemClock(), patience=patience, **options) as client:  # type: ignore[arg-type]
        return await client.page(Endpoint(url, credentials or ApiToken(TOKEN)), SCOPE, REQUEST)
