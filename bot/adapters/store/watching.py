"""Which scopes are known, and since when each is watched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store import rows
from bot.adapters.store.engine import Database
from bot.adapters.store.tables import cursors, scopes
from bot.domain.digests import ScopeHealth
from bot.domain.scopes import Scope

_UNREAD: Mapping[str, object] = {
    "leased_at": None,
    "leased_until": None,
    "watermark": None,
    "last_read": None,
    "last_attempt": None,
    "last_deep_scan": None,
    "failures": 0,
    "reason": "",
    "told": False,
    "gap_since": None,
    "remembered_since": None,
}
"""The columns of a scope that nobody has tried to read."""


async def watch(
    database: Database, connection: AsyncConnection, wanted: Collection[Scope], since: datetime
) -> dict[Scope, ScopeHealth]:
    """Make scopes known, in a transaction that is open; gives how the reading of each one goes.

    One that was read for somebody, and that nobody subscribes to any more, begins anew: whoever reads it still has lost
    it. What is known of it stays known, and its numbers go on.
    """
    known: dict[Scope, ScopeHealth] = {}
    since = since.replace(microsecond=0)
    for scope in wanted:
        await connection.execute(
            database.add(scopes).values(region=scope.region.value, mrn=scope.mrn, watched_since=since)
        )
        await connection.execute(
            update(scopes)
            .where(
                scopes.c.region == scope.region.value,
                scopes.c.mrn == scope.mrn,
                scopes.c.last_attempt.is_not(None),
                ~exists().where(cursors.c.scope == scopes.c.id),
            )
            .values({**_UNREAD, "watched_since": since, "fence": scopes.c.fence + 1})
        )
        known[scope] = rows.health_of((await connection.execute(select_scope(scope))).mappings().one())
    return known


def select_scope(scope: Scope) -> Select[Any]:
    """The row of a scope."""
    return select(scopes).where(scopes.c.region == scope.region.value, scopes.c.mrn == scope.mrn)


def id_of(scope: Scope) -> ScalarSelect[int]:
    """The number of a scope's row, inside of another statement."""
    return select_scope(scope).with_only_columns(scopes.c.id).scalar_subquery()
