"""The reader against the sandbox's log as the oracle, over HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Protocol

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.adapters.mondoo.reader import MondooAuditLog
from bot.domain.errors import NotPermitted
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Region, Scope, ScopeKind
from bot.ports import LogPage
from bot.sandbox.mondoo import CursorKind, Event, Fault, Identity, MondooCloud, TieOrder
from bot.sandbox.mondoo import effects as fx
from bot.sandbox.mondoo.ledger import Asked

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOCUMENTED = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
PRODUCTION = Scope(ScopeKind.SPACE, "acme-production")
PARIS = Scope(ScopeKind.SPACE, "lumiere-paris", Region.EU)
OWNER_ADDED = datetime(2024, 1, 30, 0, 1, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)

Truth = Callable[..., list[tuple[str, ...]]]


class Bench(Protocol):
    """The fixture of that name."""

    cloud: MondooCloud

    @property
    def asked(self) -> list[Asked]: ...

    def log(self, page_size: int = ...) -> MondooAuditLog: ...

    async def read(
        self, scope: Scope, window: Window = ..., order: Order = ..., page_size: int = ...
    ) -> list[AuditEvent]: ...

    async def pages(
        self, scope: Scope, window: Window = ..., order: Order = ..., page_size: int = ...
    ) -> list[LogPage]: ...


def told(event: AuditEvent) -> tuple[str, ...]:
    return (
        event.timestamp,
        event.action,
        event.actor_name,
        event.actor_mrn,
        event.resource,
        event.message,
        event.ip or "",
        event.parent or "",
    )


def happened(at: datetime, label: str) -> Event:
    return Event(identity=Identity("Jane Doe", "//captain"), resource="//r", action=label, timestamp=at, msg="added")


async def test_the_documented_log_is_read_as_documented(bench: Bench) -> None:
    (page,) = await bench.pages(DOCUMENTED)
    assert page.last
    assert page.total == len(page.events) == 36
    newest, owner = page.events[:2]
    assert told(newest)[:6] == (
        "2024-03-22T17:46:03Z",
        "mondoo.agents.AgentManager.CreateServiceAccount",
        "Jane Doe",
        "//captain.api.mondoo.app/users/26OR1GOGsqmfjXOOO8joxgJDdtM",
        "//agents.api.mondoo.app/organizations/mondoo-organization-1/serviceaccounts/2e3NzLkD73yQe7MTJZLw3",
        "created service account",
    )
    assert (owner.at, owner.message, owner.scope) == (OWNER_ADDED, "owner added", DOCUMENTED)


@pytest.mark.parametrize("scope", [DOCUMENTED, PRODUCTION, PARIS])
@pytest.mark.parametrize("order", Order)
async def test_a_log_is_read_to_its_end_in_either_order(bench: Bench, truth: Truth, scope: Scope, order: Order) -> None:
    pages = await bench.pages(scope, order=order)
    events = [event for page in pages for event in page.events]
    assert Counter(map(told, events)) == Counter(truth(scope))
    assert all(
        one.at >= other.at if order is Order.NEWEST_FIRST else one.at <= other.at for one, other in pairwise(events)
    )
    assert {page.total for page in pages} == {len(events)}
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]


async def test_pages_follow_each_other_with_an_overlap_of_a_second(bench: Bench) -> None:
    await bench.read(PRODUCTION)
    assert len(bench.asked) <= 3200 // 95


@pytest.mark.parametrize("order", Order)
async def test_since_is_included_and_until_is_not(bench: Bench, order: Order) -> None:
    newest = datetime(2024, 3, 22, 17, 46, 3, tzinfo=UTC)
    assert [event.at for event in await bench.read(DOCUMENTED, Window(OWNER_ADDED, newest), order)] == [OWNER_ADDED]
    assert [event.at for event in await bench.read(DOCUMENTED, Window(newest), order)] == [newest]
    assert newest not in [event.at for event in await bench.read(DOCUMENTED, Window(until=newest), order)]


@pytest.mark.parametrize(
    ("window", "order", "pushed"),
    [
        (Window(OWNER_ADDED), Order.NEWEST_FIRST, ("GT", "2024-01-30T00:01:03Z")),
        (Window(OWNER_ADDED), Order.OLDEST_FIRST, ("GT", "2024-01-30T00:01:03Z")),
        (Window(until=OWNER_ADDED), Order.NEWEST_FIRST, ("LT", "2024-01-30T00:01:04Z")),
        (Window(until=OWNER_ADDED), Order.OLDEST_FIRST, ("LT", "2024-01-30T00:01:04Z")),
        (Window(OWNER_ADDED, OWNER_ADDED + SECOND), Order.NEWEST_FIRST, ("LT", "2024-01-30T00:01:05Z")),
        (Window(OWNER_ADDED, OWNER_ADDED + SECOND), Order.OLDEST_FIRST, ("GT", "2024-01-30T00:01:03Z")),
        (Window(OWNER_ADDED + SECOND / 2), Order.NEWEST_FIRST, ("GT", "2024-01-30T00:01:03Z")),
        (Window(until=OWNER_ADDED + SECOND / 2), Order.NEWEST_FIRST, ("LT", "2024-01-30T00:01:05Z")),
        (Window(), Order.NEWEST_FIRST, None),
    ],
)
async def test_one_bound_is_left_to_the_server(
    bench: Bench, window: Window, order: Order, pushed: tuple[str, str] | None
) -> None:
    await bench.read(DOCUMENTED, window, order)
    (asked, *_) = bench.asked
    bound = asked.variables.get("timestampFilter")
    assert (bound and (bound["operator"], bound["timestamp"])) == pushed


async def test_reading_stops_at_the_windows_far_end(bench: Bench) -> None:
    month = Window(OWNER_ADDED, OWNER_ADDED + timedelta(days=30))
    pages = await bench.pages(DOCUMENTED, month, page_size=5)
    assert [event.at for page in pages for event in page.events] == [OWNER_ADDED]
    assert len(bench.asked) == 1
    assert pages[0].total is None  # Mondoo counted all that is before the window's end


async def test_an_empty_window_is_believed_after_a_second_question_and_then_at_once(bench: Bench) -> None:
    empty = Window(datetime(2024, 5, 1, tzinfo=UTC))
    log = bench.log()
    for _ in range(2):
        assert [page async for page in log.read(DOCUMENTED, empty, Order.NEWEST_FIRST)] == [LogPage((), 0, last=True)]
    assert [asked.variables["first"] for asked in bench.asked] == [100, 1, 100]


@pytest.mark.parametrize("status", [200, 400, 422])
@pytest.mark.parametrize("unknown", [{"ip", "parent"}, {"parent"}])
async def test_an_older_server_is_asked_for_the_documented_fields_from_then_on(
    bench: Bench, status: int, unknown: set[str]
) -> None:
    bench.cloud.configure(unknown_names=unknown, invalid_query_status=status)
    events = await bench.read(DOCUMENTED, page_size=20)
    assert len(events) == 36
    assert {(event.ip, event.parent) for event in events} == {(None, None)}
    assert [asked.mrn for asked in bench.asked] == [None, DOCUMENTED.mrn, DOCUMENTED.mrn]


async def test_a_scope_that_is_unknown_or_out_of_reach_is_not_an_empty_log(bench: Bench) -> None:
    for scope in (Scope(ScopeKind.ORGANIZATION, "nobody"), Scope(ScopeKind.SPACE, "lumiere-paris")):
        with pytest.raises(NotPermitted, match=f"refused access to {scope.kind.word} {scope.id}"):
            await bench.read(scope)


async def test_stopping_early_asks_for_nothing_more(bench: Bench) -> None:
    async with aclosing(bench.log(10).read(DOCUMENTED, Window(), Order.NEWEST_FIRST)) as pages:
        assert len((await anext(pages)).events) == 10
    assert len(bench.asked) == 1


async def test_a_reader_that_waits_can_be_cancelled(bench: Bench) -> None:
    bench.cloud.inject(fx.Hang())
    reading = asyncio.create_task(bench.read(DOCUMENTED))
    await bench.cloud.ledger.until(1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert len(await bench.read(DOCUMENTED)) == 36


async def test_many_readers_share_the_connections(bench: Bench, truth: Truth) -> None:
    results = await asyncio.gather(*(bench.read(scope) for scope in [DOCUMENTED, PARIS, DOCUMENTED] * 5))
    assert [len(result) for result in results] == [36, len(truth(PARIS)), 36] * 5


@pytest.mark.parametrize("cursors", CursorKind)
@pytest.mark.parametrize("ties", TieOrder)
@pytest.mark.parametrize("order", Order)
async def test_twins_at_a_pages_edge_are_all_there(
    bench: Bench, truth: Truth, cursors: CursorKind, ties: TieOrder, order: Order
) -> None:
    bench.cloud.configure(cursors=cursors, ties=ties)
    moment = datetime(2024, 4, 1, tzinfo=UTC)
    bench.cloud.append(DOCUMENTED.mrn, [happened(moment, label) for label in "ABABAAC"])
    for page_size in range(8, 16):
        events = await bench.read(DOCUMENTED, order=order, page_size=page_size)
        assert Counter(map(told, events)) == Counter(truth(DOCUMENTED)), page_size


@pytest.mark.parametrize("cursors", CursorKind)
@pytest.mark.parametrize("order", Order)
async def test_a_second_may_hold_more_than_a_page(
    bench: Bench, truth: Truth, cursors: CursorKind, order: Order
) -> None:
    bench.cloud.configure(cursors=cursors)
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    bench.cloud.append(DOCUMENTED.mrn, [happened(moment, label) for label in "ABCAABBCCAABCDEFGHAA"])
    for page_size in (1, 2, 3, 7):
        events = await bench.read(DOCUMENTED, order=order, page_size=page_size)
        assert Counter(map(told, events)) == Counter(truth(DOCUMENTED)), page_size


@dataclass(frozen=True, slots=True)
class Story:
    """How a log is read, and what happens to it meanwhile: ``times`` pages see events arrive, at the top and late."""

    cursors: CursorKind
    ties: TieOrder
    order: Order
    page_size: int
    twins: str
    newest: int
    late: tuple[int, ...]
    times: int
    since: int | None
    days: int | None

    @property
    def window(self) -> Window:
        start = datetime(2022, 6, 1, tzinfo=UTC)
        since = None if self.since is None else start + timedelta(days=30 * self.since)
        return Window(since, None if self.days is None else (since or start) + timedelta(days=self.days))

    @property
    def fullest_second(self) -> int:
        return len(self.twins) + (1 + len(self.late)) * self.times + self.newest


@given(
    story=st.builds(
        Story,
        cursors=st.sampled_from(CursorKind),
        ties=st.sampled_from(TieOrder),
        order=st.sampled_from(Order),
        page_size=st.integers(3, 20),
        twins=st.text("AB", max_size=6),
        newest=st.integers(0, 2),
        late=st.lists(st.integers(-30, 30), max_size=2).map(tuple),
        times=st.integers(1, 4),
        since=st.none() | st.integers(0, 25),
        days=st.none() | st.integers(1, 800),
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_arrives_while_pages_are_read_costs_nothing_that_was_there(
    bench: Bench, truth: Truth, story: Story
) -> None:
    # A second with a page's worth of events whose order changes at each request cannot be read for certain.
    assume(story.ties is not TieOrder.SHUFFLED or story.page_size > story.fullest_second)
    bench.cloud.reset()
    bench.cloud.configure(requests_per_minute=None, cursors=story.cursors, ties=story.ties)
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    bench.cloud.append(DOCUMENTED.mrn, [happened(moment, label) for label in story.twins])
    growth = fx.Growth(newest=story.newest, at=tuple(moment + timedelta(days=days) for days in story.late))
    for page in range(2, 2 + story.times):
        bench.cloud.inject(Fault(growth, page=page))
    before = truth(DOCUMENTED)
    result = Counter(map(told, await bench.read(DOCUMENTED, story.window, story.order, story.page_size)))
    there = Counter(event for event in before if datetime.fromisoformat(event[0]) in story.window)
    ever = Counter(event for event in truth(DOCUMENTED) if datetime.fromisoformat(event[0]) in story.window)
    assert there <= result <= ever
