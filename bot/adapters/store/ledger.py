"""What is known of each scope, kept in the database.

A scope's row is locked by whoever changes anything of it, so numbers appear in their order: a reader who asks for what
lies above a number can never miss one that is committed later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.adapters.store import claims, entering, recollection, retention, rows
from bot.adapters.store.database import Database
from bot.adapters.store.tables import scopes
from bot.adapters.store.watching import watch
from bot.domain.digests import Entry, ScopeHealth
from bot.domain.fingerprints import Core, Known, Sighting
from bot.domain.query import Window
from bot.domain.scopes import Scope
from bot.ports import Claim, Reading
from bot.waypoints import Waypoint, reached

_HEALTH = select(scopes).order_by(scopes.c.id)


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """The :class:`~bot.ports.Ledger` in a database."""

    database: Database

    async def watch(self, scopes_: Collection[Scope], since: datetime) -> None:
        """As the port says."""
        await self.database.transact(lambda connection: watch(self.database, connection, scopes_, since))

    async def health(self) -> Sequence[ScopeHealth]:
        """As the port says."""

        def work(connection: Connection) -> list[ScopeHealth]:
            return [rows.health_of(row) for row in connection.execute(_HEALTH).mappings()]

        return await self.database.transact(work)

    async def claim(self, scope: Scope, fence: int, lease: timedelta, began: datetime | None = None) -> Claim | None:
        """As the port says. A lease that was taken at a time that is still to come does not count: clocks step back."""
        return await self.database.transact(lambda connection: claims.claim(connection, scope, fence, lease, began))

    async def known(self, scope: Scope, cores: Collection[Core]) -> Known:
        """As the port says."""
        wanted = list(cores)
        return await self.database.transact(lambda connection: recollection.known(connection, scope, wanted))

    async def stage(self, claim: Claim, sightings: Sequence[Sighting], lease: timedelta) -> None:
        """As the port says. An event that this claim has staged already is passed over."""

        def work(connection: Connection) -> None:
            entering.stage(self.database, connection, claims.hold(connection, claim, lease), sightings)

        await self.database.transact(work)
        if sightings:
            reached(Waypoint.EVENTS_STAGED)

    async def commit(self, claim: Claim, reading: Reading, sightings: Sequence[Sighting]) -> int:
        """As the port says. What became known since it was told from the known is passed over, and has no number."""

        def work(connection: Connection) -> int:
            reached(Waypoint.COLLECT_BEGUN)
            last = None if sightings else claims.record(connection, claim, reading)
            if last is None:
                row = claims.held(connection, claim)
                self.database.prolong(connection)
                entering.stage(self.database, connection, row["id"], sightings)
                new = entering.enter(connection, row, reading.began)
                reached(Waypoint.EVENTS_WRITTEN)
                last = claims.record(connection, claim, reading, new) or 0
            reached(Waypoint.WATERMARK_MOVED)
            return last

        last = await self.database.transact(work, long=True)
        reached(Waypoint.COLLECT_COMMITTED)
        return last

    async def fail(self, claim: Claim, reason: str) -> None:
        """As the port says."""
        if await self.database.transact(lambda connection: claims.fail(connection, claim, reason)):
            reached(Waypoint.FAILURE_RECORDED)

    async def entries(self, scope: Scope, after: int, limit: int) -> Sequence[Entry]:
        """As the port says."""
        return await self.database.transact(lambda connection: recollection.following(connection, scope, after, limit))

    async def recall(
        self, scope: Scope, window: Window, *, limit: int, by: str = "", about: str = ""
    ) -> Sequence[Entry]:
        """As the port says."""
        return await self.database.transact(
            lambda connection: recollection.recall(connection, scope, window, limit, by=by, about=about)
        )

    async def prune(self, keep: timedelta, most: int) -> int:
        """As the port says; what was delivered as long ago goes as well."""
        forgotten = await self.database.transact(
            lambda connection: retention.prune(self.database, connection, keep, most)
        )
        if forgotten:
            reached(Waypoint.EVENTS_PRUNED)
        return forgotten
