from __future__ import annotations

from datetime import timedelta

from bot.domain.deliveries import Unreachable
from bot.domain.errors import Unavailable
from bot.domain.subscriptions import Draft, Origin, Standing
from bot.services.notify import Notifier
from tests.simulation.composer import ListingComposer

from .bench import CHANNEL, OWNER, Bench
from .fakes import NOON, event

MINUTE = timedelta(minutes=1)
DOWN = Unavailable("Mondoo does not answer.")


async def test_a_channel_is_told_once_after_three_failures_and_once_on_recovery_with_the_gap() -> None:
    bench = Bench()
    await bench.subscribe()
    await bench.round(MINUTE)
    bench.log.fails[0] = DOWN
    await bench.round(MINUTE)
    await bench.round(MINUTE)
    assert bench.shown() == []
    for _ in range(5):
        await bench.round(MINUTE)
    assert bench.shown() == ["to C1"]
    health = await bench.health()
    assert (health.told, health.gap_since) == (True, NOON + MINUTE)
    bench.log.fails.clear()
    bench.events.append(event(NOON + 3 * MINUTE, "meanwhile"))
    for _ in range(15):
        await bench.round(MINUTE)
    assert bench.shown() == ["to C1", "to C1", "meanwhile"]
    health = await bench.health()
    assert (health.told, health.gap_since) == (False, None)


async def test_a_paused_subscriptions_channel_is_not_told() -> None:
    bench = Bench()
    subscription = await bench.subscribe()
    await bench.store.subscriptions.set_standing(subscription.id, Standing.PAUSED, "")
    bench.log.fails[0] = DOWN
    for _ in range(4):
        await bench.round(MINUTE)
    assert bench.shown() == []


async def test_the_owner_is_told_once_of_each_stop_whatever_the_number_of_processes() -> None:
    bench = Bench()
    subscription = await bench.subscribe()
    store = bench.store
    other = Notifier(agenda=store.agenda, outbox=store.outbox, composer=ListingComposer())
    for _ in range(2):
        bench.events.append(event(bench.clock.now() + MINUTE))
        bench.slack.outcomes = [Unreachable("channel_not_found")]
        await bench.round()
        for _ in range(3):
            await bench.round(MINUTE)
            await other.tick()
        await store.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
        await bench.deliver()
    assert [told for told in bench.shown() if told == f"to {OWNER}"] == [f"to {OWNER}"] * 2


async def test_nobody_is_told_of_a_stop_where_the_settings_name_no_owner() -> None:
    bench = Bench()
    subscription = await bench.subscribe()
    await bench.store.subscriptions.remove(subscription.id)
    draft = Draft("another", Origin.FILE, subscription.terms)
    added = await bench.store.subscriptions.add(draft, bench.clock.now())
    await bench.store.subscriptions.set_standing(added.id, Standing.STOPPED, "channel_not_found")
    await bench.round()
    assert bench.shown() == []


async def test_who_was_not_told_of_an_outage_is_not_told_of_its_end() -> None:
    bench = Bench()
    subscription = await bench.subscribe()
    await bench.round(MINUTE)
    await bench.store.subscriptions.set_standing(subscription.id, Standing.PAUSED, "")
    bench.log.fails[0] = DOWN
    for _ in range(4):
        await bench.round(MINUTE)
    assert not (await bench.health()).told
    bench.log.fails.clear()
    await bench.store.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
    await bench.round(MINUTE)
    assert bench.shown() == []


async def test_who_subscribes_during_an_outage_is_told_of_it_and_of_its_end() -> None:
    bench = Bench()
    subscription = await bench.subscribe()
    await bench.round(MINUTE)
    await bench.store.subscriptions.set_standing(subscription.id, Standing.PAUSED, "")
    bench.log.fails[0] = DOWN
    for _ in range(4):
        await bench.round(MINUTE)
    await bench.store.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
    await bench.round(MINUTE)
    bench.log.fails.clear()
    await bench.round(MINUTE)
    assert bench.shown() == ["to C1", "to C1"]


async def test_a_notice_is_not_shown_in_a_channel_that_is_shared_with_strangers() -> None:
    bench = Bench()
    await bench.subscribe()
    await bench.round(MINUTE)
    bench.slack.shared.add(CHANNEL)
    bench.log.fails[0] = DOWN
    for _ in range(4):
        await bench.round(MINUTE)
    assert bench.slack.posted == []
