"""Several processes on one PostgreSQL: each takes what no other has, and none needs to lead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from bot.adapters.store import open_store
from bot.adapters.store.tables import metadata
from bot.domain.access import ChannelId
from bot.domain.deliveries import State
from bot.domain.errors import StoreError, Superseded
from bot.domain.settlements import Settlement

from .conftest import Schema, Workshop
from .pieces import (
    ACME,
    CHANNEL,
    LEASE,
    MINUTE,
    NOON,
    SECOND,
    AnyStore,
    Bench,
    HandSetClock,
    draft,
    event,
    notice,
    parcel,
    reading,
    sent,
    sightings,
)
from .test_opening import differences, refusal

REPLICAS = 4


@pytest.fixture
async def bench(postgresql: object, workshop: Workshop) -> AsyncIterator[Bench]:
    async with workshop("postgresql") as made:
        yield made


@pytest.fixture
async def replicas(bench: Bench) -> AsyncIterator[list[AnyStore]]:
    assert bench.replica is not None
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(bench.replica()) for _ in range(REPLICAS)]


async def test_one_of_many_claims_a_scope(bench: Bench, replicas: list[AnyStore]) -> None:
    await bench.ledger.watch([ACME], NOON)
    for fence in range(5):
        claims = await asyncio.gather(*(each.ledger.claim(ACME, fence, LEASE) for each in replicas))
        won = [claim for claim in claims if claim is not None]
        assert [claim.fence for claim in won] == [fence + 1]
        await bench.later(LEASE)


async def test_one_of_many_claims_a_part(bench: Bench, replicas: list[AnyStore]) -> None:
    subscription = await bench.subscribe()
    await bench.file(subscription, "one", parts=3)
    for ordinal in range(3):
        claims = await asyncio.gather(*(each.outbox.claim(LEASE) for each in replicas))
        won = [delivery for delivery in claims if delivery is not None]
        assert [delivery.ordinal for delivery in won] == [ordinal]
        await bench.outbox.settle(won[0], sent(won[0]))
        await bench.later(SECOND)


async def test_one_of_many_looks_for_a_part(bench: Bench, replicas: list[AnyStore]) -> None:
    subscription = await bench.subscribe()
    await bench.file(subscription, "one")
    delivery = await bench.claim_part()
    for _ in range(10):
        await bench.outbox.settle(delivery, Settlement(State.UNKNOWN, "no answer"))
        claims = await asyncio.gather(*(each.outbox.claim(LEASE) for each in replicas))
        [delivery] = [claimed for claimed in claims if claimed is not None]
        assert delivery.uncertain


async def test_many_share_a_channels_turns(bench: Bench, replicas: list[AnyStore]) -> None:
    for number in range(REPLICAS):
        await bench.file(await bench.subscribe(f"key {number}"), f"word {number}")
    for _ in range(REPLICAS):
        claims = await asyncio.gather(*(each.outbox.claim(LEASE) for each in replicas))
        assert sum(delivery is not None for delivery in claims) == 1
        await bench.later(SECOND)


async def test_many_channels_are_served_at_once_and_nothing_twice(bench: Bench, replicas: list[AnyStore]) -> None:
    await bench.outbox.notify([notice(f"{number}", channel=ChannelId(f"C{number}")) for number in range(40)])

    async def drain(store: AnyStore) -> list[str]:
        taken: list[str] = []
        misses = 0
        while misses < REPLICAS:
            delivery = await store.outbox.claim(LEASE)
            if delivery is None:
                misses += 1
                continue
            assert await store.outbox.settle(delivery, sent(delivery))
            taken.append(delivery.part)
        return taken

    taken = [part for parts in await asyncio.gather(*map(drain, replicas)) for part in parts]
    assert len(taken) == len(set(taken)) == 40


async def test_one_of_many_files_a_slot(bench: Bench, replicas: list[AnyStore]) -> None:
    subscription = await bench.subscribe()
    digest = await bench.digest(subscription, "one")
    filed = await asyncio.gather(*(each.outbox.file(digest, parcel("one"), NOON + MINUTE) for each in replicas))
    assert sorted(filed) == [False] * (REPLICAS - 1) + [True]
    assert [each.parts for each in await bench.outbox.waiting()] == [1]


async def test_one_of_many_tells_of_a_failure(bench: Bench, replicas: list[AnyStore]) -> None:
    await bench.ledger.watch([ACME], NOON)
    told = await asyncio.gather(*(each.outbox.notify([notice("down")], told=ACME, down=True) for each in replicas))
    assert sorted(told) == [False] * (REPLICAS - 1) + [True]


async def test_many_add_the_subscriptions_of_the_settings_once(bench: Bench, replicas: list[AnyStore]) -> None:
    added = await asyncio.gather(*(each.subscriptions.add(draft("settings"), NOON) for each in replicas))
    assert added == [*await bench.subscriptions.all()] * REPLICAS


async def test_one_that_wakes_up_after_its_lease_records_nothing(bench: Bench, replicas: list[AnyStore]) -> None:
    sleeper, other = replicas[:2]
    await bench.ledger.watch([ACME], NOON)
    claim = await sleeper.ledger.claim(ACME, 0, LEASE)
    assert claim is not None
    await sleeper.ledger.stage(claim, sightings(event(1)), LEASE)
    await bench.later(LEASE)
    taken = await other.ledger.claim(ACME, 1, LEASE)
    assert taken is not None
    with pytest.raises(Superseded):
        await sleeper.ledger.commit(claim, reading(), sightings(event(2)))
    assert await other.ledger.commit(taken, reading(), sightings(event(1))) == 1


async def test_numbers_have_no_gap_for_a_reader_while_others_write(bench: Bench, replicas: list[AnyStore]) -> None:
    await bench.ledger.watch([ACME], NOON)
    total = 300

    async def write() -> None:
        for start in range(0, total, 10):
            await bench.collect([event(number) for number in range(start, start + 10)])

    async def follow(store: AnyStore) -> list[int]:
        seen: list[int] = []
        while len(seen) < total:
            seen += [entry.number for entry in await store.ledger.entries(ACME, len(seen), 7)]
        return seen

    _, *seen = await asyncio.gather(write(), *map(follow, replicas[:2]))
    assert seen == [list(range(1, total + 1))] * 2


async def test_stopping_and_settling_at_once_do_not_lock_each_other_out(bench: Bench, replicas: list[AnyStore]) -> None:
    for number in range(10):
        subscription = await bench.subscribe(f"key {number}", channel=CHANNEL)
        await bench.file(subscription, f"word {number}", parts=2)
        await bench.later(SECOND)
        delivery = await bench.claim_part()
        stop = Settlement(State.FAILED, "refused", channel_wait=SECOND, stop=True)
        await asyncio.gather(
            replicas[0].outbox.settle(delivery, stop),
            replicas[1].outbox.claim(LEASE),
            replicas[2].subscriptions.remove(subscription.id),
            replicas[3].ledger.prune(MINUTE, 10),
        )
    assert await bench.outbox.waiting() == []


async def test_several_may_start_at_once_on_an_empty_database(schema: Schema) -> None:
    async with AsyncExitStack() as stack:
        stores = await asyncio.gather(
            *(stack.enter_async_context(open_store(schema.url, HandSetClock())) for _ in range(REPLICAS))
        )
        for store in stores:
            await store.check()
            assert await store.ledger.health() == []


async def test_the_tables_are_those_that_the_program_expects(schema: Schema) -> None:
    async with open_store(schema.url, HandSetClock()):
        pass
    engine = create_engine(schema.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert differences(MigrationContext.configure(connection, opts={"compare_type": True})) == []
    engine.dispose()


async def test_a_newer_database_is_refused(schema: Schema) -> None:
    async with open_store(schema.url, HandSetClock()):
        pass
    schema.execute("UPDATE mondoo_audit_bot_version SET version_num = '0099'")
    assert "of a newer version of the bot (0099)" in str(await refusal(schema.url))


async def test_another_programs_tables_are_refused(schema: Schema) -> None:
    schema.execute("CREATE TABLE songs (title TEXT)")
    assert "another program's: it holds songs" in str(await refusal(schema.url))


async def test_what_another_process_holds_is_not_free_when_one_starts(bench: Bench) -> None:
    await bench.outbox.notify([notice("down")])
    await bench.claim_part()
    assert bench.replica is not None
    async with bench.replica() as store:
        await bench.later(SECOND)
        assert await store.outbox.claim(LEASE) is None


async def test_a_database_that_went_away_is_told_in_words(bench: Bench, schema: Schema) -> None:
    schema.execute(*(f"DROP TABLE IF EXISTS {table} CASCADE" for table in metadata.tables))
    async with open_store(schema.url, HandSetClock()) as store:
        schema.execute("DROP TABLE cursors")
        with pytest.raises(StoreError, match="does not do its part"):
            await store.subscriptions.all()
