"""What is known of each scope, kept in the database.

A scope's row is locked by whoever changes anything of it, so numbers appear in their order: a reader who asks for what
lies above a number can never miss one that is committed later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    RowMapping,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store import retention, rows
from bot.adapters.store.engine import Database
from bot.adapters.store.recollection import following, recalling
from bot.adapters.store.tables import Moment, events, runs, scopes, staged
from bot.adapters.store.watching import id_of, select_scope, watch
from bot.domain.digests import Entry, ScopeHealth
from bot.domain.errors import Superseded
from bot.domain.fingerprints import Core, Known, Sighting, Variant
from bot.domain.query import Window
from bot.domain.scopes import Scope
from bot.ports import Claim, Reading
from bot.waypoints import Waypoint, reached

_CORES_AT_ONCE = 500
"""A statement may have only so many parameters."""
_COPIED = ("scope", "core", "variant", "occurrence", "at", "body", "actor", "resource")


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """The :class:`~bot.ports.Ledger` in a database."""

    database: Database

    async def watch(self, scopes_: Collection[Scope], since: datetime) -> None:
        """As the port says."""
        async with self.database.transaction() as connection:
            await watch(self.database, connection, scopes_, since)

    async def health(self) -> Sequence[ScopeHealth]:
        """As the port says."""
        async with self.database.transaction() as connection:
            found = await connection.execute(select(scopes).order_by(scopes.c.id))
            return [rows.health_of(row) for row in found.mappings()]

    async def claim(self, scope: Scope, fence: int, lease: timedelta, began: datetime | None = None) -> Claim | None:
        """As the port says. A lease that was taken at a time that is still to come does not count: clocks step back."""
        async with self.database.transaction() as connection:
            row = await _locked(connection, scope)
            now = await self.database.now(connection)
            if row is None or row["fence"] != fence or _is_leased(row, now):
                return None
            await connection.execute(delete(staged).where(staged.c.scope == row["id"]))
            claimed = await connection.execute(
                update(scopes)
                .where(scopes.c.id == row["id"], scopes.c.fence == fence)
                .values(fence=fence + 1, leased_at=now, leased_until=now + lease, last_attempt=began or now)
                .returning(scopes)
            )
            return Claim(scope, fence + 1, rows.health_of(claimed.mappings().one()))

    async def known(self, scope: Scope, cores: Collection[Core]) -> Known:
        """As the port says."""
        wanted = list(cores)
        found: dict[Core, Counter[Variant]] = {}
        async with self.database.transaction() as connection:
            for start in range(0, len(wanted), _CORES_AT_ONCE):
                counted = await connection.execute(
                    select(events.c.core, events.c.variant, func.count())
                    .where(events.c.scope == id_of(scope), events.c.core.in_(wanted[start : start + _CORES_AT_ONCE]))
                    .group_by(events.c.core, events.c.variant)
                )
                found |= rows.known_of(counted)
        return found

    async def stage(self, claim: Claim, sightings: Sequence[Sighting], lease: timedelta) -> None:
        """As the port says. An event that this claim has staged already is passed over."""
        async with self.database.transaction() as connection:
            row = await _held(connection, claim)
            await self._stage(connection, row["id"], sightings)
            now = await self.database.now(connection)
            await connection.execute(
                update(scopes).where(scopes.c.id == row["id"]).values(leased_at=now, leased_until=now + lease)
            )
        if sightings:
            reached(Waypoint.EVENTS_STAGED)

    async def commit(self, claim: Claim, reading: Reading, sightings: Sequence[Sighting]) -> int:
        """As the port says. What became known since it was told from the known is passed over, and has no number."""
        async with self.database.transaction(long=True) as connection:
            row = await _held(connection, claim)
            reached(Waypoint.COLLECT_BEGUN)
            await self._stage(connection, row["id"], sightings)
            new = await _enter(connection, row, reading.began)
            reached(Waypoint.EVENTS_WRITTEN)
            watermark = row["watermark"]
            await connection.execute(
                update(scopes)
                .where(scopes.c.id == row["id"])
                .values(
                    leased_at=None,
                    leased_until=None,
                    watermark=reading.watermark if watermark is None else max(watermark, reading.watermark),
                    remembered_since=row["remembered_since"] or reading.window.since,
                    entries=row["entries"] + new,
                    last_read=reading.began,
                    last_deep_scan=reading.began if reading.deep else row["last_deep_scan"],
                    failures=0,
                    reason="",
                )
            )
            await connection.execute(
                insert(runs).values(
                    scope=row["id"],
                    began=reading.began,
                    ended=await self.database.now(connection),
                    since=reading.window.since,
                    until=reading.window.until,
                    pages=reading.pages,
                    read=reading.events,
                    new=new,
                    deep=reading.deep,
                )
            )
            reached(Waypoint.WATERMARK_MOVED)
        reached(Waypoint.COLLECT_COMMITTED)
        last: int = row["entries"] + new
        return last

    async def fail(self, claim: Claim, reason: str) -> None:
        """As the port says."""
        async with self.database.transaction() as connection:
            row = await _locked(connection, claim.scope)
            if row is None or not _is_claimed(row, claim):
                return
            now = await self.database.now(connection)
            await connection.execute(
                update(scopes)
                .where(scopes.c.id == row["id"])
                .values(leased_at=None, leased_until=None, failures=row["failures"] + 1, reason=reason)
            )
            began = row["last_attempt"]
            await connection.execute(insert(runs).values(scope=row["id"], began=began, ended=now, failure=reason))
        reached(Waypoint.FAILURE_RECORDED)

    async def entries(self, scope: Scope, after: int, limit: int) -> Sequence[Entry]:
        """As the port says."""
        async with self.database.transaction() as connection:
            found = await connection.execute(following(id_of(scope), after, limit))
            return [rows.entry_of(scope, row) for row in found.mappings()]

    async def recall(
        self, scope: Scope, window: Window, *, limit: int, by: str = "", about: str = ""
    ) -> Sequence[Entry]:
        """As the port says."""
        wanted = recalling(id_of(scope), window, limit, by=by, about=about)
        async with self.database.transaction() as connection:
            return [rows.entry_of(scope, row) for row in (await connection.execute(wanted)).mappings()]

    async def prune(self, keep: timedelta, most: int) -> int:
        """As the port says; what was delivered as long ago goes as well."""
        return await retention.prune(self.database, keep, most)

    async def _stage(self, connection: AsyncConnection, scope: int, sightings: Sequence[Sighting]) -> None:
        if sightings:
            staging = [rows.sighting_row(scope, sighting) for sighting in sightings]
            await connection.execute(self.database.add(staged), staging)


async def _locked(connection: AsyncConnection, scope: Scope) -> RowMapping | None:
    found = await connection.execute(select_scope(scope).with_for_update())
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def _held(connection: AsyncConnection, claim: Claim) -> RowMapping:
    """The locked row of a scope that the claim still holds."""
    row = await _locked(connection, claim.scope)
    if row is None or not _is_claimed(row, claim):
        raise Superseded(f"Somebody else has begun to read {claim.scope} meanwhile.")
    return row


def _is_claimed(row: RowMapping, claim: Claim) -> bool:
    return row["fence"] == claim.fence and row["leased_until"] is not None


def _is_leased(row: RowMapping, now: datetime) -> bool:
    return row["leased_until"] is not None and row["leased_at"] <= now < row["leased_until"]


async def _enter(connection: AsyncConnection, row: RowMapping, known_at: datetime) -> int:
    """Turn what is staged for a scope into entries; gives how many of them have a number."""
    twin = exists().where(
        events.c.scope == staged.c.scope, events.c.core == staged.c.core, events.c.occurrence == staged.c.occurrence
    )
    fresh = and_(staged.c.scope == row["id"], ~twin)
    copied = [staged.c[name] for name in _COPIED]
    columns = [*_COPIED, "known_at", "number"]
    if row["watermark"] is None:
        # What was there before anybody subscribed is only remembered.
        before = staged.c.at < row["watched_since"]
        remembered = select(*copied, literal(known_at, Moment), null()).where(fresh, before)
        await connection.execute(insert(events).from_select(columns, remembered))
    number = row["entries"] + func.row_number().over(order_by=staged.c.id)
    told = select(*copied, literal(known_at, Moment), number).where(fresh)
    entered = await connection.execute(
        insert(events).from_select(columns, told), execution_options={"preserve_rowcount": True}
    )
    await connection.execute(delete(staged).where(staged.c.scope == row["id"]))
    return entered.rowcount
