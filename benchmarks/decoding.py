"""What an event costs between the wire and a line of NDJSON, beside ``json.loads`` of the same bodies."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import msgspec

from bot.adapters.mondoo import wire
from bot.adapters.mondoo.paging import Reading
from bot.cli.sheets import NdjsonSheet
from bot.domain.query import AuditQuery, Order, Window
from bot.domain.scopes import Scope, ScopeKind
from bot.sandbox.mondoo import CursorKind, MondooCloud, TieOrder
from bot.sandbox.mondoo.log import Log
from bot.sandbox.mondoo.pages import Query, read

EVENTS: Final = 20_000
ROUNDS: Final = 5
_PAGE: Final = 100
_SCOPE: Final = Scope(ScopeKind.SPACE, "acme-production")
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time for one event, in microseconds."""

    whole_us: float
    """From a body's bytes over an event to a line's bytes."""
    json_loads_us: float
    """Of the same bodies decoded by the standard library, with nothing done to what comes out."""


def measure(rounds: int = ROUNDS) -> Cost:
    """The least cost of some rounds."""
    bodies = _bodies()
    query = AuditQuery(_SCOPE)

    def whole() -> None:
        reading, sheet = _reading(), NdjsonSheet()
        for body in bodies:
            page = reading.take(wire.page(body, _SCOPE, str, _PAGE))
            if page is not None:
                sheet.add([event for event in page.events if query.matches(event)]).encode()

    def bare() -> None:
        for body in bodies:
            json.loads(body)

    return Cost(_least_us(whole, rounds), _least_us(bare, rounds))


def _least_us(work: Callable[[], None], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent) / EVENTS * _MICROSECONDS


def _bodies() -> list[bytes]:
    """The answers that one complete read gets."""
    log = _log()
    reading, bodies = _reading(), []
    last = False
    while not last:
        request = reading.request
        page = read(log, Query(first=_PAGE, cursor=request.after), CursorKind.ID, TieOrder.ARRIVAL)
        body = msgspec.json.encode({"data": {"auditlog": page.as_connection()}})
        bodies.append(body)
        given = reading.take(wire.page(body, _SCOPE, str, _PAGE))
        last = given is not None and given.last
    return bodies


def _log() -> Log:
    """A made-up organization's history, begun again, ten years earlier each time, until there are enough events."""
    history = MondooCloud(_NOW).log(_SCOPE.mrn)
    turns = -(-EVENTS // len(history))
    log = Log(count(1))
    everything = [
        msgspec.structs.replace(event, timestamp=event.timestamp - turn * timedelta(days=3650))
        for turn in reversed(range(turns))
        for event in history
    ]
    log.append(everything[-EVENTS:])
    return log


def _reading() -> Reading:
    return Reading(Window(), Order.NEWEST_FIRST, _PAGE, set())
