"""How an event is found again: Mondoo gives its events no identity, so by its log, its second and what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.events import AuditEvent
from bot.domain.fingerprints import core_of
from bot.domain.query import Window
from bot.domain.scopes import Scope

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _SECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _SECOND


@dataclass(frozen=True, slots=True)
class Trace:
    """What is left of an event to find it by.

    Raises:
        ValueError: there is no such second.
    """

    scope: Scope
    second: int
    """In which it happened, counted from 1970."""
    hash: str
    """Of what it says, as 32 hexadecimal digits."""
    twin: int = 0
    """How many that say the same stood before it."""

    def __post_init__(self) -> None:
        if not _FIRST <= self.second <= _LAST:
            raise ValueError("there is no such second")

    @property
    def at(self) -> datetime:
        """The second in which it happened."""
        return _EPOCH + self.second * _SECOND

    @property
    def window(self) -> Window:
        """The second, to look for it in."""
        return Window(self.at, None if self.second == _LAST else self.at + _SECOND)

    def found(self, events: Iterable[AuditEvent]) -> AuditEvent | None:
        """The event among those of its second; None where it is not there.

        Where there are fewer twins than there were, the last of them is as good.
        """
        found = [event for event in events if trace_of(event) == Trace(self.scope, self.second, self.hash)]
        return found[min(self.twin, len(found) - 1)] if found else None


def trace_of(event: AuditEvent) -> Trace:
    """The event's trace, as if it had no twins."""
    return Trace(event.scope, (event.at - _EPOCH) // _SECOND, core_of(event).hex())


def traces(events: Sequence[AuditEvent]) -> list[Trace]:
    """A trace for each of the events, in their order, all of them different."""
    seen: Counter[Trace] = Counter()
    found: list[Trace] = []
    for event in events:
        trace = trace_of(event)
        found.append(Trace(trace.scope, trace.second, trace.hash, seen[trace]))
        seen[trace] += 1
    return found
