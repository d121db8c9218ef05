"""The present moment inside of a statement: the database's own on PostgreSQL, this process's on SQLite.

A statement that asks for the time itself, after it has its row's lock, needs no other to ask for it before.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Dialect, Interval, TypeDecorator, func
from sqlalchemy.types import TypeEngine

from bot.adapters.store.tables import Moment, microseconds
from bot.ports import Clock

_MICROSECOND: Final = timedelta(microseconds=1)

PRESENT: Final = func.clock_timestamp(type_=Moment)
"""PostgreSQL's function; SQLite is given one of that name by :func:`teach`."""


class Span(TypeDecorator[timedelta]):
    """A length of time, to be added to a :class:`~bot.adapters.store.tables.Moment`."""

    impl = Interval
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type in this database."""
        return dialect.type_descriptor(Interval(native=True) if dialect.name == "postgresql" else BigInteger())

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> timedelta | int | None:
        """What the database is given."""
        return value if value is None or dialect.name == "postgresql" else value // _MICROSECOND


def teach(connection: sqlite3.Connection, clock: Clock) -> None:
    """Let statements on a connection to SQLite ask this process's clock."""
    connection.create_function("clock_timestamp", 0, lambda: microseconds(clock.now()))
