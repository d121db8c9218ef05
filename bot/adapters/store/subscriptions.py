"""Who wants to be told what, kept in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.adapters.store import rows
from bot.adapters.store.database import Database
from bot.adapters.store.moves import move
from bot.adapters.store.tables import cursors, parcels, parts, scopes, subscriptions
from bot.adapters.store.watching import SCOPE_ID, parameters, watch
from bot.domain.access import UserId
from bot.domain.deliveries import State
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Draft, Standing, Subscription, SubscriptionId, Terms
from bot.waypoints import Waypoint, reached

_SET_CURSOR = insert(cursors).values(scope=SCOPE_ID)


@dataclass(frozen=True, slots=True)
class SqlSubscriptions:
    """The :class:`~bot.ports.Subscriptions` in a database."""

    database: Database

    async def add(self, draft: Draft, now: datetime) -> Subscription:
        """As the port says. Its scopes are watched from now on, where they were not yet."""

        def work(connection: Connection) -> tuple[Subscription, bool]:
            added = connection.execute(
                self.database.add(subscriptions)
                .values(
                    key=draft.key,
                    origin=draft.origin.value,
                    terms=rows.terms_to_json(draft.terms),
                    owner=draft.owner,
                    created=now,
                    last_slot=now,
                    next_slot=following(draft.terms, now),
                    covered_until=now,
                    last_posted=now,
                    standing=Standing.ACTIVE.value,
                )
                .returning(subscriptions.c.id)
            )
            number = added.scalar_one_or_none()
            if number is not None:
                known = watch(self.database, connection, draft.terms.scopes, now)
                told = {scope: health.entries for scope, health in known.items()}
                _set_cursors(connection, SubscriptionId(number), told)
                begin = min([now, *(health.watched_since for health in known.values() if health.last_read is None)])
                one = subscriptions.c.id == number
                connection.execute(update(subscriptions).where(one).values(covered_until=begin))
            [kept] = read(connection, key=draft.key)
            return kept, number is not None

        subscription, is_new = await self.database.transact(work)
        if is_new:
            reached(Waypoint.SUBSCRIPTION_SAVED)
        return subscription

    async def all(self) -> Sequence[Subscription]:
        """As the port says."""
        return await self.database.transact(read)

    async def change(self, subscription: SubscriptionId, terms: Terms, owner: UserId | None, *, version: int) -> bool:
        """As the port says. A scope that is new is watched from now on, where it was not yet."""

        def work(connection: Connection) -> bool:
            one = subscriptions.c.id == subscription
            found = connection.execute(
                select(subscriptions).where(one, subscriptions.c.version == version).with_for_update()
            )
            row = found.mappings().one_or_none()
            if row is None:
                return False
            connection.execute(
                update(subscriptions)
                .where(one)
                .values(
                    terms=rows.terms_to_json(terms),
                    owner=owner,
                    version=version + 1,
                    next_slot=following(terms, row["last_slot"]),
                )
            )
            if row["standing"] == Standing.STOPPED.value and rows.terms_from_json(row["terms"]) != terms:
                connection.execute(update(subscriptions).where(one).values(standing=Standing.ACTIVE.value, reason=""))
                self._retry(connection, subscription)
            move(self.database, connection, subscription, terms.channel)
            now = self.database.now(connection)
            known = watch(self.database, connection, terms.scopes, now)
            kept = read_cursors(connection, subscription).get(subscription, {})
            connection.execute(delete(cursors).where(cursors.c.subscription == subscription))
            told = {scope: kept.get(scope, health.entries) for scope, health in known.items()}
            _set_cursors(connection, subscription, told)
            return True

        done = await self.database.transact(work)
        if done:
            reached(Waypoint.SUBSCRIPTION_SAVED)
        return done

    async def set_standing(self, subscription: SubscriptionId, standing: Standing, reason: str) -> bool:
        """As the port says. Nothing is changed where it stands like that for the same reason."""

        def work(connection: Connection) -> bool:
            one = subscriptions.c.id == subscription
            found = connection.execute(select(subscriptions).where(one).with_for_update()).mappings()
            row = found.one_or_none()
            if row is None:
                return False
            if (row["standing"], row["reason"]) != (standing.value, reason):
                connection.execute(
                    update(subscriptions)
                    .where(one)
                    .values(standing=standing.value, reason=reason, version=row["version"] + 1)
                )
            if standing is Standing.ACTIVE:
                self._retry(connection, subscription)
            return True

        done = await self.database.transact(work)
        if done:
            reached(Waypoint.SUBSCRIPTION_SAVED)
        return done

    async def remove(self, subscription: SubscriptionId) -> bool:
        """As the port says."""

        def work(connection: Connection) -> bool:
            removed = connection.execute(delete(subscriptions).where(subscriptions.c.id == subscription))
            return bool(removed.rowcount)

        return await self.database.transact(work)

    def _retry(self, connection: Connection, subscription: SubscriptionId) -> None:
        now = self.database.now(connection)
        own = select(parcels.c.id).where(parcels.c.subscription == subscription)
        connection.execute(
            update(parts)
            .where(parts.c.parcel.in_(own), parts.c.state == State.FAILED.value, parts.c.done.is_(None))
            .values(state=State.PENDING.value, form=0, since=now, until=now)
        )


def following(terms: Terms, last_slot: datetime) -> datetime | None:
    """The slot that comes next; None for an alert."""
    return None if terms.schedule is None else terms.schedule.following(last_slot)


def note_slots(connection: Connection) -> None:
    """Note every next slot anew: the rules of a zone change, and so does what an older version of the bot has noted."""
    noted = select(subscriptions.c.id, subscriptions.c.terms, subscriptions.c.last_slot, subscriptions.c.next_slot)
    for row in connection.execute(noted).all():
        slot = following(rows.terms_from_json(row.terms), row.last_slot)
        if slot != row.next_slot:
            connection.execute(update(subscriptions).where(subscriptions.c.id == row.id).values(next_slot=slot))


def read(connection: Connection, *, key: str | None = None) -> list[Subscription]:
    """Every subscription, or the one with a key, by number."""
    wanted = select(subscriptions).order_by(subscriptions.c.id)
    if key is not None:
        wanted = wanted.where(subscriptions.c.key == key)
    found = connection.execute(wanted).mappings().all()
    told = read_cursors(connection, found[0]["id"] if key is not None and found else None)
    return [rows.subscription_of(row, told.get(SubscriptionId(row["id"]), {})) for row in found]


def read_cursors(
    connection: Connection, subscription: SubscriptionId | None = None
) -> dict[SubscriptionId, dict[Scope, int]]:
    """What every subscription, or one of them, was told of."""
    wanted = select(cursors.c.subscription, cursors.c.number, scopes.c.region, scopes.c.mrn).join(
        scopes, scopes.c.id == cursors.c.scope
    )
    if subscription is not None:
        wanted = wanted.where(cursors.c.subscription == subscription)
    told: dict[SubscriptionId, dict[Scope, int]] = {}
    for row in connection.execute(wanted):
        told.setdefault(SubscriptionId(row.subscription), {})[rows.scope_of(row.region, row.mrn)] = row.number
    return told


def _set_cursors(connection: Connection, subscription: SubscriptionId, told: Mapping[Scope, int]) -> None:
    for scope, number in told.items():
        connection.execute(_SET_CURSOR, {**parameters(scope), "subscription": subscription, "number": number})
