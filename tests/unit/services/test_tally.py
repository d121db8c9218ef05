from __future__ import annotations

from datetime import UTC, timedelta

from bot.domain.errors import Unavailable
from bot.domain.query import AuditQuery
from bot.domain.tallies import By
from bot.services.tally import tally

from .fakes import ACME, FakeAuditLog, FakeClock, history


async def test_every_event_is_counted() -> None:
    log = FakeAuditLog([*history(25), *history(5, actor="Bob")], page_size=10)
    counted, coverage = await tally(log, FakeClock(), AuditQuery(ACME), UTC, page_size=10)
    assert counted.by(By.ACTOR) == {"Ada": 25, "Bob": 5}
    assert coverage.exhausted


async def test_counting_ends_where_there_are_too_many_and_says_so() -> None:
    log = FakeAuditLog(history(35), page_size=10)
    counted, coverage = await tally(log, FakeClock(), AuditQuery(ACME), UTC, page_size=10, most_events=20)
    assert counted.by(By.ACTOR).total() == coverage.matched == 20
    assert coverage.stopped == "charts count 20 events at the most"
    assert not coverage.complete
    assert log.open == 0


async def test_counting_ends_where_it_takes_too_long_and_says_so() -> None:
    clock = FakeClock()
    log = FakeAuditLog(history(35), page_size=10, between=lambda _: clock.advance(timedelta(seconds=40)))
    counted, coverage = await tally(log, clock, AuditQuery(ACME), UTC, page_size=10)
    assert counted.by(By.ACTOR).total() == 20
    assert "60 seconds at the most" in coverage.stopped


async def test_what_was_counted_before_a_failure_is_good() -> None:
    log = FakeAuditLog(history(25), page_size=10, fails={1: Unavailable("Mondoo answered 503.")})
    counted, coverage = await tally(log, FakeClock(), AuditQuery(ACME), UTC, page_size=10)
    assert counted.by(By.ACTOR).total() == 10
    assert coverage.stopped == "Mondoo answered 503"
