"""What every keeper of subscriptions promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.access import GroupId, UserId
from bot.domain.deliveries import State
from bot.domain.events import Category, Risk
from bot.domain.query import Filters
from bot.domain.schedules import Calendar, Interval
from bot.domain.settlements import Settlement
from bot.domain.subscriptions import Draft, Mode, Origin, Standing, SubscriptionId, Terms
from bot.waypoints import Waypoint

from .pieces import ACME, ACME_IN_EUROPE, CHANNEL, MINUTE, NOON, OTHER_CHANNEL, SPACE, Bench, Told, draft, event

TERMS = [
    Terms((ACME, SPACE, ACME_IN_EUROPE), CHANNEL, Mode.ALERT, Filters(risks=frozenset({Risk.HIGH}))),
    Terms(
        (ACME,),
        CHANNEL,
        Mode.DIGEST,
        Filters("ada", "Create", "//r", "té\0xt", frozenset({Category.TOKEN, Category.OTHER}), frozenset(Risk)),
        zone="Europe/Berlin",
        schedule=Calendar(
            (time(9), time(17)), "America/St_Johns", frozenset({1, 31}), frozenset({1, 2}), frozenset({0, 6})
        ),
        mention=GroupId("S0GROUP"),
        reassure_after=timedelta(days=7, microseconds=1),
    ),
    Terms((SPACE,), CHANNEL, Mode.DIGEST, Filters(), schedule=Interval(timedelta(seconds=5))),
]


@pytest.mark.parametrize("terms", TERMS, ids=["alert", "calendar", "interval"])
@pytest.mark.parametrize("origin", Origin)
async def test_a_subscription_comes_back_as_it_was_added(bench: Bench, terms: Terms, origin: Origin) -> None:
    added = await bench.subscriptions.add(Draft("key", origin, terms, UserId("U0ADA")), NOON)
    assert (added.key, added.origin, added.terms, added.owner) == ("key", origin, terms, "U0ADA")
    assert added.created == added.last_slot == added.covered_until == added.last_posted == NOON
    assert (added.standing, added.reason) == (Standing.ACTIVE, "")
    assert await bench.subscriptions.all() == [added]


async def test_subscriptions_are_listed_by_number(bench: Bench) -> None:
    added = [await bench.subscribe(key) for key in ("b", "a", "c")]
    assert await bench.subscriptions.all() == added
    assert [each.id for each in added] == [1, 2, 3]


async def test_one_with_the_same_key_is_given_as_it_is(bench: Bench) -> None:
    first = await bench.subscribe("key")
    again = await bench.subscriptions.add(draft("key", SPACE, channel=OTHER_CHANNEL), NOON + MINUTE)
    assert again == first
    assert await bench.subscriptions.all() == [first]


async def test_its_scopes_are_watched_from_then_on(bench: Bench) -> None:
    await bench.ledger.watch([ACME], NOON - MINUTE)
    await bench.subscriptions.add(draft("key", ACME, SPACE), NOON)
    assert [(each.scope, each.watched_since) for each in await bench.ledger.health()] == [
        (ACME, NOON - MINUTE),
        (SPACE, NOON),
    ]


async def test_it_is_told_of_entries_from_then_on(bench: Bench) -> None:
    await bench.subscribe("first")
    await bench.collect([event(1), event(2)])
    second = await bench.subscribe("second", ACME, SPACE)
    assert second.cursors == {ACME: 2, SPACE: 0}


async def test_a_number_is_never_given_twice(bench: Bench) -> None:
    first = await bench.subscribe("key")
    await bench.subscriptions.remove(first.id)
    second = await bench.subscribe("key")
    assert second.id > first.id


async def test_a_change_gives_other_terms_and_another_owner(bench: Bench) -> None:
    added = await bench.subscribe("key")
    terms = replace(added.terms, channel=OTHER_CHANNEL)
    assert await bench.subscriptions.change(added.id, terms, UserId("U0BOB"), version=added.version)
    changed = await bench.subscription(added)
    assert (changed.terms, changed.owner) == (terms, "U0BOB")
    assert changed.version > added.version
    assert changed.created == added.created


async def test_a_change_that_rests_on_an_old_reading_is_refused(bench: Bench) -> None:
    added = await bench.subscribe("key")
    terms = replace(added.terms, channel=OTHER_CHANNEL)
    await bench.subscriptions.set_standing(added.id, Standing.PAUSED, "Paused by hand.")
    assert not await bench.subscriptions.change(added.id, terms, None, version=added.version)
    assert (await bench.subscription(added)).terms == added.terms
    assert not await bench.subscriptions.change(SubscriptionId(99), terms, None, version=1)


async def test_of_a_scope_that_is_new_to_it_it_is_told_from_the_change_on(bench: Bench) -> None:
    added = await bench.subscribe("key", ACME)
    await bench.subscribe("other", SPACE)
    await bench.collect([event(1)])
    await bench.collect([event(1, scope=SPACE), event(2, scope=SPACE)], SPACE)
    terms = replace(added.terms, scopes=(ACME_IN_EUROPE, SPACE, ACME))
    assert await bench.subscriptions.change(added.id, terms, None, version=added.version)
    assert (await bench.subscription(added)).cursors == {ACME: 0, SPACE: 2, ACME_IN_EUROPE: 0}
    assert ACME_IN_EUROPE in [each.scope for each in await bench.ledger.health()]


async def test_a_scope_that_it_has_no_longer_is_forgotten(bench: Bench) -> None:
    added = await bench.subscribe("key", ACME, SPACE)
    for scopes in ((SPACE,), (SPACE, ACME)):
        version = (await bench.subscription(added)).version
        assert await bench.subscriptions.change(added.id, replace(added.terms, scopes=scopes), None, version=version)
        await bench.collect([event(1), event(2)])
    assert (await bench.subscription(added)).cursors == {SPACE: 0, ACME: 2}


async def test_a_standing_has_a_reason(bench: Bench) -> None:
    added = await bench.subscribe("key")
    assert await bench.subscriptions.set_standing(added.id, Standing.STOPPED, "The channel is archived.")
    stopped = await bench.subscription(added)
    assert (stopped.standing, stopped.reason) == (Standing.STOPPED, "The channel is archived.")
    assert stopped.version > added.version
    assert await bench.subscriptions.set_standing(added.id, Standing.ACTIVE, "")
    resumed = await bench.subscription(added)
    assert (resumed.standing, resumed.reason) == (Standing.ACTIVE, "")


async def test_what_is_gone_has_no_standing_and_cannot_go_again(bench: Bench) -> None:
    added = await bench.subscribe("key")
    assert await bench.subscriptions.remove(added.id)
    assert not await bench.subscriptions.remove(added.id)
    assert not await bench.subscriptions.set_standing(added.id, Standing.ACTIVE, "")
    assert await bench.subscriptions.all() == []


async def test_what_waited_goes_with_its_subscription(bench: Bench) -> None:
    added = await bench.subscribe("key")
    await bench.file(added, "one", parts=2)
    taken = await bench.claim_part()
    assert await bench.subscriptions.remove(added.id)
    assert await bench.outbox.waiting() == []
    assert not await bench.outbox.settle(taken, Settlement(State.PENDING))
    await bench.later(10 * MINUTE)
    assert await bench.outbox.claim(MINUTE) is None


async def test_others_keep_what_waits_for_them(bench: Bench) -> None:
    added, other = await bench.subscribe("key"), await bench.subscribe("other", channel=OTHER_CHANNEL)
    await bench.file(added, "one")
    await bench.file(other, "two")
    await bench.subscriptions.remove(added.id)
    assert (await bench.claim_part()).subscription == other.id


async def test_whoever_saves_says_so(bench: Bench, told: Told) -> None:
    added = await bench.subscribe("key")
    await bench.subscriptions.change(added.id, added.terms, None, version=added.version)
    assert told.heard == [Waypoint.SUBSCRIPTION_SAVED] * 2
