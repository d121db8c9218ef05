"""Mondoo with one long log, as cheap as it can be: ``python -m benchmarks.long_log EVENTS SECONDS``.

It answers a question about pages as Mondoo does, that long after it was asked, and tells at ``GET`` how often it was
asked. A page costs it a fraction of a millisecond, so that a race is one of its readers. The events follow the hours
of work: some in a minute by day, some in an hour by night and at weekends, now and then several in a second.
"""

from __future__ import annotations

import asyncio
import sys
from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import msgspec

from benchmarks.answering import serve

_BEGAN: Final = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
_BY_DAY_S: Final = 15.0
"""Between two events."""
_BY_NIGHT_S: Final = 600.0
_HOUR_S: Final = 3600
_DAY_S: Final = 24 * _HOUR_S
_HOURS: Final = range(8, 18)
_WORKING_DAYS: Final = 5
_PEOPLE: Final = 40
_MOST_KEPT: Final = 100_000
_ACTIONS: Final = ("UpdateTeamMembers", "Login", "CreateServiceAccount", "DeleteSpace", "SetPolicy", "InviteMember")
_EDGE: Final = (
    '{"cursor":"%d","node":{"identity":{"name":"person-%d@example.com","mrn":"//captain.api.mondoo.app/users/2x%026d"},'
    '"resource":"//captain.api.mondoo.app/organizations/a-long-log","action":"com.mondoo.platform.audit.v1.%s",'
    '"timestamp":"%s","msg":"person-%d@example.com did this from 203.0.113.%d","ip":"203.0.113.%d",'
    '"parent":"//captain.api.mondoo.app/organizations/a-long-log"}}'
)


class _OrderBy(msgspec.Struct):
    direction: str = "DESC"


class _Filter(msgspec.Struct):
    timestamp: datetime
    operator: str


class _Variables(msgspec.Struct, rename="camel"):
    first: int = 100
    after: str | None = None
    order_by: _OrderBy = msgspec.field(default_factory=_OrderBy)
    timestamp_filter: _Filter | None = None


class _Question(msgspec.Struct):
    variables: _Variables


_QUESTION: Final = msgspec.json.Decoder(_Question)


class Log:
    """The log: the times of its events, from which all else follows. A cursor is an event's rank, from 0."""

    def __init__(self, events: int) -> None:
        chance = Random(1)  # noqa: S311 — the same log each time
        self.seconds: list[int] = []
        now = float(_BEGAN)
        for _ in range(events):
            day, hour = int(now // _DAY_S + 3) % 7, int(now % _DAY_S // _HOUR_S)
            busy = day < _WORKING_DAYS and hour in _HOURS
            now += chance.expovariate(1 / (_BY_DAY_S if busy else _BY_NIGHT_S))
            self.seconds.append(int(now))
        # Made before anybody asks: of many who ask at once, a server with more than one processor lets none wait.
        self._edges = list(map(self._edge, range(events))) if events <= _MOST_KEPT else None

    def answer(self, wanted: _Variables) -> bytes:
        """The page that was asked for."""
        low, high = self._bounds(wanted.timestamp_filter)
        count = high - low
        if wanted.order_by.direction == "DESC":
            begin = high - 1 if wanted.after is None else int(wanted.after) - 1
            ranks = range(begin, max(begin - wanted.first, low - 1), -1)
            more = begin - wanted.first >= low
        else:
            begin = low if wanted.after is None else int(wanted.after) + 1
            ranks = range(begin, min(begin + wanted.first, high))
            more = begin + wanted.first < high
        edges = ",".join(map(self._edges.__getitem__ if self._edges else self._edge, ranks))
        ends = (f'"{ranks[0]}"', f'"{ranks[-1]}"') if ranks else ("null", "null")
        return (
            f'{{"data":{{"auditlog":{{"totalCount":{count},"edges":[{edges}],"pageInfo":{{"startCursor":{ends[0]},'
            f'"endCursor":{ends[1]},"hasNextPage":{"true" if more else "false"}}}}}}}}}'
        ).encode()

    def _bounds(self, wanted: _Filter | None) -> tuple[int, int]:
        if wanted is None:
            return 0, len(self.seconds)
        moment = wanted.timestamp.timestamp()
        if wanted.operator == "GT":
            return bisect_right(self.seconds, moment), len(self.seconds)
        return 0, bisect_left(self.seconds, moment)

    def _edge(self, rank: int) -> str:
        person = rank * 7 % _PEOPLE
        action = _ACTIONS[rank * 5 % len(_ACTIONS)]
        at = (datetime.fromtimestamp(0, UTC) + timedelta(seconds=self.seconds[rank])).isoformat().replace("+00:00", "Z")
        return _EDGE % (rank, person, person, action, at, person, person, person)


if __name__ == "__main__":
    log = Log(int(sys.argv[1]))
    asyncio.run(serve(lambda question: log.answer(_QUESTION.decode(question).variables), float(sys.argv[2])))
