"""What is asked of a log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AuditEvent, Category, Risk
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.scopes import Scope, ScopeKind

Make = Callable[..., AuditEvent]
SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
DAY = datetime(2024, 5, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BOUNDS = st.none() | st.integers(-5, 5).map(lambda seconds: DAY + seconds * SECOND)


def test_a_window_includes_its_beginning_and_excludes_its_end() -> None:
    window = Window(DAY, DAY + SECOND)
    assert DAY - timedelta(microseconds=1) not in window
    assert DAY in window
    assert DAY + timedelta(microseconds=999_999) in window
    assert DAY + SECOND not in window


def test_a_window_is_open_where_it_has_no_bound() -> None:
    ages = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert all(moment in Window() for moment in ages)
    assert [moment in Window(since=DAY) for moment in ages] == [False, True]
    assert [moment in Window(until=DAY) for moment in ages] == [True, False]


@pytest.mark.parametrize("bound", [DAY.replace(tzinfo=None), DAY.astimezone(timezone(timedelta(hours=2)))])
def test_the_bounds_of_a_window_are_aware_and_in_utc(bound: datetime) -> None:
    with pytest.raises(ValueError, match="in UTC"):
        Window(since=bound)
    with pytest.raises(ValueError, match="in UTC"):
        Window(until=bound)


@pytest.mark.parametrize("until", [DAY, DAY - SECOND])
def test_a_window_begins_before_it_ends(until: datetime) -> None:
    with pytest.raises(ValueError, match="begins before it ends"):
        Window(DAY, until)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(actor="JANE"),
        Filters(actor="26or1"),
        Filters(action="createserviceaccount"),
        Filters(action="mondoo.agents"),
        Filters(resource="2e3NzLkD73yQe7MTJZLw3"),
        Filters(resource="spaces/s1"),
        Filters(text="created SERVICE"),
        Filters(text="192.0.2"),
        Filters(text="spaces/s1"),
        Filters(text="jane doe"),
        Filters(text="AgentManager"),
        Filters(categories=frozenset({Category.SERVICE_ACCOUNT, Category.TOKEN})),
        Filters(risks=frozenset({Risk.HIGH})),
        Filters(actor="jane", text="created", risks=frozenset({Risk.HIGH, Risk.LOW})),
    ],
)
def test_filters_match_anywhere_in_a_value_without_case(make_event: Make, filters: Filters) -> None:
    assert filters.matches(make_event(ip="192.0.2.7", parent="//captain.api.mondoo.app/spaces/s1"))


@pytest.mark.parametrize(
    "filters",
    [
        Filters(actor="john"),
        Filters(actor="created"),
        Filters(action="delete"),
        Filters(resource="jane"),
        Filters(text="192.0.2"),
        Filters(categories=frozenset({Category.TOKEN})),
        Filters(risks=frozenset({Risk.LOW, Risk.MEDIUM})),
        Filters(actor="jane", text="deleted"),
    ],
)
def test_every_filter_has_to_match(make_event: Make, filters: Filters) -> None:
    assert not filters.matches(make_event())
    assert filters


def test_no_filters_are_false() -> None:
    assert not Filters()


def test_a_query_wants_what_its_window_and_filters_want(make_event: Make) -> None:
    event = make_event(at=DAY)
    assert AuditQuery(SCOPE, Window(DAY)).matches(event)
    assert not AuditQuery(SCOPE, Window(until=DAY)).matches(event)
    assert not AuditQuery(SCOPE, Window(DAY), Filters(text="nothing")).matches(event)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_is_at_least_one(limit: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        AuditQuery(SCOPE, limit=limit)


@pytest.mark.parametrize(
    ("window", "pinned"),
    [
        (Window(), Window(None, DAY + SECOND)),
        (Window(DAY - SECOND), Window(DAY - SECOND, DAY + SECOND)),
        (Window(DAY + SECOND), Window(DAY + SECOND, DAY + 2 * SECOND)),
        (Window(until=DAY), Window(until=DAY)),
        (Window(until=DAY + 9 * SECOND), Window(until=DAY + SECOND)),
        (Window(DAY, DAY + SECOND / 2), Window(DAY, DAY + SECOND / 2)),
    ],
)
def test_a_pinned_query_ends_just_after_the_newest_event(window: Window, pinned: Window) -> None:
    query = AuditQuery(SCOPE, window, order=Order.OLDEST_FIRST, limit=7)
    newest = (DAY + SECOND / 4).astimezone(timezone(timedelta(hours=2)))
    assert query.pinned(newest) == AuditQuery(SCOPE, pinned, order=Order.OLDEST_FIRST, limit=7)


@given(BOUNDS, BOUNDS, st.integers(-7, 7), st.integers(-7, 7))
def test_pinning_keeps_all_up_to_the_newest_event_and_adds_nothing(
    since: datetime | None, until: datetime | None, newest: int, moment: int
) -> None:
    if since is not None and until is not None and since >= until:
        since, until = None, since
    query = AuditQuery(SCOPE, Window(since, until))
    pinned = query.pinned(DAY + newest * SECOND)
    at = DAY + moment * SECOND
    assert (at not in pinned.window) or (at in query.window)
    assert (at in pinned.window) or (at not in query.window) or moment > newest
    assert pinned.pinned(DAY + newest * SECOND) == pinned
    assert pinned.pinned(DAY + 9 * SECOND) == pinned
