"""What every store says is to be done: what is due, whom to tell, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.scopes import Scope
from bot.domain.subscriptions import ALERT_FILTERS, Draft, Mode, Origin, Standing, Subscription, Terms
from bot.ports import Stock
from bot.waypoints import Waypoint

from .pieces import ACME, CHANNEL, LEASE, MINUTE, NOON, SECOND, SPACE, Bench, Told, event

HOUR = timedelta(hours=1)
FAR = NOON + 24 * HOUR


async def to_read(bench: Bench, before: datetime, after: datetime = FAR, most: int = 9) -> list[Scope]:
    return [each.scope for each in await bench.store.agenda.reads(before, after, most)]


async def to_tell(bench: Bench, now: datetime, after: datetime = FAR) -> list[Subscription]:
    return list((await bench.store.agenda.digests(now, after)).subscriptions)


async def alert(bench: Bench, key: str = "alert", scope: Scope = ACME) -> Subscription:
    terms = Terms((scope,), CHANNEL, Mode.ALERT, ALERT_FILTERS)
    return await bench.subscriptions.add(Draft(key, Origin.SLACK, terms), NOON)


async def tried(bench: Bench, scope: Scope, at: datetime) -> None:
    claim = await bench.ledger.claim(scope, (await bench.health(scope)).fence, LEASE, at)
    assert claim is not None
    await bench.ledger.fail(claim, "no answer")


async def test_only_what_somebody_subscribes_to_is_to_be_read_and_the_longest_wait_ends_first(bench: Bench) -> None:
    await bench.ledger.watch([ACME, SPACE], NOON)
    assert await to_read(bench, NOON) == []
    await bench.subscribe("one", ACME, SPACE)
    assert await to_read(bench, NOON) == [ACME, SPACE]
    await tried(bench, ACME, NOON + 2 * MINUTE)
    await tried(bench, SPACE, NOON + MINUTE)
    assert await to_read(bench, NOON) == []
    assert await to_read(bench, NOON + MINUTE) == [SPACE]
    assert await to_read(bench, NOON + 2 * MINUTE) == [SPACE, ACME]
    assert await to_read(bench, NOON + 2 * MINUTE, most=1) == [SPACE]


async def test_an_attempt_that_a_wrong_clock_dated_keeps_nobody_from_the_next(bench: Bench) -> None:
    await bench.subscribe()
    await tried(bench, ACME, NOON + HOUR)
    assert await to_read(bench, NOON, after=NOON + HOUR) == []
    assert await to_read(bench, NOON, after=NOON + HOUR - SECOND) == [ACME]


async def test_a_digest_is_to_be_told_from_its_slot_on_until_that_is_dealt_with(bench: Bench) -> None:
    subscription = await bench.subscribe()
    assert await to_tell(bench, NOON + MINUTE - SECOND) == []
    waiting = await bench.store.agenda.digests(NOON + MINUTE, FAR)
    assert (waiting.subscriptions, waiting.health) == ([subscription], {ACME: await bench.health()})
    await bench.file(subscription, "told")
    assert await to_tell(bench, NOON + 2 * MINUTE - SECOND) == []
    assert await to_tell(bench, NOON + 2 * MINUTE) == [await bench.subscription(subscription)]


async def test_a_slot_that_a_wrong_clock_dated_keeps_nobody_from_the_next(bench: Bench) -> None:
    subscription = await bench.subscribe()
    assert await bench.outbox.file(await bench.digest(subscription, "told"), None, NOON + HOUR)
    assert await to_tell(bench, NOON + 2 * MINUTE) == []
    assert len(await to_tell(bench, NOON + 2 * MINUTE, after=NOON + HOUR - SECOND)) == 1


async def test_other_terms_have_other_slots(bench: Bench) -> None:
    subscription = await bench.subscribe()
    terms = replace((await alert(bench)).terms, mode=Mode.ALERT)
    assert await bench.subscriptions.change(subscription.id, terms, None, version=subscription.version)
    assert await to_tell(bench, NOON + HOUR) == []


async def test_an_alert_is_to_be_told_while_its_scopes_have_what_it_was_not_told_of(bench: Bench) -> None:
    subscription = await alert(bench)
    await alert(bench, "other", SPACE)
    assert await to_tell(bench, NOON + HOUR) == []
    await bench.collect([event(1)])
    [told] = await to_tell(bench, NOON)
    assert told == subscription
    assert await bench.outbox.file(await bench.digest(subscription, "told", {ACME: 1}), None, NOON)
    assert await to_tell(bench, NOON + HOUR) == []


@pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.STOPPED])
async def test_what_is_not_active_tells_nothing(bench: Bench, standing: Standing) -> None:
    subscription = await bench.subscribe()
    await bench.subscriptions.set_standing(subscription.id, standing, "so")
    assert await to_tell(bench, NOON + HOUR) == []
    assert await to_read(bench, NOON) == [ACME]


async def test_who_may_have_to_be_told_is_found_until_they_were(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.subscribe("other", SPACE)
    for _ in range(2):
        await tried(bench, ACME, NOON)
    assert not (await bench.store.agenda.notices(3)).sources
    await tried(bench, ACME, NOON)
    down = await bench.store.agenda.notices(3)
    assert ([each.scope for each in down.sources], down.subscriptions) == ([ACME], [subscription])
    await bench.outbox.notify([], told=ACME, down=True)
    assert not (await bench.store.agenda.notices(3)).sources
    await bench.collect([])
    up = await bench.store.agenda.notices(3)
    assert ([each.scope for each in up.sources], up.subscriptions) == ([ACME], [subscription])
    await bench.outbox.notify([], told=ACME)
    assert not (await bench.store.agenda.notices(3)).sources


async def test_stock_is_taken_of_what_is_behind_and_what_is_stopped(bench: Bench) -> None:
    assert await bench.store.agenda.stock() == Stock(None, [])
    await bench.ledger.watch([SPACE], NOON - HOUR)
    subscription = await bench.subscribe()
    assert await bench.store.agenda.stock() == Stock(NOON, [])
    await bench.subscribe("other", SPACE)
    await bench.subscriptions.set_standing(subscription.id, Standing.STOPPED, "so")
    assert await bench.store.agenda.stock() == Stock(NOON - HOUR, [subscription.id])
    assert [each.id for each in (await bench.store.agenda.notices(3)).stopped] == [subscription.id]


async def test_a_look_changes_nothing(bench: Bench, told: Told) -> None:
    await bench.subscribe()
    told.heard.clear()
    await to_read(bench, NOON)
    await to_tell(bench, FAR)
    assert Waypoint.SUBSCRIPTION_SAVED not in told.heard
