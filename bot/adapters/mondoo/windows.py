"""A window as far as a server can be asked for it, and the rest of it tested here."""

from __future__ import annotations

from datetime import datetime

from bot.adapters.mondoo.pages import Bound, before, from_second_of
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window


def push_down(window: Window, order: Order) -> Bound | None:
    """The one bound of a window that a request can carry: that of the end which is read first, else the other."""
    since = from_second_of(window.since) if window.since else None
    until = before(window.until) if window.until else None
    return (until or since) if order is Order.NEWEST_FIRST else (since or until)


def count_fits(window: Window) -> bool:
    """Whether the server counts exactly the window when it is asked for its one bound."""
    one_sided = window.since is None or window.until is None
    return one_sided and not any(bound and bound.microsecond for bound in (window.since, window.until))


def far_end(window: Window, order: Order) -> Bound | None:
    """The bound of what lies beyond the end that is read last; None where that end is open, or at the calendar's."""
    if order is Order.NEWEST_FIRST:
        return before(window.since) if window.since else None
    return from_second_of(window.until) if window.until else None


def beyond(window: Window, order: Order) -> Bound | None:
    """The bound of what lies beyond a two-sided window's far end, which the one pushed down lets through.

    What the server counts within the bound pushed down, less what it counts within this one, is the window's own count.
    None where there is no such end, or no bound says it exactly.
    """
    if window.since is None or window.until is None or window.since.microsecond or window.until.microsecond:
        return None
    return far_end(window, order)


def events_inside(window: Window, events: list[AuditEvent]) -> list[AuditEvent]:
    """The events, given in order, that lie in the window."""
    if events and events[0].at in window and events[-1].at in window:
        return events
    return [event for event in events if event.at in window]


def is_past(window: Window, order: Order, at: datetime) -> bool:
    """Whether the window's far end lies a whole second behind, whatever the order within seconds."""
    second = at.replace(microsecond=0)
    if order is Order.NEWEST_FIRST:
        return window.since is not None and second < window.since.replace(microsecond=0)
    return window.until is not None and second >= window.until
