"""Where the events of a window stand along the direction of reading, and pieces of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.adapters.mondoo.pages import Page
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window

Position = int
"""A moment in whole seconds, counted so that it grows in the direction of reading."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a window, and its first page where that is at hand."""

    window: Window
    events: int
    """About how many it holds."""
    page: Page | None
    last: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """A place between two events."""

    position: Position
    begin: Position
    """Where the first event behind it stands, which may be much later."""
    beyond: int
    """Events behind it, to the end of the log."""
    page: Page | None = None
    """The first page behind it."""


class Axis:
    """Positions in time along the direction of reading."""

    def __init__(self, order: Order) -> None:
        self._ascending = order is Order.OLDEST_FIRST

    def begin_of(self, event: AuditEvent) -> Position:
        """Where the event's second begins; it ends one further."""
        second = int(event.at.timestamp() // 1)
        return second if self._ascending else -second - 1

    def window(self, whole: Window, near: Position | None, far: Position | None) -> Window:
        """The part of a window between two positions, None being the window's own end."""
        begin, end = (near, far) if self._ascending else (far, near)
        return Window(
            whole.since if begin is None else self._moment(begin), whole.until if end is None else self._moment(end)
        )

    def _moment(self, position: Position) -> datetime:
        return datetime.fromtimestamp(position if self._ascending else -position, UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """What lies between two cuts."""

    near: Cut
    far: Cut
    lopsided: bool = False
    """Whether time has been no good guide to where its events lie."""

    @property
    def count(self) -> int:
        """About how many events it holds."""
        return self.near.beyond - self.far.beyond
