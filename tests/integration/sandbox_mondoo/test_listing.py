"""What holds for any log: whatever its times, its growth, the order and the size of the pages."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.mondoo import CursorKind, Event, Identity, TieOrder
from bot.sandbox.mondoo.log import Log
from bot.sandbox.mondoo.pages import BadCursorError, Query, read

BASE = datetime(2024, 1, 1, tzinfo=UTC)
SECONDS = st.lists(st.integers(0, 12), max_size=40)
STABLE = st.sampled_from([TieOrder.ARRIVAL, TieOrder.REVERSED])


def log_of(seconds: list[int]) -> Log:
    """Gives a log of events that arrive in the order of the list; their messages count them."""
    log = Log(count(100, 3))
    log.append(event(second, number) for number, second in enumerate(seconds))
    return log


def event(second: int, number: int) -> Event:
    actor = Identity("Ann", "//captain.api.mondoo.app/users/1" if number % 3 else "//captain.api.mondoo.app/users/2")
    return Event(actor, "r", "a.B", BASE + timedelta(seconds=second), str(number))


def follow(log: Log, first: int, cursors: CursorKind, ties: TieOrder, **query: str | bool | int) -> list[Event]:
    events: list[Event] = []
    cursor = None
    while True:
        page = read(log, Query(first=first, cursor=cursor, **query), cursors, ties)  # type: ignore[arg-type]
        assert page.start == len(events)
        events += [event for _, event in page.edges]
        if page.end >= page.total:
            return events
        cursor = page.edges[-1][0]


@given(SECONDS)
def test_a_log_is_sorted_by_time_and_ties_by_arrival(seconds: list[int]) -> None:
    expected = sorted(enumerate(seconds), key=lambda pair: pair[1])
    assert [int(event.msg) for event in log_of(seconds)] == [number for number, _ in expected]


@given(SECONDS)
def test_each_event_is_found_again_by_its_number(seconds: list[int]) -> None:
    log = log_of(seconds)
    assert [log.rank(log.number(rank)) for rank in range(len(log))] == list(range(len(log)))
    assert log.rank(101) is None


@given(
    seconds=SECONDS,
    first=st.integers(1, 7),
    cursors=st.sampled_from(CursorKind),
    ties=STABLE,
    descending=st.booleans(),
)
def test_cursors_lead_through_every_event_once_in_order(
    *,
    seconds: list[int],
    first: int,
    cursors: CursorKind,
    ties: TieOrder,
    descending: bool,
) -> None:
    log = log_of(seconds)
    events = follow(log, first, cursors, ties, descending=descending)
    newest_first = list(log)[::-1]
    if ties is TieOrder.REVERSED:
        newest_first = sorted(log, key=lambda event: event.timestamp, reverse=True)
    assert events == newest_first[:: 1 if descending else -1]


@given(seconds=SECONDS, first=st.integers(1, 7), descending=st.booleans(), bound=st.integers(-1, 13))
def test_filters_and_cursors_go_together(*, seconds: list[int], first: int, descending: bool, bound: int) -> None:
    log = log_of(seconds)
    moment = event(bound, 0).moment
    actor = "//captain.api.mondoo.app/users/2"
    events = follow(
        log, first, CursorKind.ID, TieOrder.REVERSED, descending=descending, after=moment, identity_mrn=actor
    )
    expected = {each.msg for each in log if each.moment > moment and each.identity.mrn == actor}
    assert Counter(each.msg for each in events) == Counter(expected)


@given(seconds=SECONDS, later=SECONDS, first=st.integers(1, 7), ties=STABLE, descending=st.booleans())
def test_an_id_cursor_stays_at_its_event_while_the_log_grows(
    *,
    seconds: list[int],
    later: list[int],
    first: int,
    ties: TieOrder,
    descending: bool,
) -> None:
    log = log_of(seconds)
    page = read(log, Query(first=first, descending=descending), CursorKind.ID, ties)
    if not page.edges:
        return
    cursor, last = page.edges[-1]
    log.append(event(second, number) for number, second in enumerate(later, start=1000))
    rest = read(log, Query(first=1000, cursor=cursor, descending=descending), CursorKind.ID, ties)
    whole = read(log, Query(first=1000, descending=descending), CursorKind.ID, ties)
    place = [each.msg for _, each in whole.edges].index(last.msg)
    assert rest.edges == whole.edges[place + 1 :]


@given(SECONDS, st.integers(0, 100))
def test_a_shuffle_keeps_events_at_their_time_and_each_page_whole(seconds: list[int], nonce: int) -> None:
    log = log_of(seconds)
    page = read(log, Query(first=1000), CursorKind.ID, TieOrder.SHUFFLED, nonce)
    assert [each.timestamp for _, each in page.edges] == sorted((each.timestamp for each in log), reverse=True)
    assert Counter(each.msg for _, each in page.edges) == Counter(each.msg for each in log)
    for start in range(0, len(page.edges), 5):
        cursor = page.edges[start - 1][0] if start else None
        part = read(log, Query(first=5, cursor=cursor), CursorKind.ID, TieOrder.SHUFFLED, nonce)
        assert part.edges == page.edges[start : start + 5]


def test_a_hidden_event_still_serves_as_a_cursor() -> None:
    log = log_of([0, 1, 2, 3, 4, 5])
    cursor = str(log.number(2))  # of message 2, which the filter hides
    for descending, expected in ((True, ["0"]), (False, ["3"])):
        query = Query(first=9, cursor=cursor, descending=descending, identity_mrn="//captain.api.mondoo.app/users/2")
        page = read(log, query, CursorKind.ID, TieOrder.ARRIVAL)
        assert [each.msg for _, each in page.edges] == expected


def test_an_unknown_number_is_no_cursor() -> None:
    with pytest.raises(BadCursorError, match="cursor not found"):
        read(log_of([1]), Query(first=1, cursor="5"), CursorKind.ID, TieOrder.ARRIVAL)
