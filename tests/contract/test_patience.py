"""A PostgreSQL that does not answer, or in which somebody holds what is needed: said in words, and soon."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Connection, text

from bot.adapters.store import open_store
from bot.adapters.store.database import connected
from bot.adapters.store.engine import parse
from bot.adapters.store.patience import Patience
from bot.adapters.store.store import Store
from bot.domain.errors import StoreError

from .conftest import Schema
from .pieces import NOON, HandSetClock, draft

SOON = Patience(
    connect=timedelta(seconds=2),
    lock=timedelta(seconds=1),
    idle=timedelta(seconds=2),
    statement=timedelta(seconds=5),
    transaction=timedelta(seconds=4),
)


@pytest.fixture
async def store(schema: Schema) -> AsyncIterator[Store]:
    async with open_store(schema.url, HandSetClock(), patience=SOON) as opened:
        await opened.subscriptions.add(draft(), NOON)
        yield opened


async def test_whoever_waits_for_a_lock_is_told(store: Store, schema: Schema) -> None:
    with psycopg.connect(schema.url) as lost:
        lost.execute("SELECT id FROM subscriptions FOR UPDATE")
        (subscription,) = await store.subscriptions.all()
        with pytest.raises(StoreError, match="lock timeout"):
            await store.subscriptions.remove(subscription.id)
    assert await store.subscriptions.remove(subscription.id)


async def test_a_lost_transaction_holds_its_locks_for_a_while_only(store: Store, schema: Schema) -> None:
    (subscription,) = await store.subscriptions.all()
    lost = psycopg.connect(f"{schema.url}%20{SOON.options.replace(' ', '%20').replace('=', '%3D')}")
    lost.execute("SELECT id FROM subscriptions FOR UPDATE")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            assert await store.subscriptions.remove(subscription.id)
        except StoreError:
            continue
        break
    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        lost.execute("SELECT 1")


async def test_a_statement_without_an_answer_is_told(schema: Schema) -> None:
    def ask_a_process_that_is_stopped(connection: Connection) -> None:
        process = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with stopped([process]):
            connection.execute(text("SELECT 1"))

    async with connected(parse(schema.url), HandSetClock(), SOON) as database:
        with pytest.raises(StoreError, match="does not answer"):
            await database.transact(ask_a_process_that_is_stopped)


async def test_a_connection_without_an_answer_is_given_up_for_another(store: Store, schema: Schema) -> None:
    with stopped(backends(schema)):
        await store.check()


async def test_a_server_that_hangs_is_told_and_used_again_when_it_answers(store: Store, schema: Schema) -> None:
    with stopped([*backends(schema), postmaster(schema)]):
        began = time.monotonic()
        with pytest.raises(StoreError, match="does not answer"):
            await store.check()
        assert time.monotonic() - began < 10
    await store.check()


def backends(schema: Schema) -> list[int]:
    """The server's processes that serve somebody else."""
    with psycopg.connect(schema.url) as connection:
        others = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        return [pid for (pid,) in connection.execute(others).fetchall()]


def postmaster(schema: Schema) -> int:
    """The server's process that takes connections."""
    with psycopg.connect(schema.url) as connection:
        ((lines,),) = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchall()
    return int(str(lines).splitlines()[0])


@contextmanager
def stopped(processes: list[int]) -> Iterator[None]:
    """Stop these processes for a while."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
