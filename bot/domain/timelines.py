"""What happened around a moment, in several logs at once: where to look, and what was seen there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent
from bot.domain.query import Window
from bot.domain.scopes import Scope
from bot.domain.traces import Trace, trace_of

USUAL = timedelta(minutes=30)
"""How far to look to either side where nobody says."""
LONGEST = timedelta(days=1)

_SECOND = timedelta(seconds=1)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC, microsecond=0)


@dataclass(frozen=True, slots=True)
class Focus:
    """Where to look: as far before as after ``centre``, because of what happened at ``moment``.

    Raises:
        ValueError: a moment is not aware, in UTC and of a whole second, or the radius is not one to look through.
    """

    moment: datetime
    centre: datetime
    radius: timedelta = USUAL
    trace: Trace | None = None
    """The event that it is about; None where it is about a moment alone."""

    def __post_init__(self) -> None:
        for each in (self.moment, self.centre):
            if each.utcoffset() != timedelta(0) or each.microsecond:
                raise ValueError("a moment to look at is an aware datetime in UTC, of a whole second")
        if not _SECOND <= self.radius <= LONGEST:
            raise ValueError("nobody looks through a lens of that size")

    @property
    def window(self) -> Window:
        """All of what is looked at."""
        return Window(_shifted(self.centre, -self.radius), _shifted(self.centre, self.radius))

    @property
    def before(self) -> Window:
        """The window up to and with its centre."""
        until = _shifted(self.centre, _SECOND)
        return Window(min(_shifted(self.centre, -self.radius), until - _SECOND), until)

    @property
    def after(self) -> Window | None:
        """The window behind its centre; None where there is no time behind it."""
        since, until = _shifted(self.centre, _SECOND), _shifted(self.centre, self.radius)
        return Window(since, until) if since < until else None

    def around(self, centre: datetime) -> Focus:
        """The same at another place."""
        return replace(self, centre=centre)

    def moved(self, by: timedelta) -> Focus:
        """The same, so much later."""
        return self.around(_shifted(self.centre, by))

    def within(self, radius: timedelta) -> Focus:
        """As far as that around the moment."""
        return replace(self, centre=self.moment, radius=radius)


def focus_on(moment: datetime, trace: Trace | None = None) -> Focus:
    """Where to look because of what happened at that moment."""
    second = moment.replace(microsecond=0)
    return Focus(second, second, trace=trace)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One log around the moment, and how much of it was seen."""

    scope: Scope
    events: Sequence[AuditEvent]
    """In the order in which they happened."""
    before: Coverage
    """Of what lies before the centre; where it is limited, those nearest to the centre are known."""
    after: Coverage | None
    """Of what lies behind it; None where there is no time behind it."""

    @property
    def parts(self) -> list[Coverage]:
        """How much was seen of each side."""
        return [self.before] if self.after is None else [self.before, self.after]

    @property
    def stopped(self) -> str:
        """Why not all of it was seen, as a clause; empty where it was, or as much as was asked for."""
        return next((part.stopped for part in self.parts if part.stopped), "")

    @property
    def advice(self) -> str:
        """What to do about that."""
        return next((part.advice for part in self.parts if part.stopped), "")

    @property
    def failed(self) -> bool:
        """Whether nothing of it was seen."""
        return all(part.failed for part in self.parts)

    @property
    def limited(self) -> bool:
        """Whether there is more than was asked for."""
        return any(part.limited for part in self.parts)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was seen through the lens."""

    focus: Focus
    glimpses: Sequence[Glimpse]
    """One for each log that was looked at, in the settings' order; at least one."""
    at: datetime
    """When it was looked at."""

    @property
    def is_partial(self) -> bool:
        """Whether some log was not seen as far as was asked for."""
        return any(glimpse.stopped for glimpse in self.glimpses)

    @property
    def events(self) -> list[AuditEvent]:
        """The events of all logs in the order in which they happened."""
        return sorted((event for glimpse in self.glimpses for event in glimpse.events), key=lambda event: event.at)

    def nearest(self, count: int) -> list[AuditEvent]:
        """So many of the events at most, those nearest to the centre, in the order in which they happened."""
        centre = self.focus.centre
        chosen = sorted(self.events, key=lambda event: abs(event.at - centre))[:count]
        return sorted(chosen, key=lambda event: event.at)

    def is_about(self, event: AuditEvent) -> bool:
        """Whether that is the event which the lens is on."""
        trace = self.focus.trace
        return trace is not None and replace(trace, twin=0) == trace_of(event)


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """The moment so much later, or the end of time that lies before that."""
    try:
        return moment + by
    except OverflowError:
        return _END if by > timedelta(0) else _BEGINNING
