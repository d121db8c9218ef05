"""What a digest costs beside what the ledger holds already: it follows the new events, not the history."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from benchmarks.databases import sqlite
from benchmarks.writing import SCOPE, made_up, write
from bot.adapters.slack.composer import SlackComposer
from bot.adapters.store import Store, open_store
from bot.domain.access import ChannelId
from bot.domain.query import Filters
from bot.domain.scopes import ScopeCatalog
from bot.domain.subscriptions import Draft, Mode, Origin, Terms
from bot.services.context import Context
from bot.services.digest import Digester
from bot.wiring.mondoo import SystemClock

NEW: Final = 100
"""New events for each digest."""
_ROUNDS: Final = 5
_LEASE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Digesting:
    """The CPU time of one digest."""

    history: int
    cpu_s: float


async def measure(history: int) -> Digesting:
    """The cheapest of some digests on top of so many events that were told of before."""
    with sqlite() as url:
        async with open_store(url, SystemClock()) as store:
            now = datetime.now(UTC)
            await store.ledger.watch([SCOPE], now - timedelta(days=1))
            terms = Terms((SCOPE,), ChannelId("C1"), Mode.ALERT, Filters())
            await store.subscriptions.add(Draft("bench", Origin.FILE, terms), now - timedelta(days=1))
            await _add(store, history=0)
            await _digest(store)
        _multiply(url.removeprefix("sqlite:///"), history)
        async with open_store(url, SystemClock()) as store:
            spent = []
            for turn in range(_ROUNDS):
                await _add(store, history=(turn + 1) * NEW)
                spent.append(await _digest(store))
            return Digesting(history, min(spent))


async def _add(store: Store, history: int) -> None:
    [health] = await store.ledger.health()
    claim = await store.ledger.claim(SCOPE, health.fence, _LEASE)
    assert claim is not None  # noqa: S101 — nobody else is here
    now = datetime.now(UTC)
    # Of high risk: for these a digest looks back the farthest, at all that the same person ever did.
    await write(store.ledger, claim, made_up(NEW, now, first=history, did="CreateServiceAccount"), now)


async def _digest(store: Store) -> float:
    digester = Digester(
        ledger=store.ledger,
        agenda=store.agenda,
        outbox=store.outbox,
        mutes=store.mutes,
        context=Context(store.ledger, timedelta(days=30)),
        composer=SlackComposer(ScopeCatalog((SCOPE,))),
        clock=SystemClock(),
    )
    began = time.process_time()
    filed = await digester.tick()
    spent = time.process_time() - began
    assert filed == 1, "the new events were not told"  # noqa: S101 — what does nothing has no cost
    return spent


def _multiply(path: str, history: int) -> None:
    """Let the first event have happened every 2.5 seconds before, a month long at the most, and all have been told."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            """WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
            INSERT INTO events (scope, core, variant, occurrence, at, body, actor, resource, known_at, number)
            SELECT scope, randomblob(16), variant, occurrence, at - n * 2500000, body, actor, resource, known_at,
                (SELECT entries FROM scopes) + n
            FROM numbers, (SELECT * FROM events WHERE number = 1)""",
            (history,),
        )
        connection.execute("UPDATE scopes SET entries = entries + ?", (history,))
        connection.execute("UPDATE cursors SET number = number + ?", (history,))
