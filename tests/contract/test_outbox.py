"""What every outbox promises of filing: digests, and notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.deliveries import Attachment, Backlog, Parcel, PartId, State
from bot.domain.digests import identify
from bot.domain.mutes import MuteId
from bot.domain.settlements import Settlement
from bot.domain.subscriptions import Standing
from bot.waypoints import Waypoint

from .pieces import (
    ACME,
    CHANNEL,
    LEASE,
    MINUTE,
    NOON,
    OTHER_CHANNEL,
    SECOND,
    SPACE,
    Bench,
    Told,
    event,
    notice,
    parcel,
    sent,
)


async def test_filing_moves_the_subscription_on(bench: Bench) -> None:
    subscription = await bench.subscribe("one", ACME, SPACE)
    await bench.collect([event(1), event(2)])
    digest = await bench.digest(subscription, "one", {ACME: 2})
    assert await bench.outbox.file(digest, parcel("one"), NOON + MINUTE)
    moved = await bench.subscription(subscription)
    assert moved.cursors == {ACME: 2, SPACE: 0}
    assert (moved.last_slot, moved.covered_until) == (NOON + MINUTE, NOON + MINUTE)


async def test_a_slot_with_nothing_to_post_is_dealt_with_as_well(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.collect([event(1)])
    digest = replace(await bench.digest(subscription, "one", {ACME: 1}), created=NOON + MINUTE)
    assert await bench.outbox.file(digest, None, NOON + MINUTE)
    moved = await bench.subscription(subscription)
    assert (moved.cursors, moved.last_slot, moved.last_posted) == ({ACME: 1}, NOON + MINUTE, NOON)
    assert await bench.outbox.waiting() == []


async def test_something_to_post_counts_as_posted(bench: Bench) -> None:
    subscription = await bench.subscribe()
    digest = replace(await bench.digest(subscription, "one"), created=NOON + MINUTE)
    assert await bench.outbox.file(digest, parcel("one"), NOON + MINUTE)
    assert (await bench.subscription(subscription)).last_posted == NOON + MINUTE


async def test_the_second_to_file_is_refused(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.collect([event(1)])
    digest = await bench.digest(subscription, "one", {ACME: 1})
    assert await bench.outbox.file(digest, parcel("one"), NOON + MINUTE)
    assert not await bench.outbox.file(digest, parcel("one"), NOON + MINUTE)
    assert not await bench.outbox.file(digest, parcel("two"), NOON + 2 * MINUTE)
    assert (await bench.subscription(subscription)).last_slot == NOON + MINUTE
    assert [each.parts for each in await bench.outbox.waiting()] == [1]


async def test_what_rests_on_an_old_reading_is_refused(bench: Bench) -> None:
    subscription = await bench.subscribe()
    digest = await bench.digest(subscription, "one")
    await bench.subscriptions.set_standing(subscription.id, Standing.PAUSED, "Paused by hand.")
    assert not await bench.outbox.file(digest, parcel("one"), NOON + MINUTE)
    assert await bench.outbox.waiting() == []
    assert (await bench.subscription(subscription)).last_slot == NOON


async def test_nothing_is_filed_for_a_subscription_that_is_gone(bench: Bench) -> None:
    subscription = await bench.subscribe()
    digest = await bench.digest(subscription, "one")
    await bench.subscriptions.remove(subscription.id)
    assert not await bench.outbox.file(digest, parcel("one"), NOON + MINUTE)


async def test_what_was_muted_is_counted_until_something_is_posted(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.collect([event(1), event(2)])
    quiet = replace(await bench.digest(subscription, "one", {ACME: 1}), muted={MuteId(3): 1, MuteId(12): 4})
    assert await bench.outbox.file(quiet, None, NOON + MINUTE)
    waiting = await bench.subscription(subscription)
    assert waiting.muted == {3: 1, 12: 4}
    loud = replace(await bench.digest(waiting, "two", {ACME: 2}), muted={**waiting.muted, MuteId(3): 2})
    assert await bench.outbox.file(loud, parcel("two"), NOON + 2 * MINUTE)
    assert (await bench.subscription(subscription)).muted == {}


async def test_while_more_is_waiting_nothing_counts_as_covered(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.collect([event(1), event(2)])
    digest = replace(await bench.digest(subscription, "one", {ACME: 1}), more=True)
    assert await bench.outbox.file(digest, parcel("one"), subscription.last_slot)
    moved = await bench.subscription(subscription)
    assert (moved.cursors, moved.covered_until, moved.last_slot) == ({ACME: 1}, NOON, NOON)


async def test_the_second_to_file_a_piece_of_a_slot_is_refused(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.collect([event(1), event(2)])
    for word, filed in (("one", True), ("two", False)):
        digest = replace(await bench.digest(subscription, word, {ACME: 1}), more=True)
        assert await bench.outbox.file(digest, parcel(word), subscription.last_slot) is filed
    assert [each.parts for each in await bench.outbox.waiting()] == [1]


async def test_slot_and_coverage_are_what_the_digest_says_though_a_clock_was_ahead(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.collect([event(1)])
    digest = replace(await bench.digest(subscription, "one", {ACME: 1}), until=NOON - MINUTE)
    assert await bench.outbox.file(digest, parcel("one"), NOON - MINUTE)
    moved = await bench.subscription(subscription)
    assert (moved.last_slot, moved.covered_until) == (NOON - MINUTE, NOON - MINUTE)


async def test_a_change_between_two_digests_is_not_hindered_by_them(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.file(subscription, "one")
    terms = replace(subscription.terms, channel=OTHER_CHANNEL)
    assert await bench.subscriptions.change(subscription.id, terms, None, version=subscription.version)


async def test_a_part_comes_as_it_was_filed(bench: Bench) -> None:
    subscription = await bench.subscribe("one", ACME, SPACE)
    content = Attachment("events.csv", "Events", "a,b\0\ud800\n")
    digest = await bench.digest(subscription, "one")
    await bench.outbox.file(digest, Parcel(digest.id, CHANNEL, [content]), NOON + MINUTE)
    delivery = await bench.claim_part()
    assert (delivery.part, delivery.ordinal, delivery.channel) == (PartId(digest.id), 0, CHANNEL)
    assert (delivery.content, delivery.is_digest, delivery.thread) == (content, True, None)
    assert (delivery.subscription, delivery.scopes) == (subscription.id, (ACME, SPACE))
    assert (delivery.form, delivery.uncertain, delivery.looks, delivery.labelled) == (0, False, 0, False)


async def test_a_notice_comes_as_it_was_filed(bench: Bench) -> None:
    made = notice("down")
    assert await bench.outbox.notify([made])
    delivery = await bench.claim_part()
    assert (delivery.part, delivery.is_digest, delivery.subscription, delivery.scopes) == (
        made.part_id(0),
        False,
        None,
        (),
    )
    assert delivery.content == made.parts[0]


async def test_a_notice_is_filed_once_for_its_id(bench: Bench) -> None:
    assert await bench.outbox.notify([notice("down")])
    assert await bench.outbox.notify([notice("down"), notice("other")])
    assert [each.parts for each in await bench.outbox.waiting()] == [2]
    await bench.send()
    assert await bench.outbox.notify([notice("down")])
    assert [each.parts for each in await bench.outbox.waiting()] == [1]


async def test_channels_are_told_once_of_a_failure_and_once_of_the_recovery(bench: Bench) -> None:
    await bench.ledger.watch([ACME], NOON)
    await bench.collect([])
    assert not await bench.outbox.notify([notice("up")], told=ACME, down=False)
    assert await bench.outbox.notify([notice("down"), notice("down too", channel=OTHER_CHANNEL)], told=ACME, down=True)
    assert not await bench.outbox.notify([notice("down again")], told=ACME, down=True)
    health = await bench.health()
    assert (health.told, health.gap_since) == (True, NOON)
    assert await bench.outbox.notify([notice("up")], told=ACME, down=False)
    health = await bench.health()
    assert (health.told, health.gap_since) == (False, None)
    assert [(each.channel, each.parts) for each in await bench.outbox.waiting()] == [(CHANNEL, 2), (OTHER_CHANNEL, 1)]


async def test_a_scope_that_was_never_read_has_a_failure_without_a_beginning(bench: Bench) -> None:
    await bench.ledger.watch([ACME], NOON)
    assert await bench.outbox.notify([], told=ACME, down=True)
    health = await bench.health()
    assert (health.told, health.gap_since) == (True, None)


async def test_what_waits_is_counted_by_channel(bench: Bench) -> None:
    first, second = await bench.subscribe("one"), await bench.subscribe("two", channel=OTHER_CHANNEL)
    await bench.file(first, "one", parts=2)
    await bench.file(second, "two", parts=3)
    one = await bench.claim_part()
    await bench.outbox.settle(one, Settlement(State.UNKNOWN, "no answer"))
    two = await bench.claim_part() if one.subscription == second.id else None
    while two is None or two.subscription != second.id:
        await bench.later(SECOND)
        two = await bench.claim_part()
        if two.uncertain:
            await bench.outbox.settle(two, Settlement(State.UNKNOWN, "not found yet", wait=MINUTE))
    await bench.outbox.settle(two, Settlement(State.FAILED, "refused", stop=True))
    backlog = await bench.outbox.waiting()
    assert [replace(each, oldest=NOON) for each in backlog] == [
        Backlog(CHANNEL, 2, 0, 1, NOON, first.id),
        Backlog(OTHER_CHANNEL, 3, 1, 0, NOON, second.id),
    ]


async def test_what_is_delivered_waits_no_longer(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.file(subscription, "one", parts=2)
    delivery = await bench.claim_part()
    assert [each.parts for each in await bench.outbox.waiting()] == [2]
    await bench.outbox.settle(delivery, sent(delivery))
    assert [each.parts for each in await bench.outbox.waiting()] == [1]
    await bench.later(SECOND)
    await bench.send()
    assert await bench.outbox.waiting() == []


async def test_what_was_delivered_is_forgotten_one_day_and_what_was_not_is_kept(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.file(subscription, "one")
    await bench.send()
    await bench.file(subscription, "two")
    await bench.later(timedelta(days=10))
    assert await bench.ledger.prune(timedelta(days=9), 100) == 0
    assert (await bench.claim_part()).part == PartId(identify("two"))


async def test_the_moments_of_a_delivery_pass_in_their_order(bench: Bench, told: Told) -> None:
    subscription = await bench.subscribe()
    await bench.file(subscription, "one")
    await bench.send()
    await bench.outbox.notify([notice("down")])
    assert await bench.outbox.claim(LEASE) is None
    assert told.heard == [
        Waypoint.SUBSCRIPTION_SAVED,
        Waypoint.DIGEST_BEGUN,
        Waypoint.DIGEST_WRITTEN,
        Waypoint.CURSOR_MOVED,
        Waypoint.DIGEST_COMMITTED,
        Waypoint.PART_CLAIMED,
        Waypoint.PART_SETTLED,
        Waypoint.NOTICE_FILED,
    ]
