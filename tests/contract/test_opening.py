"""Opening a store: what is refused and in which words, who may see it, and that it is brought up to date."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.adapters.store import BEFORE_LOOK, migrations, open_store
from bot.adapters.store.files import wal_is_safe
from bot.adapters.store.tables import metadata
from bot.adapters.store.versions import NEWEST, VERSION_TABLE
from bot.domain.errors import StoreError
from bot.domain.query import Window
from bot.waypoints import Waypoint

from .pieces import ACME, LEASE, MINUTE, NOON, Bench, HandSetClock, Told, draft, event, notice, sent

HOLDER = """
import asyncio, sys
from datetime import UTC, datetime
from bot.adapters.store import BEFORE_LOOK, migrations, open_store

class Clock:
    def now(self):
        return datetime.now(UTC)

async def main():
    async with open_store(sys.argv[1], Clock()):
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""
"""Another process that has the store open until it is killed, or its input ends."""

_BACK_TO_THE_THIRD = (
    "DROP INDEX ix_events_actor",
    "DROP INDEX ix_events_resource",
    "DROP INDEX ix_subscriptions_last_slot",
    "DROP INDEX ix_subscriptions_next_slot",
    "DROP INDEX ix_subscriptions_stopped",
    "DROP INDEX ix_scopes_last_attempt",
    "DROP INDEX ix_scopes_untold",
    "ALTER TABLE subscriptions DROP COLUMN next_slot",
    *(f"ALTER TABLE {each} DROP COLUMN {name}" for each in ("events", "staged") for name in ("actor", "resource")),
    f"UPDATE {VERSION_TABLE} SET version_num = '0003'",  # noqa: S608 — a constant
)
"""What makes a database one of the third version."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "bot.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


async def refusal(url: str) -> StoreError:
    """How opening is refused."""
    with pytest.raises(StoreError) as caught:
        async with open_store(url, HandSetClock()):
            pass
    return caught.value


async def test_a_new_file_is_for_its_owner_alone(url: str, path: Path) -> None:
    async with open_store(url, HandSetClock()):
        assert [mode(each) for each in (path, path.with_name("bot.db.lock"), path.parent)] == [0o600, 0o600, 0o700]


async def test_a_file_that_others_could_read_is_closed_to_them(url: str, path: Path) -> None:
    async with open_store(url, HandSetClock()):
        pass
    open_to_all(path)
    async with open_store(url, HandSetClock()):
        assert mode(path) == 0o600


async def test_what_is_kept_is_there_the_next_time(url: str, told: Told) -> None:
    async with open_store(url, HandSetClock()) as store:
        await store.subscriptions.add(draft("key", ACME), NOON)
        before = (await store.subscriptions.all(), await store.ledger.health())
        await store.check()
    async with open_store(url, HandSetClock()) as store:
        assert (await store.subscriptions.all(), await store.ledger.health()) == before
    assert told.heard.count(Waypoint.STORE_MIGRATED) == 2


async def test_what_the_last_process_held_is_free(url: str) -> None:
    clock = HandSetClock()
    async with open_store(url, clock) as store:
        await store.ledger.watch([ACME], NOON)
        assert await store.ledger.claim(ACME, 0, LEASE) is not None
        await store.outbox.notify([notice("down")])
        dead = await store.outbox.claim(LEASE)
    async with open_store(url, clock) as store:
        assert await store.ledger.claim(ACME, 1, LEASE) is not None
        assert await store.outbox.claim(LEASE) is None  # what it sent last may still be under way
        clock.moment += BEFORE_LOOK
        delivery = await store.outbox.claim(LEASE)
        assert delivery is not None
        assert dead is not None
        assert delivery.uncertain
        assert delivery.part == dead.part
        assert not await store.outbox.settle(dead, sent(dead))


@pytest.mark.parametrize("content", [b"not a database at all, but a letter", b"SQLite format 2\0", b"\0" * 4096])
async def test_a_file_that_is_no_database_is_refused_and_left_alone(url: str, path: Path, content: bytes) -> None:
    write(path, content)
    error = await refusal(url)
    assert "is not a SQLite database" in str(error)
    assert error.advice
    assert read(path) == content


@pytest.mark.parametrize(("start", "length"), [(16, 84), (100, 3_000), (8_192, 20_000)])
async def test_a_damaged_file_is_refused(url: str, path: Path, start: int, length: int) -> None:
    async with open_store(url, HandSetClock()) as store:
        await Bench(store, _never, None).subscribe()
    content = read(path)
    write(path, content[:start] + b"\xff" * length + content[start + length :])
    error = await refusal(url)
    assert "damaged" in str(error) or "malformed" in str(error) or "not a database" in str(error)


async def test_a_file_that_was_cut_off_is_refused(url: str, path: Path) -> None:
    async with open_store(url, HandSetClock()):
        pass
    write(path, read(path)[:10_000])
    assert "malformed" in str(await refusal(url))


async def test_a_database_without_one_of_its_tables_is_refused(url: str, path: Path) -> None:
    async with open_store(url, HandSetClock()):
        pass
    execute(path, "DROP TABLE parts")
    assert str(await refusal(url)) == "The database is damaged: it lacks parts."


async def test_a_database_without_its_version_is_refused(url: str, path: Path) -> None:
    async with open_store(url, HandSetClock()):
        pass
    execute(path, "DELETE FROM mondoo_audit_bot_version")
    assert "does not say which version" in str(await refusal(url))


async def test_a_newer_database_is_refused(url: str, path: Path) -> None:
    async with open_store(url, HandSetClock()):
        pass
    execute(path, "UPDATE mondoo_audit_bot_version SET version_num = '0099'")
    assert "of a newer version of the bot (0099)" in str(await refusal(url))


async def test_another_programs_database_is_refused_and_left_alone(url: str, path: Path) -> None:
    write(path, b"")
    execute(path, "CREATE TABLE alembic_version (version_num TEXT)", "CREATE TABLE songs (title TEXT)")
    before = read(path)
    assert "another program's: it holds alembic_version, songs" in str(await refusal(url))
    assert read(path) == before


async def test_a_database_without_a_table_is_a_new_one(url: str, path: Path) -> None:
    write(path, b"")
    execute(path, "PRAGMA user_version = 1")
    async with open_store(url, HandSetClock()) as store:
        assert await store.ledger.health() == []


async def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert "cannot be used" in str(await refusal(f"sqlite:///{tmp_path}"))


async def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "file", b"")
    assert "cannot be used" in str(await refusal(f"sqlite:///{tmp_path}/file/bot.db"))


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("sqlite://", "has to be a file"),
        ("sqlite:///:memory:", "has to be a file"),
        ("sqlite:///bot.db?mode=ro", "has to be a file"),
        ("mysql://bot:secret@db/bot", "not in mysql"),
        ("no url, but a secret", "is none"),
        ("postgresql://bot:secret@127.0.0.1:port/bot", "is none"),
        ("postgresql://bot:secret@127.0.0.1:1/bot", "does not do its part"),
        ("postgres://bot:secret@127.0.0.1:1/bot?nonsense=secret", "does not do its part"),
    ],
)
async def test_a_url_that_leads_nowhere_is_refused_without_telling_secrets(url: str, word: str) -> None:
    error = await refusal(url)
    assert word in str(error)
    assert "secret" not in str(error)


async def test_a_second_store_on_the_same_file_is_refused(url: str) -> None:
    async with open_store(url, HandSetClock()):
        assert "in use by another process" in str(await refusal(url))
    async with open_store(url, HandSetClock()):
        pass


async def test_a_second_process_is_refused_until_the_first_is_gone_however_it_went(url: str) -> None:
    with holding(url) as process:
        error = await refusal(url)
        assert "in use by another process" in str(error)
        assert "PostgreSQL" in error.advice
        process.send_signal(signal.SIGKILL)
        process.wait()
    async with open_store(url, HandSetClock()) as store:
        await store.check()


async def test_the_tables_are_those_that_the_program_expects(url: str, path: Path) -> None:
    async with open_store(url, HandSetClock()):
        pass
    with create_engine(f"sqlite:///{path}").connect() as connection:
        assert differences(MigrationContext.configure(connection, opts={"compare_type": True})) == []


async def test_what_an_older_database_holds_is_found_by_the_indexes_of_this_version(url: str, path: Path) -> None:
    clock = HandSetClock()
    async with open_store(url, clock) as store:
        bench = Bench(store, _never, None)
        subscription = await bench.subscribe()
        await bench.collect([event(1), replace(event(2), actor_mrn=""), replace(event(3), resource="//users/eve")])
    execute(path, *_BACK_TO_THE_THIRD)
    async with open_store(url, clock) as store:
        by = await store.ledger.recall(ACME, Window(), limit=9, by="//users/ada")
        about = await store.ledger.recall(ACME, Window(), limit=9, about="//users/bob")
        waiting = await store.agenda.digests(NOON + MINUTE, NOON + MINUTE)
        earlier = await store.agenda.digests(NOON, NOON + MINUTE)
    assert [[entry.number for entry in found] for found in (by, about)] == [[3, 1], [2, 1]]
    assert ([each.id for each in waiting.subscriptions], earlier.subscriptions) == ([subscription.id], [])


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_a_write_ahead_log_is_kept_only_where_it_loses_no_commit(version: tuple[int, int, int], safe: bool) -> None:  # noqa: FBT001
    assert wal_is_safe(version) is safe


@contextmanager
def holding(url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the store open."""
    command = [sys.executable, "-c", HOLDER, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def open_to_all(path: Path) -> None:
    path.chmod(0o644)


def read(path: Path) -> bytes:
    return path.read_bytes()


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def differences(context: MigrationContext) -> list[object]:
    return [each for each in compare_metadata(context, metadata) if VERSION_TABLE not in str(each)]


async def _never(passed: object) -> None:
    raise AssertionError(passed)


def test_the_newest_version_is_the_last_migration() -> None:
    [folder] = migrations.__path__
    assert ScriptDirectory(folder).get_heads() == [NEWEST]
