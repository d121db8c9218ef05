"""A Mondoo served over HTTP, as new for each test, and the bot's reader of it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette

from bot.adapters.mondoo.client import MondooClient, Timeouts
from bot.adapters.mondoo.credentials import ApiToken, Credentials
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.reader import MondooAuditLog
from bot.adapters.mondoo.retries import Patience
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Region, Scope
from bot.ports import LogPage
from bot.sandbox.mondoo import LentTransportProtocol, MondooCloud
from bot.sandbox.mondoo.ledger import Asked

PATHS = {Region.US: "/query", Region.EU: "/eu/query", Region.CUSTOM: "/query"}
EVERYTHING = Window()
TOKENS = {Region.US: "all-us", Region.EU: "all-eu", Region.CUSTOM: "all-us"}


class WallClock:
    """This machine's clock, which may go wrong by as much as it is told to."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Bench:
    """A client and a reader, pointed at one sandbox.

    Credentials are tokens for a whole region, unless ``credentials`` says otherwise. Backoff is in milliseconds.
    """

    def __init__(
        self,
        cloud: MondooCloud,
        base_url: str,
        clock: WallClock,
        *,
        silence: timedelta = timedelta(seconds=10),
        budget: timedelta = timedelta(seconds=30),
    ) -> None:
        self.cloud = cloud
        self.base_url = base_url
        self.clock = clock
        self.credentials: Credentials | None = None
        brief = timedelta(milliseconds=1)
        self.client = MondooClient(
            clock, timeouts=Timeouts(read=silence), patience=Patience(budget, first=brief, longest=brief * 20)
        )

    @property
    def asked(self) -> list[Asked]:
        """The requests that reached the sandbox."""
        return list(self.cloud.ledger)

    def endpoint(self, scope: Scope) -> Endpoint:
        token = ApiToken(self.cloud.tokens[TOKENS[scope.region]])
        return Endpoint(self.base_url + PATHS[scope.region], self.credentials or token)

    def log(self, page_size: int = 100) -> MondooAuditLog:
        """A reader that knows nothing yet of the server."""
        return MondooAuditLog(self.client, self.endpoint, page_size=page_size)

    async def read(
        self, scope: Scope, window: Window = EVERYTHING, order: Order = Order.NEWEST_FIRST, page_size: int = 100
    ) -> list[AuditEvent]:
        """All events of a window."""
        return [event for page in await self.pages(scope, window, order, page_size) for event in page.events]

    async def pages(
        self, scope: Scope, window: Window = EVERYTHING, order: Order = Order.NEWEST_FIRST, page_size: int = 100
    ) -> list[LogPage]:
        """All pages of a window."""
        async with aclosing(self.log(page_size).read(scope, window, order)) as pages:
            return [page async for page in pages]


@pytest.fixture(scope="session")
def served_cloud() -> MondooCloud:
    return MondooCloud(datetime.now(UTC))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def base_url(served_cloud: MondooCloud) -> AsyncIterator[str]:
    """Where one server for all tests listens, since a server takes longer to stop than most tests to run."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=served_cloud.routes()),
            http=LentTransportProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    served_cloud.close()
    server.should_exit = True
    await serving


@pytest.fixture
def cloud(served_cloud: MondooCloud) -> MondooCloud:
    """The cloud behind the bench, as it was at the beginning."""
    served_cloud.reset()
    served_cloud.configure(requests_per_minute=None)
    return served_cloud


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest_asyncio.fixture(loop_scope="session")
async def bench(cloud: MondooCloud, base_url: str, clock: WallClock) -> AsyncIterator[Bench]:
    bench = Bench(cloud, base_url, clock)
    async with bench.client:
        yield bench


@pytest_asyncio.fixture(loop_scope="session")
async def impatient(cloud: MondooCloud, base_url: str, clock: WallClock) -> AsyncIterator[Bench]:
    """A bench that asks for nothing twice."""
    bench = Bench(cloud, base_url, clock, budget=timedelta())
    async with bench.client:
        yield bench


@pytest_asyncio.fixture(loop_scope="session")
async def hasty(cloud: MondooCloud, base_url: str, clock: WallClock) -> AsyncIterator[Bench]:
    """A bench that takes a tenth of a second for silence."""
    bench = Bench(cloud, base_url, clock, silence=timedelta(milliseconds=100), budget=timedelta(seconds=1))
    async with bench.client:
        yield bench


@pytest.fixture
def truth(cloud: MondooCloud) -> Callable[..., list[tuple[str, ...]]]:
    """What the sandbox holds of a scope, newest first, as tuples that ``told`` makes of events."""

    def find(scope: Scope) -> list[tuple[str, ...]]:
        return [
            (
                event.as_node()["timestamp"],
                event.action,
                event.identity.name,
                event.identity.mrn,
                event.resource,
                event.msg,
                event.ip or "",
                event.parent or "",
            )
            for event in reversed(cloud.log(scope.mrn))
        ]

    return find
