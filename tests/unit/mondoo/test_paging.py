"""Reading is complete, in order and free of repeats, whatever the server's cursors, ties, filter and growth."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import pairwise
from random import Random
from typing import assert_never

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from bot.adapters.mondoo.credentials import ApiToken
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.pages import Bound, Operator, Page, PageRequest
from bot.adapters.mondoo.reader import MondooAuditLog
from bot.domain.errors import BadResponse, UserError
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope, ScopeKind
from bot.ports import LogPage

SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
ENDPOINT = Endpoint("https://api.mondoo.com/query", ApiToken("made-up"))
START = datetime(2024, 5, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Cursors(Enum):
    IDS = "ids"
    OFFSETS = "offsets"


class Ties(Enum):
    ARRIVAL = "arrival, turned round with the order"
    FIXED = "arrival, whatever the order"
    SHUFFLED = "anew at each request"


class Filter(Enum):
    OBEYED = "obeyed"
    INCLUSIVE = "includes the moment itself"
    IGNORED = "ignored"
    INVERTED = "the wrong way round"


class EdgeCursors(Enum):
    OWN = "each edge its own"
    END = "every edge that of the page's end"
    NONE = "null"
    REFUSED = "each its own, and refused unless it ends a page"


class More(Enum):
    EXACT = "exact"
    FULL = "whenever the page is full"


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens to a log just before a request: events arrive, by second and label, and the oldest are pruned."""

    arrive: tuple[tuple[int, str], ...] = ()
    prune: int = 0


@dataclass
class FakeLog:
    """One audit log behind a server of configurable habits; a page source.

    Events are pairs of a second and a label; equal pairs are true twins. ``happenings`` are keyed by the number of the
    request, from 1, before which they take place. The server remembers each event's number, as a database would, and
    shows it only inside cursors.
    """

    start: list[tuple[int, str]]
    cursors: Cursors = Cursors.IDS
    ties: Ties = Ties.ARRIVAL
    filter: Filter = Filter.OBEYED
    edge_cursors: EdgeCursors = EdgeCursors.OWN
    more: More = More.EXACT
    counts_all: bool = False
    counts: bool = True
    """Whether it says how many events there are."""
    fractions: bool = False
    """Whether times have fractions of a second, by label, which the server does not sort by."""
    happenings: dict[int, Happening] = field(default_factory=dict)
    requests: list[PageRequest] = field(default_factory=list)
    seed: int = 0

    def __post_init__(self) -> None:
        self.log = list(enumerate(self.start))
        self.ever = [pair for _, pair in self.log]
        self._ends: set[str] = set()

    async def page(self, _endpoint: Endpoint, _scope: Scope, request: PageRequest) -> Page:
        self.requests.append(request)
        assert len(self.requests) < 400, "the reader does not stop"
        self._happen(self.happenings.get(len(self.requests), Happening()))
        rows = self._rows(request)
        begin = self._begin(rows, request.after)
        shown = rows[begin : begin + request.first]
        end = self._cursor(begin, len(shown), shown) if shown else None
        if end is not None:
            self._ends.add(end)
        cursors: list[str | None]
        match self.edge_cursors:
            case EdgeCursors.OWN | EdgeCursors.REFUSED:
                cursors = [self._cursor(begin, n, shown) for n in range(1, len(shown) + 1)]
            case EdgeCursors.END:
                cursors = [end for _ in shown]
            case EdgeCursors.NONE:
                cursors = [None for _ in shown]
            case _:
                assert_never(self.edge_cursors)
        more = len(shown) == request.first if self.more is More.FULL else begin + len(shown) < len(rows)
        total = len(self.log) if self.counts_all else len(rows)
        return Page([self.made(pair) for _, pair in shown], cursors, total if self.counts else None, end, more)

    def made(self, pair: tuple[int, str]) -> AuditEvent:
        second, label = pair
        at = moment(second) + (timedelta(milliseconds=300 * "ABC".index(label)) if self.fractions else timedelta())
        return AuditEvent(SCOPE, at, at.isoformat(), f"mondoo.captain.Captain.{label}", "Jane Doe", "", "", "")

    def _happen(self, happening: Happening) -> None:
        for pair in happening.arrive:
            self.log.append((len(self.ever), pair))
            self.ever.append(pair)
        oldest = sorted(self.log, key=lambda row: (row[1][0], row[0]))[: happening.prune]
        self.log = [row for row in self.log if row not in oldest]

    def _rows(self, request: PageRequest) -> list[tuple[int, tuple[int, str]]]:
        newest_first = request.order is Order.NEWEST_FIRST
        rows = [row for row in self.log if self._lets_through(request.bound, self.made(row[1]).at)]
        match self.ties:
            case Ties.ARRIVAL:
                rows.sort(key=lambda row: (row[1][0], row[0]), reverse=newest_first)
            case Ties.FIXED:
                rows.sort(key=lambda row: (-row[1][0] if newest_first else row[1][0], row[0]))
            case Ties.SHUFFLED:
                Random(f"{self.seed}/{len(self.requests)}").shuffle(rows)
                rows.sort(key=lambda row: row[1][0], reverse=newest_first)
        return rows

    def _lets_through(self, bound: Bound | None, at: datetime) -> bool:
        if bound is None or self.filter is Filter.IGNORED:
            return True
        after = bound.operator is Operator.AFTER
        if self.filter is Filter.INVERTED:
            after = not after
        if self.filter is Filter.INCLUSIVE and at == bound.moment:
            return True
        return at > bound.moment if after else at < bound.moment

    def _begin(self, rows: list[tuple[int, tuple[int, str]]], after: str | None) -> int:
        if after is None:
            return 0
        if self.edge_cursors is EdgeCursors.REFUSED and after not in self._ends:
            raise BadResponse("Mondoo refused the query: invalid cursor")
        if self.cursors is Cursors.OFFSETS:
            return min(int(after), len(rows))
        numbers = [number for number, _ in rows]
        if int(after) not in numbers:
            raise BadResponse("Mondoo refused the query: cursor not found")
        return numbers.index(int(after)) + 1

    def _cursor(self, begin: int, length: int, shown: list[tuple[int, tuple[int, str]]]) -> str:
        return str(begin + length) if self.cursors is Cursors.OFFSETS else str(shown[length - 1][0])


