"""Reading parts side by side gives what reading page by page gives, whatever the log and the server are like."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import event as note
from hypothesis import strategies as st

from bot.adapters.mondoo.credentials import ApiToken
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.pace import ENOUGH, Pace
from bot.adapters.mondoo.pages import Operator, Page, PageRequest, PageSource
from bot.adapters.mondoo.parallel import Paces, ParallelAuditLog
from bot.adapters.mondoo.reader import LARGEST_PAGE, MondooAuditLog
from bot.domain.errors import BadResponse, RateLimited, Unavailable, UpstreamError, UserError
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope, ScopeKind
from bot.ports import LogPage
from bot.sandbox.mondoo import CursorKind, Event, Identity, TieOrder
from bot.sandbox.mondoo.events import microseconds
from bot.sandbox.mondoo.log import Log
from bot.sandbox.mondoo.pages import BadCursorError, Query, read

SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
ENDPOINT = Endpoint("https://api.mondoo.com/query", ApiToken("made-up"))
START = datetime(2024, 5, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SIZE = 5
ENDLESS = 20_000


@dataclass
class SandboxPages:
    """The sandbox's own log and paging without HTTP: a page source.

    Events are given by their seconds from ``START``. Before the requests whose numbers, from 1, are keys of ``arrive``
    events arrive, before those in ``prune`` the oldest three go, and those in ``fail`` fail.
    """

    seconds: list[int]
    cursors: CursorKind = CursorKind.ID
    ties: TieOrder = TieOrder.ARRIVAL
    arrive: dict[int, list[int]] = field(default_factory=dict)
    prune: frozenset[int] = frozenset()
    fail: Mapping[int, UpstreamError] = field(default_factory=dict)
    filters: bool = True
    """Whether the time filter does its part."""
    counts: bool = True
    counts_all: bool = False
    """Whether what is counted is the whole log."""
    asked: list[PageRequest] = field(default_factory=list)
    running: int = 0
    most_running: int = 0

    def __post_init__(self) -> None:
        self.log = Log(count(1))
        self.ever: list[int] = []
        self.held: list[int] = []
        self.floor: int | None = None
        """The latest second that was pruned: what arrives at or before it is gone too."""
        self._take_in(self.seconds)

    def _take_in(self, seconds: list[int]) -> None:
        self.log.append(
            Event(Identity("Jane Doe", "//captain"), "//r", f"n{number % 7}", moment(second), "")
            for number, second in enumerate(seconds, len(self.ever))
        )
        self.ever += seconds
        self.held = sorted([*self.held, *seconds])

    async def page(self, _endpoint: Endpoint, _scope: Scope, request: PageRequest) -> Page:
        self.asked.append(request)
        number = len(self.asked)
        assert number < ENDLESS, "the reader does not stop"
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            for _ in range(number * 7 % 3):  # answers come in another order than they were asked for
                await asyncio.sleep(0)
        finally:
            self.running -= 1
        if number in self.arrive:
            self._take_in(self.arrive[number])
        if number in self.prune:
            there = [second for second in self.held if self.floor is None or second > self.floor]
            self.floor = there[min(2, len(there) - 1)] if there else self.floor
        if number in self.fail:
            raise self.fail[number]
        return self._answer(request)

    def _answer(self, request: PageRequest) -> Page:
        bound = request.bound if self.filters else None
        floor = None if self.floor is None else microseconds(moment(self.floor))
        after = microseconds(bound.moment) if bound and bound.operator is Operator.AFTER else None
        before = microseconds(bound.moment) if bound and bound.operator is Operator.BEFORE else None
        query = Query(
            first=request.first,
            cursor=request.after,
            descending=request.order is Order.NEWEST_FIRST,
            after=max((each for each in (after, floor) if each is not None), default=None),
            before=before,
        )
        try:
            found = read(self.log, query, self.cursors, self.ties, len(self.asked))
        except BadCursorError as error:
            raise BadResponse("Mondoo refused the query: invalid cursor") from error
        total = len(self.log) if self.counts_all else found.total
        return Page(
            [as_read(entry) for _, entry in found.edges],
            [cursor for cursor, _ in found.edges],
            total if self.counts else None,
            found.edges[-1][0] if found.edges else None,
            found.end < found.total,
        )


def moment(second: int) -> datetime:
    return START + second * SECOND


def as_read(entry: Event) -> AuditEvent:
    return AuditEvent(SCOPE, entry.timestamp, entry.as_node()["timestamp"], entry.action, "Jane Doe", "", "", "")


async def collect(
    pages: PageSource,
    kind: type[MondooAuditLog | ParallelAuditLog],
    window: Window,
    order: Order,
    page_size: int = SIZE,
) -> tuple[list[LogPage], UpstreamError | None]:
    """The pages, and the error after them if there was one."""
    got: list[LogPage] = []
    try:
        async with aclosing(kind(pages, lambda _: ENDPOINT, page_size=page_size).read(SCOPE, window, order)) as read:
            async for page in read:
                got += [page]
    except UpstreamError as error:
        return got, error
    return got, None


def events(pages: list[LogPage]) -> list[AuditEvent]:
    return [each for page in pages for each in page.events]


def in_order(events: list[AuditEvent], order: Order) -> bool:
    return all((a.at >= b.at) if order is Order.NEWEST_FIRST else (a.at <= b.at) for a, b in pairwise(events))


uniform = st.builds(
    lambda size, span, seed: [Random(seed).randrange(span) for _ in range(size)],
    st.integers(0, 400),
    st.sampled_from([1, 2, 5, 50, 3000, 10**6]),
    st.integers(0, 99),
)
exponential = st.builds(
    lambda size, way, seed: [way * int(2 ** Random(f"{seed}{n}").uniform(0, 28)) for n in range(size)],
    st.integers(0, 400),
    st.sampled_from([1, -1]),
    st.integers(0, 99),
)
distributions = st.one_of(
    uniform,
    exponential,
    st.builds(lambda early, late: early + [second + 300_000_000 for second in late], uniform, exponential),
    st.builds(lambda some, tied: some + [some[len(some) // 2]] * tied if some else [], uniform, st.integers(0, 30)),
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    bounds = st.none() | st.builds(
        lambda second, half: moment(second) + half * SECOND / 2,
        st.sampled_from([-(10**6), 0, 1, 20, 900, 10**5, 10**8, 4 * 10**8]) | st.integers(0, 3000),
        st.sampled_from([0, 0, 0, 1]),
    )
    since, until = draw(bounds), draw(bounds)
    if since is not None and until is not None and since >= until:
        since, until = until - SECOND, since + SECOND
    return Window(since, until)


@given(
    seconds=distributions,
    cursors=st.sampled_from(CursorKind),
    ties=st.sampled_from([TieOrder.ARRIVAL, TieOrder.REVERSED]),
    window=windows(),
    order=st.sampled_from(Order),
)
@settings(deadline=None)
async def test_a_log_that_stands_still_is_read_as_page_by_page(
    seconds: list[int], cursors: CursorKind, ties: TieOrder, window: Window, order: Order
) -> None:
    alone, _ = await collect(SandboxPages(seconds, cursors, ties), MondooAuditLog, window, order)
    side_by_side, error = await collect(SandboxPages(seconds, cursors, ties), ParallelAuditLog, window, order)
    assert error is None
    assert events(side_by_side) == events(alone)
    assert {page.total for page in side_by_side} == {page.total for page in alone}
    assert [page.last for page in side_by_side] == [False] * (len(side_by_side) - 1) + [True]


@given(seconds=distributions, cursors=st.sampled_from(CursorKind), window=windows(), order=st.sampled_from(Order))
@settings(deadline=None, max_examples=50)
async def test_a_log_whose_ties_are_shuffled_at_each_request_is_read_whole(
    seconds: list[int], cursors: CursorKind, window: Window, order: Order
) -> None:
    size = max(SIZE, max(Counter(seconds).values(), default=0) + 1)
    assume(size <= LARGEST_PAGE)
    got, error = await collect(SandboxPages(seconds, cursors, TieOrder.SHUFFLED), ParallelAuditLog, window, order, size)
    assert error is None
    assert Counter(each.at for each in events(got)) == Counter(
        moment(each) for each in seconds if moment(each) in window
    )
    assert in_order(events(got), order)


@given(
    pages=st.builds(
        SandboxPages,
        seconds=distributions,
        cursors=st.sampled_from(CursorKind),
        ties=st.sampled_from([TieOrder.ARRIVAL, TieOrder.REVERSED]),
        arrive=st.dictionaries(st.integers(1, 80), st.lists(st.integers(0, 3000), max_size=4), max_size=6),
        prune=st.frozensets(st.integers(1, 80), max_size=3),
    ),
    window=windows(),
    order=st.sampled_from(Order),
)
@settings(deadline=None)
async def test_nothing_is_lost_or_repeated_while_events_come_and_go(
    pages: SandboxPages, window: Window, order: Order
) -> None:
    got, error = await collect(pages, ParallelAuditLog, window, order)
    if error is not None:
        note("given up")
        assert pages.prune
        return
    result = Counter(each.at for each in events(got))
    floor = -(10**9) if pages.floor is None else pages.floor
    there = Counter(moment(second) for second in pages.seconds if second > floor and moment(second) in window)
    ever = Counter(moment(second) for second in pages.ever if moment(second) in window)
    assert there <= result <= ever
    assert in_order(events(got), order)


@given(
    seconds=distributions,
    window=windows(),
    order=st.sampled_from(Order),
    habit=st.sampled_from(["ignores its filter", "does not count", "counts everything"]),
)
@settings(deadline=None)
async def test_a_server_that_cannot_be_relied_on_is_read_as_page_by_page(
    seconds: list[int], window: Window, order: Order, habit: str
) -> None:
    def server() -> SandboxPages:
        return SandboxPages(
            seconds,
            filters=habit != "ignores its filter",
            counts=habit != "does not count",
            counts_all=habit == "counts everything",
        )

    alone_pages, together_pages = server(), server()
    alone, _ = await collect(alone_pages, MondooAuditLog, window, order)
    together, error = await collect(together_pages, ParallelAuditLog, window, order)
    assert error is None
    assert events(together) == events(alone)
    assert len(together_pages.asked) <= 1.15 * len(alone_pages.asked) + 20


@given(
    seconds=distributions,
    window=windows(),
    order=st.sampled_from(Order),
    at=st.integers(1, 120),
    lasting=st.sampled_from([1, ENDLESS]),
)
@settings(deadline=None)
async def test_what_lies_before_a_failure_is_given_and_then_the_error(
    seconds: list[int], window: Window, order: Order, at: int, lasting: int
) -> None:
    whole = events((await collect(SandboxPages(seconds), MondooAuditLog, window, order))[0])
    failing = dict.fromkeys(range(at, at + lasting), Unavailable("Mondoo answered 503"))
    pages = SandboxPages(seconds, fail=failing)
    got, error = await collect(pages, ParallelAuditLog, window, order)
    assert events(got) == whole[: len(events(got))]
    assert (error is None) == bool(got and got[-1].last)
    assert error is None or len(pages.asked) >= at
    assert error is not None or events(got) == whole
    assert pages.running == 0


@given(seconds=distributions, cursors=st.sampled_from(CursorKind), order=st.sampled_from(Order), window=windows())
@settings(deadline=None)
async def test_few_more_pages_are_asked_for_than_needed(
    seconds: list[int], cursors: CursorKind, order: Order, window: Window
) -> None:
    alone, together = SandboxPages(seconds * 2, cursors), SandboxPages(seconds * 2, cursors)
    await collect(alone, MondooAuditLog, window, order)
    await collect(together, ParallelAuditLog, window, order)
    assert len(together.asked) <= 1.15 * len(alone.asked) + 24


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("cursors", CursorKind)
async def test_an_even_log_is_read_by_many_at_once_for_few_more_pages(order: Order, cursors: CursorKind) -> None:
    pages = SandboxPages([60 * n for n in range(20_000)], cursors)
    got, _ = await collect(pages, ParallelAuditLog, Window(), order, 100)
    assert len(events(got)) == 20_000
    assert pages.most_running >= ENOUGH  # the answers come at once
    assert len(pages.asked) <= 1.15 * 200


async def test_memory_holds_a_bounded_number_of_pages_when_nobody_takes_them() -> None:
    pages = SandboxPages([60 * n for n in range(60_000)])
    async with aclosing(
        ParallelAuditLog(pages, lambda _: ENDPOINT, page_size=SIZE).read(SCOPE, Window(), Order.OLDEST_FIRST)
    ) as read:
        await anext(read)
        for _ in range(20_000):
            await asyncio.sleep(0)
        assert len(pages.asked) < 26 * 17 + 100
    assert pages.running == 0
    asked = len(pages.asked)
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(pages.asked) == asked


async def test_fewer_parts_abreast_hold_less() -> None:
    pages = SandboxPages([60 * n for n in range(60_000)])
    log = ParallelAuditLog(pages, lambda _: ENDPOINT, page_size=SIZE, abreast=3)
    async with aclosing(log.read(SCOPE, Window(), Order.OLDEST_FIRST)) as read:
        await anext(read)
        for _ in range(20_000):
            await asyncio.sleep(0)
        assert len(pages.asked) < 5 * 17 + 100


async def test_logs_that_share_their_paces_bear_in_mind_together_what_a_server_takes() -> None:
    async def most_at_once(first: Paces, second: Paces) -> int:
        pages = SandboxPages([60 * n for n in range(5_000)])
        logs = [ParallelAuditLog(pages, lambda _: ENDPOINT, paces=paces) for paces in (first, second)]
        await asyncio.gather(*(read_through(log) for log in logs))
        return pages.most_running

    async def read_through(log: ParallelAuditLog) -> None:
        async for _ in log.read(SCOPE, Window(), Order.NEWEST_FIRST):
            pass

    shared = Paces(Pace)
    assert await most_at_once(shared, shared) <= ENOUGH + 1  # the answers come at once; the first page is apart
    assert await most_at_once(Paces(Pace), Paces(Pace)) > ENOUGH + 1


async def test_a_window_of_one_page_waits_for_nobody() -> None:
    paces = Paces(Pace)
    log = ParallelAuditLog(SandboxPages([1, 2, 3]), lambda _: ENDPOINT, page_size=SIZE, paces=paces)
    hanging = [asyncio.create_task(paces[ENDPOINT.url].keep(forever)) for _ in range(20)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        [page] = [page async for page in log.read(SCOPE, Window(), Order.OLDEST_FIRST)]
    assert len(page.events) == 3
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


async def forever() -> Page:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_reader_that_is_cancelled_leaves_no_request_behind() -> None:
    class Hanging(SandboxPages):
        """A server that answers thirty requests, and no more."""

        async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
            page = await super().page(endpoint, scope, request)
            if len(self.asked) > 30:
                self.hanging += 1
                full.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    self.hanging -= 1
            return page

        hanging = 0

    full = asyncio.Event()
    pages = Hanging([60 * n for n in range(5_000)])
    reading = asyncio.create_task(collect(pages, ParallelAuditLog, Window(), Order.NEWEST_FIRST))
    await full.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert pages.hanging == 0
    assert len(asyncio.all_tasks()) == 1


async def test_a_small_window_costs_nothing_extra() -> None:
    for size in (0, 3, 4 * SIZE):
        alone, together = SandboxPages(list(range(size))), SandboxPages(list(range(size)))
        await collect(alone, MondooAuditLog, Window(), Order.NEWEST_FIRST)
        await collect(together, ParallelAuditLog, Window(), Order.NEWEST_FIRST)
        assert together.asked == alone.asked


async def test_a_page_holds_one_to_a_hundred_events() -> None:
    for size in (0, 101):
        with pytest.raises(ValueError, match="1 to 100"):
            ParallelAuditLog(SandboxPages([]), lambda _: ENDPOINT, page_size=size)


async def test_a_scope_without_an_endpoint_is_the_readers_error() -> None:
    def nowhere(scope: Scope) -> Endpoint:
        raise UserError(f"The bot has no credentials for {scope}.")

    with pytest.raises(UserError, match="no credentials for organization acme"):
        await anext(ParallelAuditLog(SandboxPages([]), nowhere).read(SCOPE, Window(), Order.NEWEST_FIRST))


async def test_errors_of_single_requests_for_counting_stop_nothing() -> None:
    for failing in range(2, 40):
        pages = SandboxPages([60 * n for n in range(300)], fail={failing: RateLimited("Mondoo answered 429")})
        got, error = await collect(pages, ParallelAuditLog, Window(moment(60), moment(15_000)), Order.NEWEST_FIRST)
        kept = events(got)
        assert error is not None or len(kept) == 249, failing
