"""Reading side by side over HTTP, against the sandbox's log as the oracle."""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from bot.adapters.mondoo.client import MondooClient
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.parallel import ParallelAuditLog
from bot.domain.errors import NotPermitted, Unavailable
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope, ScopeKind
from bot.ports import LogPage
from bot.sandbox.mondoo import CursorKind, Fault, MondooCloud
from bot.sandbox.mondoo import effects as fx
from bot.sandbox.mondoo.ledger import Asked

pytestmark = pytest.mark.asyncio(loop_scope="session")

PRODUCTION = Scope(ScopeKind.SPACE, "acme-production")
SIZE = 40


class Bench(Protocol):
    """The fixture of that name."""

    cloud: MondooCloud
    client: MondooClient

    @property
    def asked(self) -> list[Asked]: ...

    def endpoint(self, scope: Scope) -> Endpoint: ...

    async def pages(self, scope: Scope, window: Window, order: Order, page_size: int) -> list[LogPage]: ...


async def together(bench: Bench, window: Window, order: Order, scope: Scope = PRODUCTION) -> list[LogPage]:
    log = ParallelAuditLog(bench.client, bench.endpoint, page_size=SIZE)
    async with aclosing(log.read(scope, window, order)) as pages:
        return [page async for page in pages]


def events(pages: list[LogPage]) -> list[AuditEvent]:
    return [event for page in pages for event in page.events]


@pytest.mark.parametrize(
    ("cursors", "order", "bounded"),
    [  # each pair of them is there; all three are varied together without HTTP
        (CursorKind.ID, Order.NEWEST_FIRST, False),
        (CursorKind.ID, Order.OLDEST_FIRST, True),
        (CursorKind.OFFSET, Order.NEWEST_FIRST, True),
        (CursorKind.OFFSET, Order.OLDEST_FIRST, False),
    ],
)
async def test_a_log_is_read_as_page_by_page(bench: Bench, cursors: CursorKind, order: Order, *, bounded: bool) -> None:
    bench.cloud.configure(cursors=cursors)
    log = bench.cloud.log(PRODUCTION.mrn)
    ends = [log[rank].timestamp.astimezone(UTC).replace(microsecond=0) for rank in (300, -300)]
    window = Window(*ends) if bounded else Window()
    alone = await bench.pages(PRODUCTION, window, order, SIZE)
    needed = len(bench.asked)
    side_by_side = await together(bench, window, order)
    assert events(side_by_side) == events(alone)
    assert {page.total for page in side_by_side} == {page.total for page in alone} == {len(events(alone))}
    assert len(bench.asked) - needed <= 1.15 * needed + 8


async def test_a_server_that_asks_for_fewer_requests_is_read_to_the_end(bench: Bench) -> None:
    bench.cloud.inject(Fault(fx.Status(429), times=12, probability=0.3))
    pages = await together(bench, Window(), Order.NEWEST_FIRST)
    assert len(events(pages)) == len(bench.cloud.log(PRODUCTION.mrn))


async def test_a_failure_comes_after_what_lies_before_it(impatient: Bench) -> None:
    whole = events(await impatient.pages(PRODUCTION, Window(), Order.NEWEST_FIRST, SIZE))
    impatient.cloud.inject(Fault(fx.Status(503), page=3, times=None))
    log = ParallelAuditLog(impatient.client, impatient.endpoint, page_size=SIZE)
    got: list[AuditEvent] = []

    async def take() -> None:
        async with aclosing(log.read(PRODUCTION, Window(), Order.NEWEST_FIRST)) as pages:
            async for page in pages:
                got.extend(page.events)

    with pytest.raises(Unavailable, match="503"):
        await take()
    assert got
    assert got == whole[: len(got)]


async def test_a_scope_out_of_reach_is_not_an_empty_log(bench: Bench) -> None:
    with pytest.raises(NotPermitted):
        await together(bench, Window(), Order.NEWEST_FIRST, Scope(ScopeKind.ORGANIZATION, "nobody"))


async def test_what_arrives_meanwhile_costs_nothing_that_was_there(bench: Bench) -> None:
    before = Counter(events(await bench.pages(PRODUCTION, Window(), Order.NEWEST_FIRST, 100)))
    late = datetime(2025, 1, 1, tzinfo=UTC)
    growth = fx.Growth(newest=2, at=(late, late + timedelta(days=40)))
    bench.cloud.inject(Fault(growth, times=10, page=2))
    found = Counter(events(await together(bench, Window(), Order.NEWEST_FIRST)))
    after = Counter(events(await bench.pages(PRODUCTION, Window(), Order.NEWEST_FIRST, 100)))
    assert before <= found <= after