def moment(second: int) -> datetime:
    return START + second * SECOND


async def collect(log: FakeLog, window: Window, order: Order, page_size: int) -> list[LogPage]:
    reader = MondooAuditLog(log, lambda _: ENDPOINT, page_size=page_size)
    async with aclosing(reader.read(SCOPE, window, order)) as pages:
        return [page async for page in pages]


halves = st.sampled_from([0, 0, 0, 1])
seconds = st.integers(0, 9)
pairs = st.tuples(seconds, st.sampled_from("ABC"))
happenings = st.dictionaries(
    st.integers(2, 12),
    st.builds(Happening, st.lists(pairs, max_size=3).map(tuple), st.sampled_from([0, 0, 0, 1, 2])),
    max_size=4,
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    bounds = st.none() | st.builds(lambda second, half: moment(second) + half * SECOND / 2, st.integers(-1, 11), halves)
    since, until = draw(bounds), draw(bounds)
    if since is not None and until is not None and since >= until:
        since, until = until - SECOND, since + SECOND
    return Window(since, until)


@st.composite
def logs(draw: st.DrawFn, *, changing: bool) -> FakeLog:
    return FakeLog(
        start=draw(st.lists(pairs, max_size=24)),
        cursors=draw(st.sampled_from(Cursors)),
        ties=draw(st.sampled_from(Ties)),
        filter=draw(st.sampled_from(Filter)),
        edge_cursors=draw(st.sampled_from(EdgeCursors)),
        more=draw(st.sampled_from(More)),
        counts_all=draw(st.booleans()),
        counts=changing or draw(st.booleans()),
        fractions=draw(st.booleans()),
        happenings=draw(happenings) if changing else {},
        seed=draw(st.integers(0, 5)),
    )


def fullest_neighbours(log: FakeLog) -> int:
    """The most events that a second ever holds together with the one before it in the log."""
    everything = log.start + [pair for happening in log.happenings.values() for pair in happening.arrive]
    sizes = [size for _, size in sorted(Counter(second for second, _ in everything).items())]
    return max(map(sum, pairwise([0, *sizes])), default=0)


def can_be_told_apart(log: FakeLog, page_size: int) -> bool:
    """Whether reading can be right at all.

    Where ties are shuffled at each request, or events go and come between two requests so that their count stays the
    same, a second and its neighbour have to fit into a page, and there has to be a way to see them whole.
    """
    deceptive = any(happening.arrive and happening.prune for happening in log.happenings.values())
    pruned = any(happening.prune for happening in log.happenings.values())
    overlaps = log.filter is Filter.OBEYED or (log.edge_cursors is EdgeCursors.OWN and not pruned)
    easy = log.ties is not Ties.SHUFFLED and not deceptive
    return easy or (overlaps and page_size > fullest_neighbours(log))


def check(log: FakeLog, pages: list[LogPage], window: Window, order: Order) -> None:
    result = [each for page in pages for each in page.events]
    whole = [each.at.replace(microsecond=0) for each in result]
    assert whole == sorted(whole, reverse=order is Order.NEWEST_FIRST)
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    still_there = Counter(log.made(pair) for number, pair in log.log if number < len(log.start))
    at_least = Counter({each: n for each, n in still_there.items() if each.at in window})
    at_most = Counter(each for each in (log.made(pair) for pair in log.ever) if each.at in window)
    assert at_least <= Counter(result), f"lost: {at_least - Counter(result)}"
    assert Counter(result) <= at_most, f"repeated: {Counter(result) - at_most}"
    if not log.happenings and not log.counts_all and log.filter is Filter.OBEYED and not log.fractions:
        assert {page.total for page in pages} <= {None, len(result)}


@given(log=logs(changing=False), window=windows(), order=st.sampled_from(Order), page_size=st.integers(1, 12))
@settings(max_examples=200, deadline=None)
async def test_a_log_that_stands_still_is_read_exactly(
    log: FakeLog, window: Window, order: Order, page_size: int
) -> None:
    assume(can_be_told_apart(log, page_size))
    check(log, await collect(log, window, order, page_size), window, order)


@given(log=logs(changing=True), window=windows(), order=st.sampled_from(Order), page_size=st.integers(1, 12))
@settings(max_examples=200, deadline=None)
async def test_a_log_that_changes_while_it_is_read_loses_and_repeats_nothing(
    log: FakeLog, window: Window, order: Order, page_size: int
) -> None:
    assume(can_be_told_apart(log, page_size))
    try:
        pages = await collect(log, window, order, page_size)
    except BadResponse:
        event("given up")
        assert any(happening.prune for happening in log.happenings.values())
        return
    check(log, pages, window, order)


@given(log=logs(changing=False), second=st.integers(0, 9), page_size=st.integers(1, 12))
@settings(max_examples=100, deadline=None)
async def test_what_arrives_in_a_log_that_does_not_count_itself_costs_nothing(
    log: FakeLog, second: int, page_size: int
) -> None:
    log = replace(log, counts=False, happenings={3: Happening(((second, "A"),))})
    assume(page_size > fullest_neighbours(log))
    assume(can_be_told_apart(log, page_size))
    pages = await collect(log, Window(), Order.NEWEST_FIRST, page_size)
    check(log, pages, Window(), Order.NEWEST_FIRST)
    assert {page.total for page in pages} == {None}


# The same by name: each case is one that a plainer reader gets wrong.


def spread(text: str) -> list[tuple[int, str]]:
    """Events from a drawing: a word a second, a letter an event, ``.`` for a second without one."""
    return [(second, label) for second, word in enumerate(text.split()) for label in word if label != "."]


def labels(pages: list[LogPage]) -> str:
    return "".join(each.action[-1] for page in pages for each in page.events)


NEWEST, OLDEST = Order.NEWEST_FIRST, Order.OLDEST_FIRST


@pytest.mark.parametrize(
    ("log", "order", "page_size", "expected"),
    [
        pytest.param(FakeLog(spread("A BB C")), NEWEST, 2, "CBBA", id="twins-split-by-an-edge"),
        pytest.param(FakeLog(spread("A BBBBBBB C")), OLDEST, 3, "ABBBBBBBC", id="more-twins-than-a-page"),
        pytest.param(
            FakeLog(spread("A B C A B C"), Cursors.OFFSETS, happenings={2: Happening(((6, "C"), (7, "C")))}),
            NEWEST,
            3,
            "CBACBA",
            id="offsets-shifted-by-newcomers",
        ),
        pytest.param(
            FakeLog(spread("A BB B A B C"), Cursors.OFFSETS, happenings={2: Happening(((6, "C"),))}),
            NEWEST,
            4,
            "CBABBBA",
            id="a-twin-that-looks-like-a-shift",
        ),
        pytest.param(
            FakeLog(spread("A B C A B C"), Cursors.OFFSETS, happenings={2: Happening(prune=2)}),
            OLDEST,
            3,
            "ABCABC",
            id="offsets-shifted-by-pruning",
        ),
        pytest.param(
            FakeLog(spread("ABC"), Cursors.OFFSETS, happenings={2: Happening(((0, "A"),))}),
            NEWEST,
            2,
            "CBAA",
            id="a-shift-within-a-second",
        ),
        pytest.param(
            FakeLog(spread("AB"), Cursors.OFFSETS, happenings={2: Happening(((0, "A"), (0, "A")))}),
            NEWEST,
            1,
            "BAAA",
            id="a-shift-that-shows-later",
        ),
        pytest.param(
            FakeLog(spread("A BCDEFG H"), Cursors.OFFSETS, happenings={3: Happening(prune=1)}),
            OLDEST,
            3,
            "ABCDEFGH",
            id="offsets-shifted-by-pruning-within-a-second",
        ),
        pytest.param(
            FakeLog(spread("A B C A B C"), happenings={2: Happening(prune=3)}),
            OLDEST,
            3,
            "ABCABC",
            id="the-cursors-event-pruned",
        ),
        pytest.param(
            FakeLog(spread("A B C . B C"), happenings={2: Happening(((3, "A"),))}),
            NEWEST,
            2,
            "CBACBA",
            id="a-late-event-ahead",
        ),
        pytest.param(
            FakeLog(spread("A B C A . C"), happenings={2: Happening(((4, "B"),))}),
            NEWEST,
            2,
            "CACBA",
            id="a-late-event-behind",
        ),
        pytest.param(
            FakeLog(spread("A B C"), edge_cursors=EdgeCursors.NONE), NEWEST, 2, "CBA", id="edges-without-cursors"
        ),
        pytest.param(
            FakeLog(spread("A B C"), edge_cursors=EdgeCursors.REFUSED), NEWEST, 2, "CBA", id="cursors-of-edges-refused"
        ),
    ],
)
async def test_a_reader_is_not_misled_by(log: FakeLog, order: Order, page_size: int, expected: str) -> None:
    assert labels(await collect(log, Window(), order, page_size)) == expected


async def test_ties_that_change_their_order_between_requests_are_all_given() -> None:
    for seed in range(20):
        log = FakeLog(spread("A ABCABC ABC C"), ties=Ties.SHUFFLED, seed=seed)
        assert Counter(labels(await collect(log, Window(), NEWEST, 7))) == Counter("AABCABCABCC")


@pytest.mark.parametrize("habit", [Filter.IGNORED, Filter.INVERTED])
@pytest.mark.parametrize("order", Order)
async def test_a_filter_that_lies_is_caught(habit: Filter, order: Order) -> None:
    window = Window(moment(2), moment(4))
    for drawing in ("A B C A B C", ". . . A", ". . C", "A . C"):
        log = FakeLog(spread(drawing), filter=habit)
        pages = await collect(log, window, order, 2)
        assert {each.at for page in pages for each in page.events} == {
            moment(second) for second, _ in spread(drawing) if second in {2, 3}
        }


async def test_a_filter_that_leaves_out_too_much_is_caught() -> None:
    class Narrow(FakeLog):
        """A server whose filter leaves out one more second than it should."""

        def _lets_through(self, bound: Bound | None, at: datetime) -> bool:
            return super()._lets_through(bound, at) and (bound is None or abs(at - bound.moment) > SECOND)

    log = Narrow(spread("A BBB C"), edge_cursors=EdgeCursors.NONE)
    assert labels(await collect(log, Window(), OLDEST, 2)) == "ABBBC"


async def test_an_event_that_arrives_in_an_empty_window_does_not_cost_the_filter() -> None:
    log = FakeLog(spread("A B C A B C A B C A B C"), happenings={2: Happening(((30, "A"),))})
    assert labels(await collect(log, Window(since=moment(20)), OLDEST, 2)) == "A"
    assert len(log.requests) == 3


async def test_a_count_that_holds_more_than_the_window_is_not_told() -> None:
    log = FakeLog(spread("A B C"), filter=Filter.INCLUSIVE)
    assert [page.total for page in await collect(log, Window(since=moment(1)), NEWEST, 9)] == [None]


async def test_the_count_of_the_window_is_kept_where_one_bound_says_it() -> None:
    log = FakeLog(spread("A B C A B C"))
    pages = await collect(log, Window(since=moment(2)), NEWEST, 2)
    assert [page.total for page in pages] == [4] * len(pages)


@pytest.mark.parametrize("order", Order)
async def test_the_count_of_a_window_with_two_ends_takes_one_more_question(order: Order) -> None:
    log = FakeLog(spread("A B C A B C A B C"))
    pages = await collect(log, Window(moment(2), moment(7)), order, 2)
    assert [page.total for page in pages] == [5] * len(pages)
    assert len([asked for asked in log.requests if asked.first == 1]) == 1


async def test_a_window_that_fits_a_page_is_not_counted_beforehand() -> None:
    log = FakeLog(spread("A B C D E F"))
    await collect(log, Window(moment(1), moment(4)), NEWEST, 50)
    assert len(log.requests) == 1


async def test_a_count_that_cannot_be_had_stays_unknown() -> None:
    class Uncounted(FakeLog):
        """A server that refuses to count, or, if ``lies``, counts what was not asked for."""

        lies = False

        async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
            if request.first > 1:
                return await super().page(endpoint, scope, request)
            if self.lies:
                return await super().page(endpoint, scope, replace(request, bound=None))
            raise BadResponse("Mondoo refused the query")

    for lies in (False, True):
        log = Uncounted(spread("A B C A B C A B C"))
        log.lies = lies
        pages = await collect(log, Window(moment(2), moment(7)), NEWEST, 2)
        assert {page.total for page in pages} == {None}
        assert sum(len(page.events) for page in pages) == 5


async def test_events_in_no_order_are_refused() -> None:
    class Unsorted(FakeLog):
        """A server that forgets to sort."""

        async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
            page = await super().page(endpoint, scope, request)
            return replace(page, events=page.events[::-1])

    with pytest.raises(BadResponse, match="not in the order that was asked for"):
        await collect(Unsorted(spread("A B")), Window(), NEWEST, 2)


async def test_reading_ends_where_pages_never_advance() -> None:
    class Circling(FakeLog):
        """A server that begins anew at the end of the log."""

        async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
            page = await super().page(endpoint, scope, replace(request, after=None))
            return replace(page, more=True, cursor=str(len(self.requests)), cursors=[None for _ in page.events])

    class Sliding(FakeLog):
        """A server that falls back to the first page after a while, always with another cursor."""

        async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
            fallen = len(self.requests) >= 4
            page = await super().page(endpoint, scope, replace(request, after=None) if fallen else request)
            return replace(page, more=True, cursor=str(len(self.requests))) if fallen else page

    sliding = Sliding(spread("A B C A B C"), edge_cursors=EdgeCursors.NONE, filter=Filter.IGNORED)
    with pytest.raises(BadResponse, match="Mondoo's pages do not advance after"):
        await collect(sliding, Window(), NEWEST, 2)
    for drawing in ("A B C", "AAA", "A"):
        with pytest.raises(BadResponse, match="Mondoo's pages do not advance after"):
            await collect(Circling(spread(drawing)), Window(), NEWEST, 3)


async def test_a_page_holds_one_to_a_hundred_events() -> None:
    for size in (0, 101):
        with pytest.raises(ValueError, match="1 to 100"):
            MondooAuditLog(FakeLog([]), lambda _: ENDPOINT, page_size=size)


async def test_a_scope_without_an_endpoint_is_the_readers_error() -> None:
    def nowhere(scope: Scope) -> Endpoint:
        raise UserError(f"The bot has no credentials for {scope}.")

    with pytest.raises(UserError, match="no credentials for organization acme"):
        await anext(MondooAuditLog(FakeLog([]), nowhere).read(SCOPE, Window(), NEWEST))


async def test_memory_does_not_grow_with_the_log() -> None:
    class Endless(FakeLog):
        """A log without end, a hundred events a page, made as they are asked for."""

        async def page(self, _endpoint: Endpoint, _scope: Scope, request: PageRequest) -> Page:
            begin = int(request.after or 0)
            numbers = range(begin + 1, begin + request.first + 1)
            return Page([self.made((n, "A")) for n in numbers], [str(n) for n in numbers], 10**9, "end", more=True)

    async def weigh(pages_to_read: int) -> int:
        tracemalloc.start()
        async with aclosing(MondooAuditLog(Endless([]), lambda _: ENDPOINT).read(SCOPE, Window(), OLDEST)) as pages:
            for _ in range(pages_to_read):
                await anext(pages)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    await weigh(5)
    assert await weigh(200) < await weigh(20) * 1.5
