from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.timelines import LONGEST, Focus, Glimpse, Timeline, focus_on
from bot.domain.traces import trace_of

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ACME, LAB = Scope(ScopeKind.ORGANIZATION, "acme"), Scope(ScopeKind.SPACE, "lab")

moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
radii = st.timedeltas(SECOND, LONGEST)


def event(at: datetime, scope: Scope = ACME, message: str = "") -> AuditEvent:
    return AuditEvent(scope, at, at.isoformat(), "a.Do", "Ada", "//x/users/ada", "", message)


def glimpse(*events: AuditEvent, scope: Scope = ACME, after: Coverage | None = None, stopped: str = "") -> Glimpse:
    focus = focus_on(NOON)
    assert focus.after is not None
    whole = Coverage(focus.before, pages=1, exhausted=not stopped, stopped=stopped, advice=stopped and "Wait.")
    return Glimpse(scope, events, whole, after or replace(whole, window=focus.after))


@given(moments, moments, radii)
def test_the_two_sides_are_the_window_and_share_nothing(moment: datetime, centre: datetime, radius: timedelta) -> None:
    focus = Focus(moment, centre, radius)
    since, until = focus.window.since, focus.window.until
    assert since is not None
    assert until is not None
    assert centre in focus.before
    assert focus.after is None or centre not in focus.after
    for each in (since, until, centre - min(SECOND, centre - since)):
        sides = [focus.before] if focus.after is None else [focus.before, focus.after]
        assert sum(each in side for side in sides) <= 1
        assert sum(each in side for side in sides) == (each in focus.window) or focus.after is None


@given(moments, radii, st.timedeltas(-2 * LONGEST, 2 * LONGEST))
def test_it_can_be_moved_to_the_ends_of_time(moment: datetime, radius: timedelta, by: timedelta) -> None:
    by = timedelta(seconds=by // SECOND)
    moved = replace(focus_on(moment), radius=radius).moved(by)
    assert (moved.moment, moved.radius) == (moment, radius)
    assert abs(moved.centre - moment) <= abs(by)


def test_a_moment_is_looked_at_by_its_second() -> None:
    assert focus_on(NOON.replace(microsecond=5)) == Focus(NOON, NOON, timedelta(minutes=30))


def test_another_radius_returns_to_the_moment() -> None:
    wide = focus_on(NOON).moved(timedelta(hours=1)).within(timedelta(hours=2))
    assert (wide.centre, wide.radius) == (NOON, timedelta(hours=2))


@pytest.mark.parametrize(
    "bad",
    [
        {"moment": NOON.replace(tzinfo=None)},
        {"centre": NOON.replace(microsecond=1)},
        {"radius": timedelta(0)},
        {"radius": LONGEST + SECOND},
    ],
)
def test_what_nobody_can_look_at_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"moment|lens"):
        replace(focus_on(NOON), **bad)  # type: ignore[arg-type]


def test_events_of_all_logs_are_in_the_order_of_time() -> None:
    first, second, third = event(NOON - SECOND), event(NOON, LAB), event(NOON + SECOND)
    line = Timeline(focus_on(NOON), [glimpse(first, third), glimpse(second, scope=LAB)], NOON)
    assert line.events == [first, second, third]
    assert line.nearest(2) in ([first, second], [second, third])
    assert line.nearest(9) == line.events
    assert not line.is_partial


def test_the_event_that_it_is_about_is_known_by_its_trace() -> None:
    about, other = event(NOON), event(NOON, message="another")
    line = Timeline(focus_on(NOON, replace(trace_of(about), twin=3)), [glimpse(about, other)], NOON)
    assert [line.is_about(each) for each in line.events] == [True, False]
    assert not Timeline(focus_on(NOON), [glimpse(about)], NOON).is_about(about)


def test_a_log_that_was_not_read_never_looks_like_silence() -> None:
    unread = glimpse(stopped="Mondoo answered 503")
    assert (unread.stopped, unread.advice, unread.limited) == ("Mondoo answered 503", "Wait.", False)
    failed = replace(unread, before=replace(unread.before, pages=0), after=None)
    assert failed.failed
    assert not unread.failed
    assert Timeline(focus_on(NOON), [glimpse(), unread], NOON).is_partial


def test_more_than_was_asked_for_is_told() -> None:
    whole = glimpse()
    assert not whole.limited
    assert (whole.stopped, whole.advice) == ("", "")
    assert replace(whole, before=replace(whole.before, exhausted=False, limited=True)).limited


@pytest.mark.parametrize("end", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_nothing_lies_beyond_the_ends_of_time(end: datetime) -> None:
    window = focus_on(end).window
    assert end in window or window.until == end
    for by in (-LONGEST, LONGEST):
        moved = focus_on(end).moved(by)
        assert abs(moved.centre - end) <= LONGEST
