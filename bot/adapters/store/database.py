"""Transactions, each whole on a thread beside the event loop: one at a time on SQLite, a few at once on PostgreSQL.

SQLite belongs to one process, and has one connection: all is done one after the other, so nothing is ever busy, and
what is asked for at about the same time is committed together. On
PostgreSQL, whoever decides something by a row locks the row first and asks for the time then.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, Table, event, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.adapters.store.batches import Batches
from bot.adapters.store.engine import REPLICA_CONNECTIONS, engine_for, is_file
from bot.adapters.store.patience import Line, Lines, Patience
from bot.adapters.store.present import PRESENT
from bot.domain.errors import StoreError
from bot.ports import Clock

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_T = TypeVar("_T")

_LONG = text("SELECT set_config('statement_timeout', :limit, true)")
_NOW = select(PRESENT)


@dataclass(frozen=True, slots=True)
class Database:
    """Where everything is kept, and its own idea of the time."""

    engine: Engine
    workers: Executor
    """As many threads as there are connections."""
    clock: Clock
    patience: Patience = field(default_factory=Patience)
    lines: Lines = field(default_factory=Lines)

    _batches: Batches = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_batches", Batches(self.engine, self.workers))
        if self.is_shared:
            event.listen(self.engine, "connect", lambda _, record: self.lines.add(record.driver_connection))

    @property
    def is_shared(self) -> bool:
        """Whether several processes use it: PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    async def transact(self, work: Callable[[Connection], _T], *, long: bool = False) -> _T:
        """What the work gives, done in a transaction: committed at the end, undone if anything is raised.

        ``long`` is one that may have much to do. Whoever is cancelled meanwhile does not know whether it was committed.

        Raises:
            StoreError: the database does not do its part. What was to be committed may be, if the connection broke.
        """
        try:
            if self.is_shared:
                return await self._watched(work, self.patience.long if long else self.patience.transaction)
            return await self._batches.submit(work)
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"The database does not do its part: {_reason(error, self.engine.url)}") from error

    async def _watched(self, work: Callable[[Connection], _T], limit: timedelta) -> _T:
        """A transaction that may take so long."""
        with self.lines.watched(limit) as line:
            try:
                return await asyncio.get_running_loop().run_in_executor(self.workers, self._transaction, line, work)
            except (SQLAlchemyError, OSError) as error:
                if line.cut:
                    sentence = f"The database does not answer: nothing came of a transaction within {limit}."
                    raise StoreError(sentence) from error
                raise

    def _transaction(self, line: Line, work: Callable[[Connection], _T]) -> _T:
        with line.held(), self.engine.begin() as connection:
            line.connection = connection.connection.driver_connection
            return work(connection)

    def prolong(self, connection: Connection) -> None:
        """Let each statement of a long transaction take as long as all of it may."""
        if self.is_shared:
            connection.execute(_LONG, {"limit": str(self.patience.long // timedelta(milliseconds=1))})

    def now(self, connection: Connection) -> datetime:
        """The present moment: the database's own where several processes share it, else the process's."""
        return connection.execute(_NOW).scalar_one() if self.is_shared else self.clock.now()

    def add(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insertion that passes over rows that are there already."""
        if self.is_shared:
            from sqlalchemy.dialects import postgresql  # noqa: PLC0415 — who has a SQLite file need not import it

            return postgresql.insert(table).on_conflict_do_nothing()
        return sqlite.insert(table).on_conflict_do_nothing()


@asynccontextmanager
async def connected(url: URL, clock: Clock, patience: Patience) -> AsyncIterator[Database]:
    """The database behind a URL, its connections closed at the end; nothing is connected yet."""
    engine = engine_for(url, clock, patience)
    with ThreadPoolExecutor(1 if is_file(url) else REPLICA_CONNECTIONS, "database") as workers:
        try:
            yield Database(engine, workers, clock, patience)
        finally:
            await asyncio.get_running_loop().run_in_executor(workers, engine.dispose)


def _reason(error: Exception, url: URL) -> str:
    """The first line of what the driver says, without the password."""
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    line = (said.strip() or type(error).__name__).splitlines()[0].rstrip(".") + "."
    return line.replace(str(url.password), "***") if url.password else line
