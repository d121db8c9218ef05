"""New events into the ledger, as a read of a scope puts them there: compared, staged, committed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.adapters.store import open_store
from bot.domain.events import AuditEvent
from bot.domain.fingerprints import grouped, sift
from bot.domain.query import Window
from bot.domain.scopes import Scope, ScopeKind
from bot.ports import Claim, Ledger, Reading
from bot.wiring.mondoo import SystemClock

SCOPE: Final = Scope(ScopeKind.SPACE, "bench")
_LEASE: Final = timedelta(minutes=5)
_AT_ONCE: Final = 2_000
"""As many as a read holds before it stages them."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How long new events took."""

    events: int
    took_s: float

    @property
    def events_per_s(self) -> float:
        """Events a second."""
        return self.events / self.took_s


async def measure(url: str, events: int) -> Writing:
    """So many new events written to a new database."""
    async with open_store(url, SystemClock()) as store:
        began = datetime.now(UTC)
        await store.ledger.watch([SCOPE], began - timedelta(days=1))
        [health] = await store.ledger.health()
        claim = await store.ledger.claim(SCOPE, health.fence, _LEASE)
        assert claim is not None  # noqa: S101 — nobody else is here
        made = made_up(events, began)
        start = time.perf_counter()
        await write(store.ledger, claim, made, began)
        return Writing(events, time.perf_counter() - start)


async def write(ledger: Ledger, claim: Claim, events: list[AuditEvent], began: datetime) -> None:
    """Record events as a collector does."""
    for start in range(0, len(events), _AT_ONCE):
        groups = grouped(events[start : start + _AT_ONCE])
        await ledger.stage(claim, sift(groups, await ledger.known(claim.scope, groups.keys())), _LEASE)
    reading = Reading(began, Window(began - timedelta(days=1)), 1, len(events), watermark=began, deep=False)
    await ledger.commit(claim, reading, [])


def made_up(count: int, end: datetime, first: int = 0, *, did: str = "UpdateTeamMembers") -> list[AuditEvent]:
    """So many different events of the last hour, oldest first."""
    events = []
    for number in range(first, first + count):
        at = end - timedelta(hours=1) + timedelta(milliseconds=number)
        events.append(
            AuditEvent(
                scope=SCOPE,
                at=at,
                timestamp=at.isoformat(),
                action=f"com.mondoo.platform.audit.v1.{did}",
                actor_name=f"person{number % 40}@example.com",
                actor_mrn=f"//captain.api.mondoo.app/users/{number % 40}",
                resource=f"//captain.api.mondoo.app/spaces/bench/{number}",
                message="updated the members of a team",
                ip="203.0.113.7",
                parent=None,
            )
        )
    return events
