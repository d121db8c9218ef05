from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AuditEvent
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.traces import Trace, trace_of, traces

ACME = Scope(ScopeKind.ORGANIZATION, "acme")
EVENT = AuditEvent(ACME, datetime(2024, 5, 6, 12, tzinfo=UTC), "2024-05-06T12:00:00Z", "a.B", "Ada", "//u", "//r", "m")
MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(MOMENTS)
def test_an_event_is_found_in_its_own_second(at: datetime) -> None:
    event = replace(EVENT, at=at)
    trace = trace_of(event)
    assert event.at in trace.window
    assert trace.at == at.replace(microsecond=0)
    assert trace.found([EVENT, event]) == event


def test_another_event_or_another_log_is_not_taken_for_it() -> None:
    trace = trace_of(EVENT)
    elsewhere = replace(EVENT, scope=Scope(ScopeKind.SPACE, "acme"))
    later = replace(EVENT, at=EVENT.at + timedelta(seconds=1))
    assert trace.found([replace(EVENT, message="n"), elsewhere, later]) is None


def test_twins_are_told_apart_by_their_order() -> None:
    twins = [replace(EVENT, ip="1"), replace(EVENT, ip="2")]
    first, second = traces(twins)
    assert first != second
    assert [each.found(twins) for each in (first, second)] == twins
    assert second.found(twins[:1]) == twins[0]


@pytest.mark.parametrize("second", [10**12, -(10**12)])
def test_there_is_no_second_beyond_the_calendar(second: int) -> None:
    with pytest.raises(ValueError, match="no such second"):
        Trace(ACME, second, "0" * 32)
