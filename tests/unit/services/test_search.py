from __future__ import annotations

from contextlib import aclosing
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Unavailable, UserError
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.services.search import Batch, clause, search

from .fakes import ACME, NOON, FakeAuditLog, event, history


async def answer(log: FakeAuditLog, query: AuditQuery) -> list[Batch]:
    """Every batch of the answer."""
    return [batch async for batch in search(log, query, page_size=log.page_size)]


async def test_a_page_of_the_log_is_a_batch_of_the_answer() -> None:
    log = FakeAuditLog(history(25), page_size=10)
    batches = await answer(log, AuditQuery(ACME))
    assert [len(batch.events) for batch in batches] == [10, 10, 5]
    assert [event for batch in batches for event in batch.events] == history(25)
    assert [batch.coverage.complete for batch in batches] == [False, False, True]
    assert [batch.coverage.pages_total for batch in batches] == [3, 3, 3]
    assert batches[-1].coverage.exhausted
    assert not batches[-1].coverage.limited


async def test_an_empty_log_is_one_empty_batch_that_says_so() -> None:
    (batch,) = await answer(FakeAuditLog(), AuditQuery(ACME))
    assert batch.events == ()
    assert batch.coverage.complete
    assert not batch.coverage.failed
    assert batch.coverage.total == 0


async def test_only_what_was_asked_for_is_in_the_answer() -> None:
    log = FakeAuditLog([*history(10), event(NOON, actor="Bob"), event(NOON - timedelta(days=9), actor="Bob")])
    wanted = AuditQuery(ACME, Window(NOON - timedelta(days=1)), Filters(actor="bob"))
    (batch,) = await answer(log, wanted)
    assert [found.actor_name for found in batch.events] == ["Bob"]
    assert (batch.coverage.events, batch.coverage.matched, batch.coverage.filtered) == (11, 1, True)


@pytest.mark.parametrize(
    ("limit", "read", "expected"),
    [
        (1, 1, {"exhausted": False, "limited": True, "matched": 1}),
        (10, 1, {"exhausted": False, "limited": True, "matched": 10}),
        (11, 2, {"exhausted": False, "limited": True, "matched": 11}),
        (24, 3, {"exhausted": False, "limited": True, "matched": 24}),
        (25, 3, {"exhausted": True, "limited": False, "matched": 25}),
        (26, 3, {"exhausted": True, "limited": False, "matched": 25}),
    ],
)
async def test_a_limit_ends_reading_where_it_is_reached(limit: int, read: int, expected: dict[str, Any]) -> None:
    log = FakeAuditLog(history(25), page_size=10)
    batches = await answer(log, AuditQuery(ACME, limit=limit))
    coverage = batches[-1].coverage
    assert {name: getattr(coverage, name) for name in expected} == expected
    assert sum(len(batch.events) for batch in batches) == min(limit, 25)
    assert coverage.complete
    assert (log.pages, log.open) == (read, 0)


async def test_a_failure_ends_the_answer_with_what_is_known_and_why() -> None:
    log = FakeAuditLog(history(25), page_size=10, fails={2: Unavailable("Mondoo answered 503.")})
    batches = await answer(log, AuditQuery(ACME))
    assert [len(batch.events) for batch in batches] == [10, 10, 0]
    coverage = batches[-1].coverage
    assert not coverage.complete
    assert not coverage.failed
    assert coverage.stopped == "Mondoo answered 503"
    assert coverage.advice == Unavailable.advice
    assert (coverage.pages, coverage.events, coverage.matched) == (2, 20, 20)


async def test_a_failure_at_once_is_told_from_an_empty_log() -> None:
    (batch,) = await answer(FakeAuditLog(fails={0: Unavailable("Mondoo answered 503.")}), AuditQuery(ACME))
    assert batch.events == ()
    assert batch.coverage.failed
    assert not batch.coverage.complete


@pytest.mark.parametrize("count", [0, 25])
async def test_a_log_that_ends_without_its_last_page_is_never_complete(count: int) -> None:
    log = FakeAuditLog(history(count), page_size=10, truncated=True)
    batches = await answer(log, AuditQuery(ACME))
    assert not batches[-1].coverage.complete
    assert batches[-1].coverage.stopped == "the log ended without a last page"
    assert batches[-1].coverage.failed is (count == 0)


async def test_a_log_that_does_not_count_leaves_the_totals_open() -> None:
    (batch,) = await answer(FakeAuditLog(history(3), counts=False), AuditQuery(ACME))
    assert (batch.coverage.total, batch.coverage.pages_total) == (None, None)


async def test_a_mistake_of_the_person_is_not_part_of_the_answer() -> None:
    log = FakeAuditLog(refuses=UserError("No credentials for that."))
    with pytest.raises(UserError):
        await answer(log, AuditQuery(ACME))


async def test_closing_the_answer_stops_reading() -> None:
    log = FakeAuditLog(history(25), page_size=10)
    async with aclosing(search(log, AuditQuery(ACME))) as batches:
        await anext(batches)
        assert log.open == 1
    assert (log.open, log.pages) == (0, 1)


def test_an_error_becomes_a_clause_without_its_full_stop() -> None:
    assert clause(Unavailable("Mondoo answered 503. ")) == "Mondoo answered 503"


@given(
    minutes=st.lists(st.integers(0, 60), max_size=40),
    page_size=st.integers(1, 10),
    limit=st.none() | st.integers(1, 50),
    order=st.sampled_from(Order),
    since=st.integers(0, 60),
)
async def test_the_answer_is_the_log_cut_to_the_question(
    minutes: list[int], page_size: int, limit: int | None, order: Order, since: int
) -> None:
    log = FakeAuditLog([event(NOON - timedelta(minutes=n), str(n % 3)) for n in minutes], page_size=page_size)
    query = AuditQuery(ACME, Window(NOON - timedelta(minutes=since)), Filters(text="1"), order, limit)
    batches = await answer(log, query)
    events = [found for batch in batches for found in batch.events]
    wanted = [n for n in minutes if n <= since and n % 3 == 1]
    assert len(events) == min(len(wanted), limit or len(wanted))
    assert all(query.matches(found) for found in events)
    assert all((a.at >= b.at) if order is Order.NEWEST_FIRST else (a.at <= b.at) for a, b in pairwise(events))
    assert batches[-1].coverage.complete
    assert batches[-1].coverage.matched == len(events)
    assert log.open == 0
