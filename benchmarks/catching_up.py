"""Catching up with a long log, as the first read of a scope does: parts side by side, beside page by page."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

from benchmarks import databases
from benchmarks.programs import Program
from benchmarks.reading import DELAYS, ORGANIZATION, RACE, long_log
from bot.adapters.mondoo.client import MondooClient
from bot.adapters.mondoo.credentials import ApiToken
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.parallel import ParallelAuditLog
from bot.adapters.mondoo.reader import MondooAuditLog
from bot.adapters.store import open_store
from bot.domain.scopes import Scope, ScopeKind
from bot.services.collect import Collected, Collector
from bot.wiring.bot import PARTS_OF_A_POLL
from bot.wiring.mondoo import SystemClock

_SINCE: Final = datetime(2000, 1, 1, tzinfo=UTC)


async def measure(events: int = RACE) -> tuple[float, float]:
    """Seconds until as many events are in the ledger, over a link of 50 ms: page by page, and side by side."""
    async with long_log(events, max(DELAYS)) as mondoo:
        return await _first_read(mondoo, events, whole=False), await _first_read(mondoo, events, whole=True)


async def _first_read(mondoo: Program, events: int, *, whole: bool) -> float:
    clock = SystemClock()
    endpoint = Endpoint(f"{mondoo.listening}/query", ApiToken("a-token"))
    scope = Scope(ScopeKind.ORGANIZATION, ORGANIZATION)
    with databases.sqlite() as url:
        async with open_store(url, clock) as store, MondooClient(clock) as client:
            await store.ledger.watch([scope], _SINCE)
            log = (
                ParallelAuditLog(client, lambda _: endpoint, abreast=PARTS_OF_A_POLL)
                if whole
                else MondooAuditLog(client, lambda _: endpoint)
            )
            [health] = await store.ledger.health()
            began = time.perf_counter()
            collected = await Collector(store.ledger, log, clock).collect(health)
            took = time.perf_counter() - began
    assert collected == Collected(scope, new=events), collected  # noqa: S101 — a wrong answer has no speed
    return took
