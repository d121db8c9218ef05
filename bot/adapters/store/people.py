"""What people did with the bot, kept in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.adapters.store import rows
from bot.adapters.store.database import Database
from bot.adapters.store.people_tables import mutes, preferences, uses
from bot.domain.access import ChannelId, UserId
from bot.domain.mutes import Mute, MuteId, MuteTerms
from bot.domain.uses import Surface, Use


@dataclass(frozen=True, slots=True)
class SqlMutes:
    """The :class:`~bot.ports.Mutes` in a database."""

    database: Database

    async def add(self, terms: MuteTerms, by: UserId, now: datetime) -> Mute:
        """As the port says. A number is never used again."""
        row = insert(mutes).values(terms=_terms_to_json(terms), until=terms.until, by=by, made=now)

        def work(connection: Connection) -> MuteId:
            return MuteId(connection.execute(row.returning(mutes.c.id)).scalar_one())

        return Mute(await self.database.transact(work), terms, by, now)

    async def all(self) -> Sequence[Mute]:
        """As the port says."""

        def work(connection: Connection) -> list[Mute]:
            found = connection.execute(select(mutes).order_by(mutes.c.id))
            return [
                Mute(MuteId(row.id), _terms_from_json(row.terms, row.until), UserId(row.by), row.made) for row in found
            ]

        return await self.database.transact(work)

    async def lift(self, mute: MuteId) -> bool:
        """As the port says."""

        def work(connection: Connection) -> bool:
            return bool(connection.execute(delete(mutes).where(mutes.c.id == mute)).rowcount)

        return await self.database.transact(work)

    async def prune(self, before: datetime) -> int:
        """As the port says."""

        def work(connection: Connection) -> int:
            return connection.execute(delete(mutes).where(mutes.c.until < before)).rowcount

        return await self.database.transact(work)


@dataclass(frozen=True, slots=True)
class SqlUses:
    """The :class:`~bot.ports.Uses` in a database."""

    database: Database

    async def record(self, use: Use) -> None:
        """As the port says."""
        row = insert(uses).values(
            who=use.user,
            verb=use.verb,
            surface=use.surface.value,
            scope=use.scope,
            channel=use.channel,
            at=use.at,
            shown=use.shown,
            outcome=use.outcome,
        )
        await self.database.transact(lambda connection: connection.execute(row))

    async def recent(self, limit: int) -> Sequence[Use]:
        """As the port says."""

        def work(connection: Connection) -> list[Use]:
            found = connection.execute(select(uses).order_by(uses.c.id.desc()).limit(limit))
            return [
                Use(
                    user=UserId(row.who),
                    verb=row.verb,
                    surface=Surface(row.surface),
                    scope=row.scope,
                    channel=ChannelId(row.channel),
                    at=row.at,
                    shown=row.shown,
                    outcome=row.outcome,
                )
                for row in found
            ]

        return await self.database.transact(work)

    async def prune(self, before: datetime, most: int) -> int:
        """As the port says, the oldest first."""
        doomed = select(uses.c.id).where(uses.c.at < before).order_by(uses.c.at, uses.c.id).limit(most)

        def work(connection: Connection) -> int:
            return connection.execute(delete(uses).where(uses.c.id.in_(doomed))).rowcount

        return await self.database.transact(work)


@dataclass(frozen=True, slots=True)
class SqlPreferences:
    """The :class:`~bot.ports.Preferences` in a database."""

    database: Database

    async def last(self, user: UserId) -> str | None:
        """As the port says."""

        def work(connection: Connection) -> str | None:
            kept = connection.execute(select(preferences.c.search).where(preferences.c.who == user))
            search = kept.scalar_one_or_none()
            return None if search is None else str(json.loads(search))

        return await self.database.transact(work)

    async def remember(self, user: UserId, text: str) -> None:
        """As the port says. Of two at the same moment either may be the last."""
        search = json.dumps(text)

        def work(connection: Connection) -> None:
            changed = connection.execute(update(preferences).where(preferences.c.who == user).values(search=search))
            if not changed.rowcount:
                connection.execute(self.database.add(preferences).values(who=user, search=search))

        await self.database.transact(work)


def _terms_to_json(terms: MuteTerms) -> str:
    return json.dumps(
        {
            "reason": terms.reason,
            "actor": terms.actor,
            "action": terms.action,
            "resource": terms.resource,
            "scope": None if terms.scope is None else [terms.scope.region.value, terms.scope.mrn],
        }
    )


def _terms_from_json(text: str, until: datetime | None) -> MuteTerms:
    kept = json.loads(text)
    return MuteTerms(
        reason=kept["reason"],
        actor=kept["actor"],
        action=kept["action"],
        resource=kept["resource"],
        scope=None if kept["scope"] is None else rows.scope_of(*kept["scope"]),
        until=until,
    )
