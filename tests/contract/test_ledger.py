"""What every ledger promises."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Superseded
from bot.domain.fingerprints import core_of, grouped, sift, variant_of
from bot.domain.query import Window
from bot.domain.subscriptions import Standing
from bot.waypoints import Waypoint

from .pieces import ACME, ACME_IN_EUROPE, LEASE, MINUTE, NOON, SECOND, SPACE, Bench, Told, event, reading, sightings

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
async def _watched(bench: Bench) -> None:
    await bench.ledger.watch([ACME], NOON)


async def test_scopes_are_told_in_the_order_in_which_they_became_known(bench: Bench) -> None:
    await bench.ledger.watch([SPACE, ACME], NOON + HOUR)
    await bench.ledger.watch([ACME_IN_EUROPE], NOON)
    assert [each.scope for each in await bench.ledger.health()] == [ACME, SPACE, ACME_IN_EUROPE]


async def test_a_scope_that_is_watched_already_stays_as_it_is(bench: Bench) -> None:
    await bench.ledger.watch([ACME], NOON + HOUR)
    assert (await bench.health()).watched_since == NOON


async def test_a_new_scope_has_no_past(bench: Bench) -> None:
    health = await bench.health()
    assert (health.fence, health.entries, health.failures, health.reason, health.told) == (0, 0, 0, "", False)
    assert health.watermark is health.last_read is health.last_attempt is health.last_deep_scan is None
    assert health.gap_since is None


async def test_each_region_has_a_state_of_its_own(bench: Bench) -> None:
    await bench.ledger.watch([ACME_IN_EUROPE], NOON)
    await bench.collect([event(1)])
    assert (await bench.health()).entries == 1
    assert (await bench.health(ACME_IN_EUROPE)).entries == 0
    assert await bench.ledger.entries(ACME_IN_EUROPE, 0, 10) == []
    assert not await bench.ledger.known(ACME_IN_EUROPE, {core_of(event(1))})


async def test_a_claim_is_for_one_alone(bench: Bench) -> None:
    claim = await bench.ledger.claim(ACME, 0, LEASE)
    assert claim is not None
    assert claim.fence == claim.health.fence == 1
    assert await bench.ledger.claim(ACME, 0, LEASE) is None
    assert await bench.ledger.claim(ACME, 1, LEASE) is None


async def test_a_claim_notes_the_attempt(bench: Bench) -> None:
    assert (await bench.claim_scope()).health.last_attempt is not None
    assert (await bench.health()).last_attempt is not None


async def test_nobody_claims_what_nobody_watches(bench: Bench) -> None:
    assert await bench.ledger.claim(SPACE, 0, LEASE) is None


async def test_a_lease_that_has_ended_lets_the_next_one_in(bench: Bench) -> None:
    await bench.claim_scope()
    await bench.later(LEASE)
    claim = await bench.ledger.claim(ACME, 1, LEASE)
    assert claim is not None
    assert claim.fence == 2


async def test_a_claim_that_rests_on_an_old_fence_is_refused(bench: Bench) -> None:
    await bench.collect([])
    assert await bench.ledger.claim(ACME, 0, LEASE) is None


async def test_a_sign_of_life_holds_the_scope(bench: Bench) -> None:
    claim = await bench.claim_scope()
    await bench.later(LEASE - SECOND)
    await bench.ledger.stage(claim, (), LEASE)
    await bench.later(LEASE - SECOND)
    assert await bench.ledger.claim(ACME, 1, LEASE) is None


async def test_a_clock_that_is_set_back_holds_nobody_up(bench: Bench) -> None:
    await bench.claim_scope()
    await bench.later(timedelta(minutes=-10))
    await bench.later(LEASE)
    assert await bench.ledger.claim(ACME, 1, LEASE) is not None


async def test_a_stale_claim_records_nothing(bench: Bench) -> None:
    old = await bench.claim_scope()
    await bench.later(LEASE)
    await bench.claim_scope()
    with pytest.raises(Superseded):
        await bench.ledger.stage(old, sightings(event(1)), LEASE)
    with pytest.raises(Superseded):
        await bench.ledger.commit(old, reading(), sightings(event(1)))
    await bench.ledger.fail(old, "it was slow")
    health = await bench.health()
    assert (health.entries, health.watermark, health.failures, health.fence) == (0, None, 0, 2)


async def test_a_claim_ends_with_its_commit(bench: Bench) -> None:
    claim = await bench.claim_scope()
    await bench.ledger.commit(claim, reading(), [])
    with pytest.raises(Superseded):
        await bench.ledger.commit(claim, reading(), sightings(event(1)))
    await bench.ledger.fail(claim, "too late")
    assert (await bench.health()).failures == 0
    assert await bench.ledger.claim(ACME, 1, LEASE) is not None


async def test_a_lease_that_has_ended_hinders_nobody_while_nobody_else_came(bench: Bench) -> None:
    claim = await bench.claim_scope()
    await bench.later(HOUR)
    await bench.ledger.stage(claim, sightings(event(1)), LEASE)
    await bench.later(HOUR)
    assert await bench.ledger.commit(claim, reading(), []) == 1


async def test_what_is_staged_is_out_of_sight_until_the_commit(bench: Bench) -> None:
    claim = await bench.claim_scope()
    await bench.ledger.stage(claim, sightings(event(1), event(2)), LEASE)
    assert await bench.ledger.entries(ACME, 0, 10) == []
    assert not await bench.ledger.known(ACME, {core_of(event(1))})
    assert (await bench.health()).entries == 0
    assert await bench.ledger.commit(claim, reading(), sightings(event(3))) == 3
    entries = await bench.ledger.entries(ACME, 0, 10)
    assert [(each.number, each.event) for each in entries] == [(1, event(1)), (2, event(2)), (3, event(3))]


async def test_what_a_dead_claim_has_staged_is_gone(bench: Bench) -> None:
    await bench.ledger.stage(await bench.claim_scope(), sightings(event(1)), LEASE)
    await bench.later(LEASE)
    assert await bench.collect([event(2)]) == 1
    assert [each.event for each in await bench.ledger.entries(ACME, 0, 10)] == [event(2)]


async def test_what_a_failed_read_has_staged_is_gone(bench: Bench) -> None:
    claim = await bench.claim_scope()
    await bench.ledger.stage(claim, sightings(event(1)), LEASE)
    await bench.ledger.fail(claim, "it broke off")
    assert await bench.collect([event(2)]) == 1
    assert [each.event for each in await bench.ledger.entries(ACME, 0, 10)] == [event(2)]


async def test_an_entry_says_when_it_became_known(bench: Bench) -> None:
    claim = await bench.claim_scope()
    began = NOON + HOUR + timedelta(microseconds=123_457)
    await bench.ledger.commit(claim, reading(began=began), sightings(event(1)))
    assert [each.known_at for each in await bench.ledger.entries(ACME, 0, 10)] == [began]


async def test_an_event_comes_back_as_it_was(bench: Bench) -> None:
    strange = replace(
        event(1, at=NOON + timedelta(microseconds=1), message="NUL \0, half a pair \ud83d, 日本語, 'quotes\"; --"),
        ip="10.0.0.1",
        parent="//captain/spaces/x",
        actor_name="",
    )
    await bench.collect([strange])
    assert [each.event for each in await bench.ledger.entries(ACME, 0, 10)] == [strange]


async def test_numbers_go_on_from_read_to_read(bench: Bench) -> None:
    assert await bench.collect([event(1), event(2)]) == 2
    assert await bench.collect([event(1), event(2)]) == 2
    assert await bench.collect([event(2), event(3)]) == 3
    assert [each.number for each in await bench.ledger.entries(ACME, 0, 10)] == [1, 2, 3]


async def test_entries_come_in_their_order_and_as_many_as_asked_for(bench: Bench) -> None:
    await bench.collect([event(number) for number in range(5)])
    assert [each.number for each in await bench.ledger.entries(ACME, 1, 2)] == [2, 3]
    assert [each.number for each in await bench.ledger.entries(ACME, 3, 10)] == [4, 5]
    assert await bench.ledger.entries(ACME, 5, 10) == []


async def test_the_first_complete_read_only_remembers_what_was_there_before(bench: Bench) -> None:
    before, at, after = event(-1), event(0), event(1)
    assert await bench.collect([before, at, after]) == 2
    assert [each.event for each in await bench.ledger.entries(ACME, 0, 10)] == [at, after]
    assert core_of(before) in await bench.ledger.known(ACME, {core_of(before)})
    assert await bench.collect([before, at, after]) == 2


async def test_a_late_event_of_before_is_news_once_the_first_read_is_complete(bench: Bench) -> None:
    claim = await bench.claim_scope()
    await bench.ledger.fail(claim, "it broke off")
    assert await bench.collect([event(-2)]) == 0
    assert await bench.collect([event(-2), event(-1)]) == 1


async def test_twins_are_counted_by_variant(bench: Bench) -> None:
    with_ip = replace(event(1), ip="10.0.0.1")
    await bench.collect([event(1), event(1), with_ip])
    core = core_of(event(1))
    known = await bench.ledger.known(ACME, {core, core_of(event(2))})
    assert known == {core: Counter({variant_of(event(1)): 2, variant_of(with_ip): 1})}
    assert await bench.collect([event(1), event(1), with_ip, with_ip]) == 4


async def test_many_cores_can_be_asked_about_at_once(bench: Bench) -> None:
    events = [event(number) for number in range(2_500)]
    await bench.collect(events)
    assert sift(grouped(events), await bench.ledger.known(ACME, {core_of(each) for each in events})) == []


async def test_a_commit_records_how_the_reading_goes(bench: Bench) -> None:
    await bench.ledger.fail(await bench.claim_scope(), "Mondoo did not answer")
    claim = await bench.claim_scope()
    assert claim.health.failures == 1
    await bench.ledger.commit(claim, reading(NOON + MINUTE, began=NOON + HOUR, deep=True), [])
    health = await bench.health()
    assert (health.watermark, health.last_read, health.last_deep_scan) == (NOON + MINUTE, NOON + HOUR, NOON + HOUR)
    assert (health.failures, health.reason) == (0, "")
    await bench.ledger.commit(await bench.claim_scope(), reading(began=NOON + 2 * HOUR), [])
    assert (await bench.health()).last_deep_scan == NOON + HOUR


async def test_the_watermark_never_moves_back(bench: Bench) -> None:
    await bench.collect([], watermark=NOON + MINUTE)
    await bench.collect([], watermark=NOON)
    assert (await bench.health()).watermark == NOON + MINUTE
    await bench.collect([], watermark=NOON + HOUR)
    assert (await bench.health()).watermark == NOON + HOUR


async def test_failures_are_counted_with_their_reason(bench: Bench) -> None:
    for reason in ("first", "second", "third \0\ud800"):
        await bench.ledger.fail(await bench.claim_scope(), reason)
    health = await bench.health()
    assert health.failures == 3
    assert health.reason.startswith("third")
    assert health.watermark is None


async def test_pruning_forgets_what_is_old_a_little_at_a_time(bench: Bench, told: Told) -> None:
    await bench.collect([event(number) for number in range(-5, 5)], watermark=NOON + HOUR)
    assert await bench.ledger.prune(HOUR, 3) == 3
    assert await bench.ledger.prune(HOUR, 3) == 2
    assert told.heard[-1] is Waypoint.EVENTS_PRUNED
    assert await bench.ledger.prune(HOUR, 3) == 0
    assert [each.event for each in await bench.ledger.entries(ACME, 0, 10)] == [event(number) for number in range(5)]
    assert not await bench.ledger.known(ACME, {core_of(event(-1))})
    assert (await bench.health()).entries == 5


async def test_nothing_is_pruned_of_a_scope_that_was_never_read(bench: Bench) -> None:
    assert await bench.ledger.prune(timedelta(0), 10) == 0


@pytest.mark.parametrize("standing", [Standing.ACTIVE, Standing.STOPPED])
async def test_what_somebody_was_not_told_of_yet_is_kept(bench: Bench, standing: Standing) -> None:
    await bench.collect([event(0)], watermark=NOON + HOUR)
    subscription = await bench.subscribe()
    await bench.collect([event(1), event(2)], watermark=NOON + 2 * HOUR)
    await bench.subscriptions.set_standing(subscription.id, standing, "")
    assert await bench.ledger.prune(MINUTE, 10) == 1
    assert [each.number for each in await bench.ledger.entries(ACME, 0, 10)] == [2, 3]
    now = await bench.subscription(subscription)
    digest = await bench.digest(now, "one", {ACME: 2})
    assert await bench.outbox.file(digest, None, NOON + HOUR)
    assert await bench.ledger.prune(MINUTE, 10) == 1
    assert [each.number for each in await bench.ledger.entries(ACME, 0, 10)] == [3]


async def test_a_paused_subscription_keeps_nothing(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.collect([event(1)], watermark=NOON + HOUR)
    await bench.subscriptions.set_standing(subscription.id, Standing.PAUSED, "Paused by hand.")
    assert await bench.ledger.prune(MINUTE, 10) == 1


async def test_numbers_go_on_where_all_is_pruned(bench: Bench) -> None:
    await bench.collect([event(1)], watermark=NOON + HOUR)
    await bench.ledger.prune(MINUTE, 10)
    assert await bench.collect([event(2)]) == 2


async def test_the_moments_of_a_collection_pass_in_their_order(bench: Bench, told: Told) -> None:
    claim = await bench.claim_scope()
    await bench.ledger.stage(claim, sightings(event(1)), LEASE)
    await bench.ledger.commit(claim, reading(), [])
    await bench.ledger.fail(await bench.claim_scope(), "it broke off")
    assert told.heard == [
        Waypoint.EVENTS_STAGED,
        Waypoint.COLLECT_BEGUN,
        Waypoint.EVENTS_WRITTEN,
        Waypoint.WATERMARK_MOVED,
        Waypoint.COLLECT_COMMITTED,
        Waypoint.FAILURE_RECORDED,
    ]


async def test_a_stretch_of_time_is_recalled_the_latest_event_first(bench: Bench) -> None:
    events = [replace(event(n), at=NOON + n * SECOND) for n in (3, 1, 2, 4)]
    await bench.collect(events)
    recalled = await bench.ledger.recall(ACME, Window(NOON + SECOND, NOON + 4 * SECOND), limit=10)
    assert [entry.event for entry in recalled] == [events[0], events[2], events[1]]
    assert [entry.event for entry in await bench.ledger.recall(ACME, Window(), limit=2)] == [events[3], events[0]]
    assert await bench.ledger.recall(SPACE, Window(), limit=2) == []


async def test_what_somebody_did_and_what_was_done_to_it_is_recalled_by_whole_names(bench: Bench) -> None:
    who = '//x/users/"a\\dä"'
    events = [
        replace(event(1), actor_mrn=who),
        replace(event(2), resource=who),
        replace(event(3), resource=f"{who}/more", message=f"about {who}"),
        replace(event(4), actor_mrn=who.upper()),
    ]
    await bench.collect(events)
    did = await bench.ledger.recall(ACME, Window(), limit=10, by=who)
    assert [entry.event for entry in did] == [events[0]]
    done = await bench.ledger.recall(ACME, Window(), limit=10, about=who)
    assert [entry.event for entry in done] == [events[1]]
    assert await bench.ledger.recall(ACME, Window(), limit=10, by=who, about=who) == []


async def test_what_was_there_before_anybody_watched_is_not_recalled(bench: Bench) -> None:
    await bench.collect([replace(event(1), at=NOON - HOUR)])
    assert await bench.ledger.recall(ACME, Window(), limit=10) == []
