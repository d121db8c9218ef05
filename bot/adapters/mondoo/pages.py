"""What is asked of Mondoo in one request, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.adapters.mondoo.endpoints import Endpoint
from bot.domain.events import AuditEvent
from bot.domain.query import Order
from bot.domain.scopes import Scope

_SECOND = timedelta(seconds=1)


class Operator(Enum):
    """Which side of a moment is wanted. The value is the word of Mondoo's schema; both exclude the moment itself."""

    AFTER = "GT"
    BEFORE = "LT"


@dataclass(frozen=True, slots=True)
class Bound:
    """The one limit in time that a request can carry: everything after, or before, a whole second."""

    operator: Operator
    moment: datetime

    def violated_by(self, at: datetime) -> bool:
        """Whether an event is on the wrong side; one at the moment itself is not, as some servers include it."""
        return at < self.moment if self.operator is Operator.AFTER else at > self.moment

    def holds(self, at: datetime) -> bool:
        """Whether an event lies strictly on the wanted side."""
        return at > self.moment if self.operator is Operator.AFTER else at < self.moment


def from_second_of(moment: datetime) -> Bound | None:
    """The bound that keeps the moment's second and all after it; None at the beginning of the calendar."""
    try:
        return Bound(Operator.AFTER, moment.replace(microsecond=0) - _SECOND)
    except OverflowError:
        return None


def through_second_of(moment: datetime) -> Bound | None:
    """The bound that keeps the moment's second and all before it; None at the end of the calendar."""
    try:
        return Bound(Operator.BEFORE, moment.replace(microsecond=0) + _SECOND)
    except OverflowError:
        return None


def before(moment: datetime) -> Bound | None:
    """The bound that keeps all before the moment, and no more than the rest of its second."""
    if moment.microsecond:
        return through_second_of(moment)
    return Bound(Operator.BEFORE, moment)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request for one page."""

    order: Order
    first: int
    """How many events at most, 1 to 100."""
    bound: Bound | None = None
    after: str | None = None
    """The cursor to go on from; None asks for the beginning."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, which Mondoo made at one moment: events in its order, their count, and how to go on."""

    events: list[AuditEvent]
    cursors: list[str | None]
    """The cursor of each event."""
    total: int | None
    """Events that fit the request, on all its pages; None where the server does not say."""
    cursor: str | None
    """The cursor to go on from."""
    more: bool
    strained: bool = False
    """Whether the server asked for fewer requests before it gave this answer."""


class PageSource(Protocol):
    """Where pages come from."""

    async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
        """The page that was asked for.

        Raises:
            UpstreamError: there is none to be had.
        """


def moment_text(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC: ``2024-05-06T10:48:33Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
