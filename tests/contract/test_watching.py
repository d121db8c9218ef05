"""What every ledger promises of scopes that come, go and come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Superseded
from bot.domain.query import Window

from .pieces import ACME, LEASE, NOON, SPACE, Bench, draft, event, reading, sightings

HOUR = timedelta(hours=1)


async def test_a_scope_that_is_subscribed_to_again_begins_anew(bench: Bench) -> None:
    first = await bench.subscribe("first")
    await bench.collect([event(1)])
    await bench.ledger.fail(await bench.claim_scope(), "it is down")
    await bench.outbox.notify([], told=ACME, down=True)
    await bench.subscriptions.remove(first.id)
    before = await bench.health()
    await bench.subscriptions.add(draft("second"), NOON + HOUR)
    after = await bench.health()
    assert (after.watched_since, after.watermark, after.last_read) == (NOON + HOUR, None, None)
    assert (after.last_attempt, after.last_deep_scan) == (None, None)
    assert (after.failures, after.reason, after.told, after.gap_since) == (0, "", False, None)
    assert (after.entries, after.fence) == (1, before.fence + 1)
    known_before, meanwhile, since = event(1), event(2), event(3, at=NOON + HOUR)
    assert await bench.collect([known_before, meanwhile, since]) == 2
    assert [each.event for each in await bench.ledger.entries(ACME, 1, 10)] == [since]


async def test_a_read_of_a_scope_that_begins_anew_is_superseded(bench: Bench) -> None:
    first = await bench.subscribe("first")
    claim = await bench.claim_scope()
    await bench.subscriptions.remove(first.id)
    await bench.subscribe("second")
    with pytest.raises(Superseded):
        await bench.ledger.commit(claim, reading(), sightings(event(1)))


async def test_a_scope_that_is_to_be_read_from_an_earlier_day_on_stays_so(bench: Bench) -> None:
    first = await bench.subscribe("first")
    await bench.collect([event(1)])
    await bench.subscriptions.remove(first.id)
    await bench.ledger.watch([ACME], NOON - HOUR)
    await bench.subscribe("second")
    assert (await bench.health()).watched_since == NOON - HOUR


async def test_a_scope_that_a_change_adds_again_begins_anew(bench: Bench) -> None:
    added = await bench.subscribe("one", ACME, SPACE)
    await bench.collect([event(1)])
    for scopes in ((SPACE,), (SPACE, ACME)):
        now = await bench.subscription(added)
        assert await bench.subscriptions.change(added.id, replace(now.terms, scopes=scopes), None, version=now.version)
    assert (await bench.health()).watermark is None


async def test_a_scope_is_watched_since_the_beginning_of_a_second(bench: Bench) -> None:
    await bench.subscriptions.add(draft("one", SPACE), NOON + timedelta(milliseconds=700))
    assert (await bench.health(SPACE)).watched_since == NOON


async def test_the_first_complete_read_says_from_when_on_events_are_remembered(bench: Bench) -> None:
    await bench.subscribe()
    assert (await bench.health()).remembered_since is None
    for since in (NOON - HOUR, NOON - 2 * HOUR):
        claim = await bench.claim_scope()
        await bench.ledger.commit(claim, replace(reading(), window=Window(since)), [])
        assert (await bench.health()).remembered_since == NOON - HOUR


async def test_what_is_forgotten_is_not_remembered(bench: Bench) -> None:
    await bench.subscriptions.remove((await bench.subscribe()).id)
    await bench.collect([event(0)], watermark=NOON + HOUR)
    before = (await bench.health()).remembered_since
    assert not await bench.ledger.prune(2 * HOUR, 10)
    assert (await bench.health()).remembered_since == before
    assert await bench.ledger.prune(HOUR / 2, 10)
    assert (await bench.health()).remembered_since == NOON + HOUR / 2


async def test_an_event_that_is_known_or_comes_twice_is_passed_over(bench: Bench) -> None:
    await bench.subscribe()
    await bench.collect([event(1)])
    claim = await bench.claim_scope()
    await bench.ledger.stage(claim, sightings(event(1), event(2)), LEASE)
    await bench.ledger.stage(claim, sightings(event(2)), LEASE)
    assert await bench.ledger.commit(claim, reading(), sightings(event(1), event(2), event(3))) == 3
    told = await bench.ledger.entries(ACME, 0, 10)
    assert [(each.number, each.event) for each in told] == [(1, event(1)), (2, event(2)), (3, event(3))]


async def test_a_first_digest_covers_what_a_scope_is_to_be_told_of_from_an_earlier_day_on(bench: Bench) -> None:
    await bench.ledger.watch([ACME], NOON - HOUR)
    assert (await bench.subscribe("one", ACME, SPACE)).covered_until == NOON - HOUR
    await bench.collect([event(1)])
    assert (await bench.subscribe("two", ACME)).covered_until == NOON
