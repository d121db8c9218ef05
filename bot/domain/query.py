"""What is asked of a log: a window of time, filters, an order.

A window includes ``since`` and excludes ``until``. Mondoo's own filter takes one exclusive bound a request and its
documentation contradicts itself about the direction, so every event is tested here as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from bot.domain.events import AuditEvent, Category, Risk
from bot.domain.scopes import Scope


class Order(Enum):
    """The order of an answer, by the events' time. The value is the word that commands use."""

    NEWEST_FIRST = "desc"
    OLDEST_FIRST = "asc"


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time: ``since`` is in it, ``until`` is not; None leaves that side open.

    Raises:
        ValueError: a bound is not aware and in UTC, or ``since`` is not before ``until``.
    """

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        for bound in (self.since, self.until):
            if bound is not None and bound.utcoffset() != timedelta(0):
                raise ValueError("a window's bounds are aware datetimes in UTC")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("a window begins before it ends")

    def __contains__(self, moment: datetime) -> bool:
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events of a window are wanted; an empty filter wants all.

    Texts match without case, anywhere in the value. ``action`` also matches on its parts: ``CreateServiceAccount``.
    Several categories or risks mean any of them; different filters all have to match.
    """

    actor: str = ""
    """In the actor's name or MRN."""
    action: str = ""
    resource: str = ""
    text: str = ""
    """In any field."""
    categories: frozenset[Category] = frozenset()
    risks: frozenset[Risk] = frozenset()

    def __bool__(self) -> bool:
        return self != Filters()

    def matches(self, event: AuditEvent) -> bool:
        """Whether the event is wanted."""
        return (
            (not self.categories or event.category in self.categories)
            and (not self.risks or event.risk in self.risks)
            and _within(self.actor, event.actor_name, event.actor_mrn)
            and _within(self.action, event.action)
            and _within(self.resource, event.resource, event.parent or "")
            and _within(
                self.text,
                event.action,
                event.actor_name,
                event.actor_mrn,
                event.resource,
                event.message,
                event.ip or "",
                event.parent or "",
            )
        )


def _within(wanted: str, *values: str) -> bool:
    if not wanted:
        return True
    needle = wanted.casefold()
    return any(needle in value.casefold() for value in values)


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """One question to one log.

    Raises:
        ValueError: the limit is not positive.
    """

    scope: Scope
    window: Window = field(default_factory=Window)
    filters: Filters = field(default_factory=Filters)
    order: Order = Order.NEWEST_FIRST
    limit: int | None = None
    """At most so many matching events; None means all."""

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise ValueError("a limit is at least 1")

    def matches(self, event: AuditEvent) -> bool:
        """Whether the event lies in the window and is wanted."""
        return event.at in self.window and self.filters.matches(event)

    def pinned(self, newest: datetime) -> AuditQuery:
        """The same question with its end at most just after ``newest``, so that asking later shows the same log."""
        since, until = self.window.since, self.window.until
        end = newest.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        if since is not None:
            end = max(end, since + timedelta(seconds=1))
        if until is not None:
            end = min(end, until)
        return replace(self, window=Window(since, end))
