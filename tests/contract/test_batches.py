"""What is wanted of a SQLite file at the same time is committed together, and each part fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError

from bot.adapters.store.batches import Batches
from bot.adapters.store.database import connected
from bot.adapters.store.engine import engine_for, parse
from bot.adapters.store.patience import Patience
from bot.domain.errors import StoreError

from .pieces import HandSetClock


class Bench:
    """A file with one table, and what becomes of it."""

    def __init__(self, engine: Engine, batches: Batches) -> None:
        self.engine = engine
        self.commits = 0
        self._batches = batches
        self._open = Event()
        event.listen(engine, "commit", self._count)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
            connection.execute(text("CREATE TABLE notes (of INTEGER REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)"))
        self.commits = 0

    def _count(self, _connection: Connection) -> None:
        self.commits += 1

    def together(self, *works: Callable[[Connection], object]) -> list[asyncio.Future[object]]:
        """The works, all waiting before the first of them goes on."""

        def begun(connection: Connection) -> object:
            assert self._open.wait(10)
            return works[0](connection)

        futures = [self._batches.submit(begun), *map(self._batches.submit, works[1:])]
        self._open.set()
        return futures

    @property
    def numbers(self) -> list[int]:
        """What is in the table."""
        with self.engine.begin() as connection:
            return list(connection.execute(text("SELECT number FROM numbers ORDER BY number")).scalars())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    engine = engine_for(parse(f"sqlite:///{tmp_path}/bot.db"), HandSetClock(), Patience())
    with ThreadPoolExecutor(1) as worker:
        yield Bench(engine, Batches(engine, worker))
    engine.dispose()


def put(number: int, how: str = "INSERT") -> Callable[[Connection], object]:
    def work(connection: Connection) -> int:
        connection.execute(text(f"{how} INTO numbers VALUES (:number)"), {"number": number})
        return number

    return work


async def test_what_waits_is_committed_together(bench: Bench) -> None:
    futures = bench.together(put(1), put(2), put(3))
    assert [await future for future in futures] == [1, 2, 3]
    assert bench.commits == 1
    assert bench.numbers == [1, 2, 3]


async def test_nobody_is_told_before_the_commit(bench: Bench) -> None:
    told: list[bool] = []
    first, second = bench.together(put(1), lambda _: told.append(first.done()))
    await second
    assert told == [False]
    assert await first == 1


async def test_a_part_that_fails_is_undone_alone(bench: Bench) -> None:
    def half(connection: Connection) -> None:
        put(7)(connection)
        raise KeyError("half-way")

    one, lost, two, again = bench.together(put(1), half, put(2), put(1))
    assert (await one, await two) == (1, 2)
    with pytest.raises(KeyError, match="half-way"):
        await lost
    with pytest.raises(IntegrityError):
        await again
    assert bench.commits == 1
    assert bench.numbers == [1, 2]


async def test_a_first_part_that_fails_takes_nobody_with_it(bench: Bench) -> None:
    def fail(_: Connection) -> None:
        raise KeyError("at once")

    lost, one = bench.together(fail, put(1))
    assert await one == 1
    with pytest.raises(KeyError):
        await lost
    assert bench.numbers == [1]


async def test_where_sqlite_undoes_all_of_it_all_are_told(bench: Bench) -> None:
    """As it may where the disk is full or broken, in the middle of a transaction."""
    one, broken, later = bench.together(put(1), put(1, "INSERT OR ROLLBACK"), put(2))
    for lost in (one, broken):
        with pytest.raises(IntegrityError):
            await lost
    assert await later == 2
    assert bench.numbers == [2]


async def test_where_the_commit_fails_all_are_told(bench: Bench) -> None:
    def point_nowhere(connection: Connection) -> None:
        connection.execute(text("INSERT INTO notes VALUES (99)"))

    for lost in bench.together(put(1), point_nowhere, put(2)):
        with pytest.raises(IntegrityError):
            await lost
    assert bench.numbers == []


async def test_what_nobody_waits_for_any_more_is_not_begun(bench: Bench) -> None:
    begun, go_on = Event(), Event()

    def wait(connection: Connection) -> object:
        begun.set()
        assert go_on.wait(10)
        return put(1)(connection)

    first, gone, kept = bench.together(wait, put(2), put(3))
    assert begun.wait(10)
    gone.cancel()
    first.cancel()
    go_on.set()
    assert await kept == 3
    assert bench.numbers == [1, 3]


async def test_many_at_once_each_get_their_own(tmp_path: Path) -> None:
    def work(number: int) -> Callable[[Connection], object]:
        def fail(_: Connection) -> None:
            raise KeyError(number)

        return put(number) if number % 3 else fail

    async with connected(parse(f"sqlite:///{tmp_path}/bot.db"), HandSetClock(), Patience()) as database:
        await database.transact(lambda connection: connection.execute(text("CREATE TABLE numbers (number INTEGER)")))
        found = await asyncio.gather(
            *(database.transact(work(number)) for number in range(300)), return_exceptions=True
        )
        count = text("SELECT count(*) FROM numbers")
        assert await database.transact(lambda connection: connection.execute(count).scalar_one()) == 200
        with pytest.raises(StoreError, match="no such table"):
            await database.transact(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    for number, result in enumerate(found):
        assert (result == number) if number % 3 else isinstance(result, KeyError), number
