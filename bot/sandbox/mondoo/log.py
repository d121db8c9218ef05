"""One scope's log: events in order of time, found by rank, by moment and by number."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from bot.sandbox.mondoo.events import Event


class Log:
    """Events by rank: 0 is the oldest, and events of one moment keep the order in which they arrived.

    Reading costs O(log n) and appending O(1); only a late event, older than the newest, has to be squeezed in.
    Beside the events themselves a log keeps 24 bytes for each.

    Args:
        serials: Ascending numbers for events in order of arrival; they are what cursors of the kind `id` show.
    """

    def __init__(self, serials: Iterator[int]) -> None:
        self._serials = serials
        self._arrived: list[Event] = []
        self._numbers = array("q")  # of the event that arrived n-th
        self._moments = array("q")  # of the event at rank n
        self._arrivals = array("q")  # when, in order of arrival, the event at rank n came

    def __len__(self) -> int:
        return len(self._arrived)

    def __iter__(self) -> Iterator[Event]:
        return (self._arrived[arrival] for arrival in self._arrivals)

    def append(self, events: Iterable[Event]) -> None:
        """Takes events in, in order of arrival; their times may be anything."""
        for event in events:
            moment, arrival = event.moment, len(self._arrived)
            rank = bisect_right(self._moments, moment)
            self._arrived.append(event)
            self._numbers.append(next(self._serials))
            self._moments.insert(rank, moment)
            self._arrivals.insert(rank, arrival)

    def at(self, rank: int) -> Event:
        """Gives the event at a rank."""
        return self._arrived[self._arrivals[rank]]

    def moment(self, rank: int) -> int:
        """Gives the moment, in microseconds since 1970, of the event at a rank."""
        return self._moments[rank]

    def number(self, rank: int) -> int:
        """Gives the number, which never changes, of the event at a rank."""
        return self._numbers[self._arrivals[rank]]

    def rank(self, number: int) -> int | None:
        """Gives the present rank of the event with a number, or None if there is no such event."""
        arrival = bisect_left(self._numbers, number)
        if arrival == len(self._numbers) or self._numbers[arrival] != number:
            return None
        moment = self._arrived[arrival].moment
        first, end = bisect_left(self._moments, moment), bisect_right(self._moments, moment)
        return bisect_left(self._arrivals, arrival, first, end)

    def between(self, after: int | None, before: int | None) -> range:
        """Gives the ranks of the events strictly after one moment and strictly before another."""
        first = 0 if after is None else bisect_right(self._moments, after)
        end = len(self) if before is None else bisect_left(self._moments, before)
        return range(first, max(first, end))
