"""Which scopes are known, and since when each is watched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, select, update

from bot.adapters.store import rows
from bot.adapters.store.database import Database
from bot.adapters.store.tables import Moment, cursors, scopes
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

NAMED = and_(scopes.c.region == bindparam("of_region"), scopes.c.mrn == bindparam("of_mrn"))
"""That a row is a scope's, of which the statement is given the :func:`parameters`."""
SCOPE_ID = select(scopes.c.id).where(NAMED).scalar_subquery()
"""The number of that row, inside of another statement."""
_READ = select(scopes).where(NAMED)
_BEGIN_ANEW = (
    update(scopes)
    .where(NAMED, scopes.c.last_attempt.is_not(None), ~exists().where(cursors.c.scope == scopes.c.id))
    .values({**_UNREAD, "watched_since": bindparam("at", type_=Moment), "fence": scopes.c.fence + 1})
)


def watch(
    database: Database, connection: Connection, wanted: Collection[Scope], since: datetime
) -> dict[Scope, ScopeHealth]:
    """Make scopes known, in a transaction that is open; gives how the reading of each one goes.

    One that was read for somebody, and that nobody subscribes to any more, begins anew: whoever reads it still has lost
    it. What is known of it stays known, and its numbers go on.
    """
    known: dict[Scope, ScopeHealth] = {}
    since = since.replace(microsecond=0)
    for scope in wanted:
        connection.execute(database.add(scopes).values(region=scope.region.value, mrn=scope.mrn, watched_since=since))
        connection.execute(_BEGIN_ANEW, {**parameters(scope), "at": since})
        known[scope] = rows.health_of(connection.execute(_READ, parameters(scope)).mappings().one())
    return known


def parameters(scope: Scope) -> dict[str, object]:
    """What a statement about a scope is given to find it by."""
    return {"of_region": scope.region.value, "of_mrn": scope.mrn}
