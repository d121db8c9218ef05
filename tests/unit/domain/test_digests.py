"""What a digest says of its events and of its sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.access import ChannelId
from bot.domain.digests import LATE_FOR_AN_ALERT, Digest, DigestId, Entry, ScopeHealth, events_of, identify
from bot.domain.events import AuditEvent
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.subscriptions import DIGEST_SCHEDULE, Mode, Origin, Subscription, SubscriptionId, Terms, usual_filters

MakeEvent = Callable[..., AuditEvent]
ACME = Scope(ScopeKind.ORGANIZATION, "acme")
NINE = datetime(2024, 5, 15, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PARTS = st.lists(st.text(), max_size=4)


def digest(mode: Mode, *entries: Entry) -> Digest:
    """What is told at 09:15 of the quarter of an hour before."""
    schedule = DIGEST_SCHEDULE if mode is Mode.DIGEST else None
    terms = Terms((ACME,), ChannelId("C1"), mode, usual_filters(mode), schedule=schedule)
    subscription = Subscription(
        id=SubscriptionId(1),
        key="key",
        origin=Origin.SLACK,
        terms=terms,
        owner=None,
        created=NINE,
        version=1,
        last_slot=NINE,
        covered_until=NINE,
        last_posted=NINE,
        cursors={ACME: 0},
    )
    return Digest(
        id=DigestId("x"),
        subscription=subscription,
        created=NINE + 15 * MINUTE,
        since=NINE,
        until=NINE + 15 * MINUTE,
        sources=(),
        entries=entries,
        looked_at=len(entries),
    )


@pytest.mark.parametrize(
    ("mode", "happened", "known", "late"),
    [
        (Mode.DIGEST, timedelta(0), timedelta(0), False),
        (Mode.DIGEST, timedelta(seconds=-1), timedelta(0), True),
        (Mode.DIGEST, timedelta(0), timedelta(days=1), False),
        (Mode.ALERT, timedelta(days=-1), timedelta(days=-1) + LATE_FOR_AN_ALERT, False),
        (Mode.ALERT, timedelta(0), LATE_FOR_AN_ALERT + timedelta(seconds=1), True),
    ],
)
def test_an_event_is_late_after_a_digest_of_its_time_or_long_after_it_for_an_alert(
    make_event: MakeEvent, mode: Mode, happened: timedelta, known: timedelta, *, late: bool
) -> None:
    entry = Entry(1, make_event(at=NINE + happened), NINE + known)
    told = digest(mode, entry)
    assert told.is_late(entry) is late
    assert told.late == late


def test_late_events_are_counted(make_event: MakeEvent) -> None:
    entries = [Entry(number, make_event(at=NINE + (number - 3) * MINUTE), NINE) for number in range(1, 6)]
    told = digest(Mode.DIGEST, *entries)
    assert told.late == 2
    assert events_of(told.entries) == tuple(entry.event for entry in entries)


@pytest.mark.parametrize(
    ("last_read", "lag"), [(None, None), (NINE - MINUTE, MINUTE), (NINE, timedelta(0)), (NINE + MINUTE, timedelta(0))]
)
def test_what_is_known_is_as_old_as_the_last_complete_read(last_read: datetime | None, lag: timedelta | None) -> None:
    health = ScopeHealth(
        scope=ACME,
        fence=1,
        watched_since=NINE,
        watermark=None,
        entries=0,
        last_read=last_read,
        last_attempt=None,
        last_deep_scan=None,
        failures=0,
        reason="",
        told=False,
        gap_since=None,
    )
    assert health.lag(NINE) == lag


@given(PARTS, PARTS)
def test_an_id_is_the_same_for_the_same_parts_and_for_no_others(some: list[str], others: list[str]) -> None:
    assert (identify(*some) == identify(*others)) is (some == others)
    assert len(identify(*some)) == 26
    assert identify(*some).isalnum()


def test_an_id_is_the_same_in_every_version() -> None:
    assert identify("digest", "key", "2024-05-15T09:15:00+00:00") == "45a83c6c344f1eed991f86696d"
    assert identify("\ud800") != identify("")
    assert identify("ab", "c") != identify("a", "bc")


def test_an_event_of_the_second_in_which_the_window_begins_is_not_late(make_event: MakeEvent) -> None:
    told = replace(digest(Mode.DIGEST), since=NINE + timedelta(milliseconds=200))
    assert not told.is_late(Entry(1, make_event(at=NINE), NINE + MINUTE))
