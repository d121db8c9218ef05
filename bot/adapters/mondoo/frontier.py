"""How far a read has come, and what of a page lies beyond."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from bot.adapters.mondoo.pages import Bound, Page, from_second_of, through_second_of
from bot.domain.errors import BadResponse
from bot.domain.events import AuditEvent
from bot.domain.query import Order

Place = int
"""A second, counted so that it grows in the direction of reading."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """A page, held against the frontier: what of it is new."""

    fresh: list[AuditEvent]
    """Events of the frontier's second that were not passed before."""
    beyond: list[AuditEvent]
    """Events after the frontier's second."""
    seen: Counter[AuditEvent]
    """All events of the frontier's second that this page and those before it in its run have shown."""


class Frontier:
    """The second of the last event that was passed, and which events of that second were passed, how often.

    Times have a resolution of one second, the order within one is unknown, and equal events are legal: so the events of
    one second are a multiset, and everything of earlier seconds is behind.
    """

    def __init__(self, order: Order) -> None:
        self._sign = 1 if order is Order.OLDEST_FIRST else -1
        self.place: Place | None = None
        self.passed: Counter[AuditEvent] = Counter()

    def place_of(self, event: AuditEvent) -> Place:
        """Where an event stands."""
        return self._sign * int(event.at.timestamp() // 1)

    def is_after(self, event: AuditEvent) -> bool:
        """Whether the frontier's second is after the event's."""
        return self.place is not None and self.place_of(event) < self.place

    def bound(self) -> Bound | None:
        """The bound that keeps the frontier's whole second and all that follows; None where no moment can say it."""
        if self.place is None:
            return None
        second = datetime.fromtimestamp(self._sign * self.place, UTC)
        return from_second_of(second) if self._sign > 0 else through_second_of(second)

    def sift(self, events: list[AuditEvent], known: Counter[AuditEvent]) -> Sifted:
        """What of a page's events is new.

        Args:
            events: In order.
            known: What the run has shown of the frontier's second before this page.
        """
        if self.place is None:
            return Sifted([], events, Counter())
        fresh = []
        seen = Counter(known)
        behind = 0
        for event in events:
            place = self.place_of(event)
            if place > self.place:
                break
            behind += 1
            if place == self.place:
                seen[event] += 1
                if seen[event] > self.passed[event]:
                    fresh.append(event)
        return Sifted(fresh, events[behind:], seen)

    def pass_over(self, sifted: Sifted) -> None:
        """Move on to the last event of a sifted page."""
        if sifted.beyond:
            self.place = self.place_of(sifted.beyond[-1])
            start = self.start_of_last_second(sifted.beyond)
            self.passed = Counter(sifted.beyond[start:])
        else:
            self.passed |= sifted.seen

    def start_of_last_second(self, events: list[AuditEvent]) -> int:
        """The index of the first event that shares the last one's second; events are in order and not empty."""
        place = self.place_of(events[-1])
        index = len(events) - 1
        while index and self.place_of(events[index - 1]) == place:
            index -= 1
        return index


def ordered(page: Page, order: Order) -> Page:
    """The page with its events in order.

    Within one second a server may order them as it likes; they are put in order here.

    Raises:
        BadResponse: whole seconds are out of order.
    """
    events = page.events
    if order is Order.NEWEST_FIRST:
        if all(one.at >= other.at for one, other in pairwise(events)):
            return page
    elif all(one.at <= other.at for one, other in pairwise(events)):
        return page
    ranks = sorted(range(len(events)), key=lambda rank: events[rank].at, reverse=order is Order.NEWEST_FIRST)
    moved = [events[rank] for rank in ranks]
    if any(_second(one) != _second(other) for one, other in zip(events, moved, strict=True)):
        raise BadResponse("Mondoo's events are not in the order that was asked for")
    return replace(page, events=moved, cursors=[page.cursors[rank] for rank in ranks])


def _second(event: AuditEvent) -> datetime:
    return event.at.replace(microsecond=0)
