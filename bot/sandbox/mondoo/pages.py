"""A page of a log, as one request asks for it: filtered, ordered, cut out by a cursor."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Any

from bot.sandbox.mondoo.events import Event
from bot.sandbox.mondoo.log import Log
from bot.sandbox.mondoo.settings import CursorKind, TieOrder

_LONGEST_CURSOR = 18


class BadCursorError(ValueError):
    """The cursor is none of this log's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a request asks of a log; moments are microseconds since 1970 and exclusive.

    What the last three mean is not documented. Here an MRN must be equal; a name and an action must contain the text,
    in any case.
    """

    first: int
    cursor: str | None = None
    descending: bool = True
    after: int | None = None
    before: int | None = None
    identity_mrn: str | None = None
    identity_name: str | None = None
    action: str | None = None

    @property
    def sifts(self) -> bool:
        """Whether events have to be looked at one by one."""
        return bool(self.identity_mrn or self.identity_name or self.action)

    def admits(self, event: Event) -> bool:
        """Whether an event passes the filters on who did what."""
        return (
            (not self.identity_mrn or event.identity.mrn == self.identity_mrn)
            and (self.identity_name or "").casefold() in event.identity.name.casefold()
            and (self.action or "").casefold() in event.action.casefold()
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A page: events with their cursors, where the page starts in the whole list, and how long that list is."""

    edges: tuple[tuple[str, Event], ...]
    start: int
    total: int

    @property
    def end(self) -> int:
        """The place in the list behind the page's last event."""
        return self.start + len(self.edges)

    def as_connection(self) -> dict[str, Any]:
        """Gives every field of the schema's `AuditLogConnection`."""
        return {
            "totalCount": self.total,
            "edges": [{"cursor": cursor, "node": event.as_node()} for cursor, event in self.edges],
            "pageInfo": {
                "startCursor": self.edges[0][0] if self.edges else None,
                "endCursor": self.edges[-1][0] if self.edges else None,
                "hasNextPage": self.end < self.total,
                "hasPreviousPage": self.start > 0,
            },
        }


class Listing:
    """A log in the order of one request: places from 0, the event that a reader sees first.

    Args:
        log: The log.
        query: What is asked; its cursor and size are not looked at.
        ties: How events of one moment are ordered.
        nonce: Tells this request from others, so that a shuffle stays one while the request lasts.
    """

    def __init__(self, log: Log, query: Query, ties: TieOrder, nonce: int) -> None:
        self._log = log
        self._ties = ties
        self._nonce = nonce
        self._ascending: Sequence[int] = log.between(query.after, query.before)
        if query.sifts:
            self._ascending = [rank for rank in self._ascending if query.admits(log.at(rank))]
        self._ranks = self._ascending[::-1] if query.descending else self._ascending
        self._descending = query.descending

    def __len__(self) -> int:
        return len(self._ranks)

    def ranks(self, start: int, end: int) -> list[int]:
        """Gives the ranks of the events from one place up to another."""
        if self._ties is TieOrder.ARRIVAL:
            return list(self._ranks[start:end])
        tied = self._widened(start, end)
        arranged = [
            rank
            for moment, group in groupby(self._ranks[tied.start : tied.stop], key=self._log.moment)
            for rank in self._arrange(moment, list(group))
        ]
        return arranged[start - tied.start : end - tied.start]

    def place_behind(self, rank: int) -> int:
        """Gives the place behind an event; behind where it would be, if the filters hide it."""
        found = bisect_left(self._ascending, rank)
        shown = found < len(self) and self._ascending[found] == rank
        place = len(self) - found - (1 if shown else 0) if self._descending else found
        if not shown:
            return place
        if self._ties is not TieOrder.ARRIVAL:
            tied = self._widened(place, place + 1)
            place = tied.start + self.ranks(tied.start, tied.stop).index(rank)
        return place + 1

    def _widened(self, start: int, end: int) -> range:
        """Gives these places, and those before and behind them whose events share a moment with them."""
        first, last = start, min(end, len(self))
        while 0 < first < last and self._moment(first - 1) == self._moment(first):
            first -= 1
        while first < last < len(self) and self._moment(last - 1) == self._moment(last):
            last += 1
        return range(first, last)

    def _moment(self, place: int) -> int:
        return self._log.moment(self._ranks[place])

    def _arrange(self, moment: int, tied: list[int]) -> list[int]:
        if self._ties is TieOrder.REVERSED:
            return tied[::-1]
        Random(f"{self._nonce}/{moment}").shuffle(tied)  # noqa: S311 — an order, not a secret
        return tied


def read(log: Log, query: Query, cursors: CursorKind, ties: TieOrder, nonce: int = 0) -> Page:
    """Gives the page that a query asks for.

    Raises:
        BadCursorError: The query's cursor is no number, or names no event.
    """
    listing = Listing(log, query, ties, nonce)
    start = min(_start(log, query.cursor, listing, cursors), len(listing))
    ranks = listing.ranks(start, start + query.first)
    by_id = cursors is CursorKind.ID
    edges = ((str(log.number(rank) if by_id else start + index), log.at(rank)) for index, rank in enumerate(ranks))
    return Page(tuple(edges), start, len(listing))


def _start(log: Log, cursor: str | None, listing: Listing, cursors: CursorKind) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _LONGEST_CURSOR):
        raise BadCursorError("invalid cursor")
    match cursors:
        case CursorKind.OFFSET:
            return int(cursor) + 1
        case CursorKind.ID:
            rank = log.rank(int(cursor))
            if rank is None:
                raise BadCursorError("cursor not found")
            return listing.place_behind(rank)
