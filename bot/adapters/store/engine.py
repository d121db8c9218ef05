"""The connection to the database: one transaction at a time on SQLite, a pool of them on PostgreSQL.

SQLite belongs to one process, and has one connection: all is done one after the other, so nothing is ever busy. On
PostgreSQL, whoever decides something by a row locks the row first and asks for the time then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, event, func, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.adapters.store.files import wal_is_safe
from bot.adapters.store.patience import Lines, Patience
from bot.domain.errors import StoreError
from bot.ports import Clock

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_CONNECTION = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""So that a server which the network has lost is noticed. Source: the manual's chapter on libpq's parameters."""
_LONG = text("SELECT set_config('statement_timeout', :limit, true)")
_REPLICA_CONNECTIONS = 5


@dataclass(frozen=True, slots=True)
class Database:
    """Where everything is kept, and its own idea of the time."""

    engine: AsyncEngine
    clock: Clock
    patience: Patience = field(default_factory=Patience)
    lines: Lines = field(default_factory=Lines)

    def __post_init__(self) -> None:
        if self._is_shared:
            event.listen(self.engine.sync_engine, "connect", lambda _, record: self.lines.add(record.driver_connection))

    @property
    def _is_shared(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def transaction(self, *, long: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, undone if anything is raised; ``long`` is one with much to do.

        Raises:
            StoreError: the database does not do its part. What was to be committed may be, if the connection broke.
        """
        limit = self.patience.long if long else self.patience.transaction
        with self.lines.watched(limit) as line:
            try:
                async with self.engine.begin() as connection:
                    if self._is_shared:
                        line.connection = (await connection.get_raw_connection()).driver_connection
                        if long:
                            await connection.execute(_LONG, {"limit": str(limit // timedelta(milliseconds=1))})
                    yield connection
            except (SQLAlchemyError, OSError) as error:
                if line.cut:
                    sentence = f"The database does not answer: nothing came of a transaction within {limit}."
                    raise StoreError(sentence) from error
                raise StoreError(f"The database does not do its part: {_reason(error, self.engine.url)}") from error

    async def now(self, connection: AsyncConnection) -> datetime:
        """The present moment: the database's own where several processes share it, else the process's."""
        if self._is_shared:
            now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
            return now.astimezone(UTC)
        return self.clock.now()

    def add(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insertion that passes over rows that are there already."""
        if self._is_shared:
            from sqlalchemy.dialects import postgresql  # noqa: PLC0415 — who has a SQLite file need not import it

            return postgresql.insert(table).on_conflict_do_nothing()
        return sqlite.insert(table).on_conflict_do_nothing()


def parse(url: str) -> URL:
    """The database that a URL names, with the driver that the bot uses: a SQLite file, or PostgreSQL.

    Raises:
        StoreError: it names something else. The URL is not quoted, since it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("The database's URL is none: sqlite:////path/to/file or postgresql://host/name.") from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database not in {None, "", ":memory:"} and not parsed.query:
            return parsed.set(drivername="sqlite+aiosqlite")
        case "sqlite":
            raise StoreError("The database has to be a file: sqlite:////path/to/file.")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise StoreError(f"The bot keeps its state in SQLite or PostgreSQL, not in {other}.")


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@asynccontextmanager
async def connected(url: URL, patience: Patience) -> AsyncIterator[AsyncEngine]:
    """An engine for the database, closed at the end; nothing is connected yet."""
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url, patience)
    try:
        yield engine
    finally:
        await engine.dispose()


def _sqlite(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, pool_size=1, max_overflow=0, pool_timeout=600)
    journal = "WAL" if wal_is_safe() else "DELETE"

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 — the driver's
        connection.isolation_level = None  # the driver would begin by itself, and too late
        cursor = connection.cursor()
        for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401 — likewise
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL, patience: Patience) -> AsyncEngine:
    theirs = url.query.get("options", ())
    options = [patience.options, *([theirs] if isinstance(theirs, str) else theirs)]  # the last one counts
    engine = create_async_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=_REPLICA_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={
            **_CONNECTION,
            "connect_timeout": patience.connect // timedelta(seconds=1),
            "options": " ".join(options),
        },
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 — the driver's
        # A date near the end of time has no form in a zone to the east of Greenwich.
        cursor = connection.cursor()
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.close()
        connection.commit()

    return engine


def _reason(error: Exception, url: URL) -> str:
    """The first line of what the driver says, without the password."""
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    line = (said.strip() or type(error).__name__).splitlines()[0].rstrip(".") + "."
    return line.replace(str(url.password), "***") if url.password else line
