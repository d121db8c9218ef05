from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import Unavailable
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.services.snapshots import RESULTS_PER_PAGE, ResultPage, Snapshots

from .fakes import ACME, NOON, FakeAuditLog, FakeClock, event, history

SECOND = timedelta(seconds=1)
ASKED = AuditQuery(ACME)


def messages(page: ResultPage) -> list[str]:
    return [event.message for event in page.events]


def numbered(first: int, last: int) -> list[str]:
    return [f"event {n}" for n in range(first, last + 1)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def test_the_first_page_appears_once_the_pages_it_needs_are_read(clock: FakeClock) -> None:
    log = FakeAuditLog(history(36), page_size=20)
    page = await Snapshots(log, clock, page_size=20).page(ASKED)
    assert messages(page) == numbered(1, 10)
    assert (page.first, page.last, page.has_previous, page.has_next) == (1, 10, False, True)
    assert log.pages == 1
    assert not page.coverage.complete


async def test_every_page_can_be_reached_and_the_last_says_that_all_is_read(clock: FakeClock) -> None:
    log = FakeAuditLog(history(36), page_size=20)
    snapshots = Snapshots(log, clock, page_size=20)
    page = await snapshots.page(ASKED)
    seen = messages(page)
    while page.has_next:
        page = await snapshots.page(page.query, page.number + 1)
        seen += messages(page)
    assert seen == numbered(1, 36)
    assert (page.first, page.last, page.has_previous) == (31, 36, True)
    assert page.coverage.describe(page.first, page.last) == "31–36 of 36, all read"
    assert len(log.readings) == 1
    assert log.open == 0


@pytest.mark.parametrize("more", [0, 1])
async def test_there_is_a_next_page_only_where_something_is_on_it(clock: FakeClock, more: int) -> None:
    page = await Snapshots(FakeAuditLog(history(RESULTS_PER_PAGE + more)), clock).page(ASKED)
    assert page.has_next is bool(more)


async def test_an_empty_log_has_one_empty_page(clock: FakeClock) -> None:
    page = await Snapshots(FakeAuditLog(), clock).page(ASKED)
    assert (page.number, page.last, page.has_next, page.has_previous) == (0, 0, False, False)
    assert page.coverage.complete


async def test_a_page_beyond_the_end_is_the_last_one(clock: FakeClock) -> None:
    page = await Snapshots(FakeAuditLog(history(15)), clock).page(ASKED, 7)
    assert (page.number, messages(page)) == (1, numbered(11, 15))


@pytest.mark.parametrize("order", Order)
async def test_pages_show_the_log_of_the_moment_of_asking_however_it_grows(clock: FakeClock, order: Order) -> None:
    events = history(25)

    def grow(_page: int) -> None:
        clock.advance(timedelta(minutes=1))
        if order is Order.OLDEST_FIRST:  # new events come at the end, where this reading still gets to
            events.append(event(clock.now(), "new"))

    log = FakeAuditLog(events, page_size=12, between=grow)
    snapshots = Snapshots(log, clock, page_size=12)
    first = await snapshots.page(AuditQuery(ACME, order=order))
    assert first.query.window == Window(None, NOON)
    events.append(event(clock.now(), "newer still"))
    seen = [messages(await snapshots.page(first.query, n)) for n in range(3)]
    expected = numbered(1, 25) if order is Order.NEWEST_FIRST else numbered(1, 25)[::-1]
    assert [message for page in seen for message in page] == expected
    again = Snapshots(FakeAuditLog(events, page_size=12), clock, page_size=12)
    assert [messages(await again.page(first.query, n)) for n in range(3)] == seen


@pytest.mark.parametrize("order", Order)
async def test_what_happens_in_the_second_of_the_question_but_after_it_is_on_no_page(
    clock: FakeClock, order: Order
) -> None:
    clock.advance(timedelta(milliseconds=300))
    events = history(15)
    log = FakeAuditLog(events)
    first = await Snapshots(log, clock).page(AuditQuery(ACME, order=order))
    events.append(event(NOON, "later in the same second"))
    restarted = Snapshots(log, clock)
    again = await restarted.page(first.query)
    assert messages(again) == messages(first)
    assert again.coverage.matched == 15


async def test_the_window_holds_events_that_are_dated_ahead_of_our_clock(clock: FakeClock) -> None:
    ahead = event(NOON + timedelta(minutes=3), "ahead")
    page = await Snapshots(FakeAuditLog([ahead]), clock).page(ASKED)
    assert messages(page) == ["ahead"]
    assert page.query.window.until == ahead.at + SECOND
    assert page.coverage.window == page.query.window


async def test_a_question_asked_again_is_read_again(clock: FakeClock) -> None:
    log = FakeAuditLog(history(3))
    snapshots = Snapshots(log, clock)
    await snapshots.page(ASKED)
    clock.advance(SECOND)
    await snapshots.page(ASKED)
    assert len(log.readings) == 2


async def test_people_who_ask_the_same_at_once_share_one_reading(clock: FakeClock) -> None:
    log = FakeAuditLog(history(30), gate=asyncio.Event())
    snapshots = Snapshots(log, clock)
    asking = [asyncio.create_task(snapshots.page(ASKED)) for _ in range(3)]
    await asyncio.sleep(0)
    assert log.gate
    log.gate.set()
    pages = await asyncio.gather(*asking)
    assert pages[0] == pages[1] == pages[2]
    assert len(log.readings) == 1


async def test_two_readings_that_come_out_the_same_leave_one_open(clock: FakeClock) -> None:
    log = FakeAuditLog(history(300))
    snapshots = Snapshots(log, clock)
    first = await snapshots.page(ASKED)
    second = await snapshots.page(ASKED)
    assert first == second
    assert log.open == 1
    await snapshots.aclose()
    assert log.open == 0


async def test_a_failure_shows_what_is_known_and_asking_again_reads_afresh(clock: FakeClock) -> None:
    log = FakeAuditLog(history(36), page_size=20, fails={1: Unavailable("Mondoo answered 503.")})
    snapshots = Snapshots(log, clock, page_size=20)
    first = await snapshots.page(ASKED)
    second = await snapshots.page(first.query, 1)
    assert messages(second) == numbered(11, 20)
    assert second.coverage.describe(second.first, second.last) == (
        "11–20 of 36, stopped after 1 of 2 pages: Mondoo answered 503"
    )
    log.fails.clear()
    assert messages(await snapshots.page(first.query, 2)) == numbered(21, 30)
    assert len(log.readings) == 2


async def test_a_failure_at_once_is_not_an_empty_log(clock: FakeClock) -> None:
    page = await Snapshots(FakeAuditLog(fails={0: Unavailable("Mondoo answered 503.")}), clock).page(ASKED)
    assert page.coverage.failed
    assert not page.has_next


async def test_when_patience_ends_the_page_shows_what_is_known_and_asking_again_reads_on(clock: FakeClock) -> None:
    log = FakeAuditLog(
        [*history(30, actor="Eve"), *history(5, until=NOON - timedelta(days=1))],
        page_size=10,
        between=lambda _page: clock.advance(timedelta(seconds=8)),
    )
    snapshots = Snapshots(log, clock, page_size=10, patience=timedelta(seconds=15))
    page = await snapshots.page(AuditQuery(ACME, filters=Filters(actor="ada")))
    assert (page.last, page.has_next, log.pages) == (0, True, 2)
    assert page.coverage.describe(page.first, page.last) == "none of 20 events matches, 20 of 35 read so far"
    page = await snapshots.page(page.query)
    assert messages(page) == numbered(1, 5)
    assert log.pages == 4
    assert len(log.readings) == 1


async def test_an_answer_is_bounded_and_says_so(clock: FakeClock) -> None:
    log = FakeAuditLog(history(100), page_size=10)
    snapshots = Snapshots(log, clock, page_size=10, most_events=30)
    page = await snapshots.page(ASKED, 9)
    assert (page.number, messages(page)) == (2, numbered(21, 30))
    assert "an answer keeps 30 events at the most" in page.coverage.stopped
    assert "command line" in page.coverage.advice
    assert (log.pages, log.open) == (3, 0)


async def test_an_answer_that_just_fits_the_bound_is_complete(clock: FakeClock) -> None:
    page = await Snapshots(FakeAuditLog(history(30)), clock, most_events=30).page(ASKED, 2)
    assert page.coverage.complete


async def test_only_the_most_recently_used_answers_are_kept(clock: FakeClock) -> None:
    log = FakeAuditLog(history(300))
    snapshots = Snapshots(log, clock, capacity=2)
    pages = []
    for _ in range(3):
        clock.advance(SECOND)
        pages.append(await snapshots.page(ASKED))
    assert log.open == 2
    for page in reversed(pages):  # the first is gone and is read again, the others are there
        await snapshots.page(page.query, 1)
    assert len(log.readings) == 4


async def test_an_answer_is_let_go_of_some_time_after_its_last_use(clock: FakeClock) -> None:
    log = FakeAuditLog(history(300))
    snapshots = Snapshots(log, clock, keep=timedelta(minutes=30))
    old = await snapshots.page(ASKED)
    clock.advance(timedelta(minutes=30))
    await snapshots.page(old.query, 1)
    clock.advance(timedelta(minutes=30))
    await snapshots.page(ASKED)
    assert (len(log.readings), log.open) == (2, 2)
    clock.advance(timedelta(minutes=30) + SECOND)
    await snapshots.page(ASKED)
    assert log.open == 1


async def test_an_answer_that_somebody_is_reading_is_not_let_go_of(clock: FakeClock) -> None:
    log = FakeAuditLog(history(300), page_size=10)
    snapshots = Snapshots(log, clock, page_size=10, capacity=1)
    first = await snapshots.page(ASKED)
    log.gate = asyncio.Event()
    reading = asyncio.create_task(snapshots.page(first.query, 5))
    await asyncio.sleep(0)
    slow, log.gate = log.gate, None
    clock.advance(SECOND)
    await snapshots.page(ASKED)
    assert log.open == 2
    slow.set()
    assert messages(await reading) == numbered(51, 60)


async def test_a_reading_that_was_interrupted_is_begun_anew_by_whoever_waited(clock: FakeClock) -> None:
    log = FakeAuditLog(history(300), gate=asyncio.Event())
    snapshots = Snapshots(log, clock)
    interrupted = asyncio.create_task(snapshots.page(ASKED))
    waiting = asyncio.create_task(snapshots.page(ASKED))
    await asyncio.sleep(0)
    interrupted.cancel()
    assert log.gate
    log.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await interrupted
    assert messages(await waiting) == numbered(1, 10)
    assert (len(log.readings), log.open) == (2, 1)


async def test_closing_lets_go_of_every_reading(clock: FakeClock) -> None:
    log = FakeAuditLog(history(300))
    snapshots = Snapshots(log, clock)
    for _ in range(3):
        clock.advance(SECOND)
        await snapshots.page(ASKED)
    assert log.open == 3
    await snapshots.aclose()
    assert log.open == 0


def test_the_numbers_of_the_events_shown_count_from_one() -> None:
    shown: dict[str, Any] = {"query": ASKED, "coverage": None, "has_previous": True, "has_next": False}
    page = ResultPage(number=2, events=tuple(history(4)), **shown)
    assert (page.first, page.last) == (21, 24)
