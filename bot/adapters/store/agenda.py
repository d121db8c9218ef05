"""What there may be to do now, found by indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, exists, func, or_, select, union_all

from bot.adapters.store import rows
from bot.adapters.store.database import Database
from bot.adapters.store.tables import STOPPED, UNTOLD, Moment, cursors, scopes, subscriptions
from bot.domain.digests import ScopeHealth
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Standing, Subscription, SubscriptionId
from bot.ports import Stock, Untold, Waiting

_AT_ONCE = 500
"""A statement may have only so many parameters."""

_IS_WANTED = exists().where(cursors.c.scope == scopes.c.id)
_BEFORE, _AFTER = bindparam("before", type_=Moment), bindparam("after", type_=Moment)
_LATE = or_(scopes.c.last_attempt.is_(None), scopes.c.last_attempt <= _BEFORE, scopes.c.last_attempt > _AFTER)
_READS = (
    select(scopes)
    .where(_IS_WANTED, _LATE)
    .order_by(func.coalesce(scopes.c.last_attempt, scopes.c.watched_since), scopes.c.id)
    .limit(bindparam("most"))
)
_HAS_NEWS = exists().where(
    cursors.c.subscription == subscriptions.c.id, scopes.c.id == cursors.c.scope, scopes.c.entries > cursors.c.number
)
_ID = select(subscriptions.c.id)
_MAY_TELL = union_all(  # each by an index of its own, which one condition with OR would not get
    _ID.where(subscriptions.c.next_slot <= bindparam("now", type_=Moment)),
    _ID.where(subscriptions.c.last_slot > _AFTER),
    _ID.where(subscriptions.c.next_slot.is_(None), _HAS_NEWS),
)
_DIGESTS = (
    select(subscriptions)
    .where(subscriptions.c.standing == Standing.ACTIVE.value, subscriptions.c.id.in_(_MAY_TELL))
    .order_by(subscriptions.c.id)
)
_UNTOLD = (
    select(scopes)
    .where(
        UNTOLD,
        or_(
            and_(scopes.c.failures >= bindparam("failed"), scopes.c.told.is_(False)),
            and_(scopes.c.failures == 0, scopes.c.told.is_(True)),
        ),
    )
    .order_by(scopes.c.id)
)
_ABOUT = (
    select(subscriptions)
    .where(
        subscriptions.c.id.in_(
            select(cursors.c.subscription).where(cursors.c.scope.in_(bindparam("wanted", expanding=True)))
        )
    )
    .order_by(subscriptions.c.id)
)
_STOPPED = select(subscriptions).where(STOPPED).order_by(subscriptions.c.id)
_THEIR_SCOPES = (
    select(cursors.c.subscription, cursors.c.number, scopes)
    .join(scopes, scopes.c.id == cursors.c.scope)
    .where(cursors.c.subscription.in_(bindparam("wanted", expanding=True)))
    .order_by(scopes.c.id)
)
_OLDEST = select(func.min(func.coalesce(scopes.c.last_read, scopes.c.watched_since), type_=Moment)).where(_IS_WANTED)


@dataclass(frozen=True, slots=True)
class SqlAgenda:
    """The :class:`~bot.ports.Agenda` in a database."""

    database: Database

    async def reads(self, before: datetime, after: datetime, most: int) -> Sequence[ScopeHealth]:
        """As the port says."""
        asked = {"before": before, "after": after, "most": most}

        def work(connection: Connection) -> list[ScopeHealth]:
            return [rows.health_of(row) for row in connection.execute(_READS, asked).mappings()]

        return await self.database.transact(work)

    async def digests(self, now: datetime, after: datetime) -> Waiting:
        """As the port says. Alerts are those that have no next slot."""
        asked = {"now": now, "after": after}
        return await self.database.transact(lambda connection: _waiting(connection, _DIGESTS, asked))

    async def notices(self, failures: int) -> Untold:
        """As the port says."""

        def work(connection: Connection) -> Untold:
            found = connection.execute(_UNTOLD, {"failed": failures}).mappings().all()
            about: dict[int, Subscription] = {}
            for start in range(0, len(found), _AT_ONCE):
                wanted = [row["id"] for row in found[start : start + _AT_ONCE]]
                concerned = _waiting(connection, _ABOUT, {"wanted": wanted}).subscriptions
                about |= {each.id: each for each in concerned}
            stopped = _waiting(connection, _STOPPED, {}).subscriptions
            return Untold([rows.health_of(row) for row in found], list(about.values()), stopped)

        return await self.database.transact(work)

    async def stock(self) -> Stock:
        """As the port says."""

        def work(connection: Connection) -> Stock:
            stopped = connection.execute(_STOPPED.with_only_columns(subscriptions.c.id)).scalars().all()
            return Stock(connection.execute(_OLDEST).scalar_one(), [SubscriptionId(each) for each in stopped])

        return await self.database.transact(work)


def _waiting(connection: Connection, wanted: Select[Any], asked: Mapping[str, object]) -> Waiting:
    """The subscriptions that are asked for, with their scopes."""
    found: Sequence[RowMapping] = connection.execute(wanted, asked).mappings().all()
    told: dict[int, dict[Scope, int]] = {}
    health: dict[Scope, ScopeHealth] = {}
    for start in range(0, len(found), _AT_ONCE):
        ids = [row["id"] for row in found[start : start + _AT_ONCE]]
        for row in connection.execute(_THEIR_SCOPES, {"wanted": ids}).mappings():
            scope = rows.scope_of(row["region"], row["mrn"])
            told.setdefault(row["subscription"], {})[scope] = row["number"]
            if scope not in health:
                health[scope] = rows.health_of(row)
    return Waiting([rows.subscription_of(row, told.get(row["id"], {})) for row in found], health)
