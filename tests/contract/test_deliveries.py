"""What every outbox promises of deliveries: which part is next, for whom, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.deliveries import State
from bot.domain.settlements import Settlement, Timing
from bot.domain.subscriptions import Standing, Subscription

from .pieces import CHANNEL, LEASE, MINUTE, OTHER_CHANNEL, SECOND, Bench, notice, sent

BEFORE_LOOK = Timing().before_look
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
async def subscription(bench: Bench) -> Subscription:
    return await bench.subscribe()


async def test_an_empty_outbox_has_nothing_to_deliver(bench: Bench) -> None:
    assert await bench.outbox.claim(LEASE) is None


async def test_a_part_is_for_one_alone(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.claim_part()
    await bench.later(2 * SECOND)
    assert await bench.outbox.claim(LEASE) is None


async def test_the_parts_of_a_subscription_come_one_after_the_other(bench: Bench, subscription: Subscription) -> None:
    first = await bench.file(subscription, "one", parts=2)
    second = await bench.file(subscription, "two")
    for part in (first.part_id(0), first.part_id(1), second.part_id(0)):
        delivery = await bench.claim_part()
        assert delivery.part == part
        await bench.later(2 * SECOND)
        assert await bench.outbox.claim(LEASE) is None
        await bench.outbox.settle(delivery, sent(delivery))


async def test_the_thread_follows_its_first_message(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one", parts=3)
    first = await bench.send()
    assert first.thread is None
    for _ in range(2):
        await bench.later(SECOND)
        assert (await bench.send()).thread == f"ts of {first.part}"


async def test_a_wait_is_waited_for_and_holds_up_what_follows(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.file(subscription, "two")
    delivery = await bench.claim_part()
    assert await bench.outbox.settle(delivery, Settlement(State.PENDING, "429", wait=MINUTE))
    await bench.later(MINUTE - SECOND)
    assert await bench.outbox.claim(LEASE) is None
    await bench.later(SECOND)
    again = await bench.claim_part()
    assert (again.part, again.uncertain, again.attempts) == (delivery.part, False, delivery.attempts + 1)
    assert again.fence > delivery.fence
    assert again.first_attempt is not None


async def test_one_that_waits_holds_up_nobody_else(bench: Bench, subscription: Subscription) -> None:
    other = await bench.subscribe("other", channel=OTHER_CHANNEL)
    await bench.file(subscription, "one")
    await bench.file(other, "two")
    first = await bench.claim_part()
    await bench.outbox.settle(first, Settlement(State.PENDING, "429", wait=MINUTE))
    assert (await bench.claim_part()).subscription != first.subscription


async def test_about_a_message_a_second_goes_to_a_channel(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.file(await bench.subscribe("same channel"), "two")
    await bench.file(await bench.subscribe("other", channel=OTHER_CHANNEL), "three")
    both = {(await bench.send()).channel, (await bench.send()).channel}
    assert both == {CHANNEL, OTHER_CHANNEL}
    assert await bench.outbox.claim(LEASE) is None
    await bench.later(SECOND)
    await bench.send()


async def test_a_channel_that_asks_for_quiet_gets_it(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.file(await bench.subscribe("same channel"), "two")
    first = await bench.claim_part()
    await bench.outbox.settle(first, Settlement(State.PENDING, "429", wait=SECOND, channel_wait=MINUTE))
    await bench.later(MINUTE - SECOND)
    assert await bench.outbox.claim(LEASE) is None
    await bench.later(SECOND)
    await bench.claim_part()


async def test_a_look_waits_for_no_turn(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.file(await bench.subscribe("same channel"), "two")
    first = await bench.claim_part()
    await bench.outbox.settle(first, Settlement(State.UNKNOWN, "no answer"))
    look = await bench.claim_part()
    assert look.uncertain
    assert look.part == first.part


async def test_notices_have_a_lane_of_their_own(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    first = await bench.claim_part()
    await bench.outbox.settle(first, Settlement(State.PENDING, "refused", wait=MINUTE))
    await bench.outbox.notify([notice("down"), notice("elsewhere", channel=OTHER_CHANNEL)])
    await bench.later(SECOND)
    assert {(await bench.send()).subscription, (await bench.send()).subscription} == {None}


@pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.STOPPED])
async def test_the_parts_of_one_that_is_not_active_wait(
    bench: Bench, subscription: Subscription, standing: Standing
) -> None:
    await bench.file(subscription, "one")
    await bench.subscriptions.set_standing(subscription.id, standing, "")
    await bench.later(MINUTE)
    assert await bench.outbox.claim(LEASE) is None
    await bench.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
    await bench.claim_part()


async def test_what_was_settled_is_given_with_what_was_noted(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    first = await bench.claim_part()
    assert first.attempts == 1
    await bench.outbox.settle(first, Settlement(State.UNKNOWN, "not found yet", form=1, looks=1, labelled=True))
    again = await bench.claim_part()
    assert (again.form, again.looks, again.labelled, again.uncertain, again.attempts) == (1, 1, True, True, 1)


async def test_a_part_is_settled_once(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    delivery = await bench.claim_part()
    assert await bench.outbox.settle(delivery, Settlement(State.PENDING, "429"))
    assert not await bench.outbox.settle(delivery, sent(delivery))
    await bench.later(SECOND)
    again = await bench.claim_part()
    assert not await bench.outbox.settle(delivery, sent(delivery))
    assert await bench.outbox.settle(again, sent(again))
    assert not await bench.outbox.settle(again, Settlement(State.PENDING))
    assert await bench.outbox.waiting() == []


async def test_what_a_dead_sender_had_is_looked_up_and_not_posted(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    dead = await bench.claim_part()
    await bench.later(LEASE - SECOND)
    assert await bench.outbox.claim(LEASE) is None
    await bench.later(SECOND)
    await bench.outbox.claim(LEASE)
    await bench.later(BEFORE_LOOK)
    taken = await bench.outbox.claim(LEASE)
    if taken is None:  # it was given at once
        await bench.later(LEASE)
        taken = await bench.claim_part()
    assert taken.uncertain
    assert (taken.part, taken.attempts, taken.first_attempt) == (dead.part, 1, dead.first_attempt)
    assert taken.fence > dead.fence
    assert not await bench.outbox.settle(dead, sent(dead))
    assert await bench.outbox.settle(taken, sent(taken))


async def test_a_look_that_nobody_ended_is_a_look_again(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.outbox.settle(await bench.claim_part(), Settlement(State.UNKNOWN, "no answer", looks=1))
    assert (await bench.claim_part()).uncertain
    again = None
    for _ in range(4):
        await bench.later(LEASE)
        again = again or await bench.outbox.claim(LEASE)
    assert again is not None
    assert (again.uncertain, again.looks) == (True, 1)


async def test_a_refused_part_stops_its_subscription_and_waits_for_it(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one", parts=2)
    first = await bench.claim_part()
    assert await bench.outbox.settle(first, Settlement(State.FAILED, "It is refused.", form=1, stop=True))
    stopped = await bench.subscription(subscription)
    assert (stopped.standing, stopped.reason) == (Standing.STOPPED, "It is refused.")
    await bench.later(MINUTE)
    assert await bench.outbox.claim(LEASE) is None
    await bench.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
    again = await bench.claim_part()
    assert (again.part, again.form, again.uncertain) == (first.part, 0, False)
    await bench.outbox.settle(again, sent(again))
    await bench.later(SECOND)
    assert (await bench.claim_part()).ordinal == 1


async def test_an_unknown_part_is_unknown_after_a_stop_as_well(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.outbox.settle(await bench.claim_part(), Settlement(State.UNKNOWN, "The channel is gone.", stop=True))
    await bench.later(MINUTE)
    assert await bench.outbox.claim(LEASE) is None
    await bench.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
    assert (await bench.claim_part()).uncertain


async def test_one_that_somebody_paused_meanwhile_stays_paused(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    delivery = await bench.claim_part()
    await bench.subscriptions.set_standing(subscription.id, Standing.PAUSED, "Paused by hand.")
    assert await bench.outbox.settle(delivery, Settlement(State.PENDING, "gone", stop=True))
    assert (await bench.subscription(subscription)).standing is Standing.PAUSED


async def test_a_notice_that_is_refused_holds_up_no_other(bench: Bench) -> None:
    await bench.outbox.notify([notice("refused", parts=2), notice("next")])
    first = await bench.claim_part()
    assert await bench.outbox.settle(first, Settlement(State.FAILED, "It is refused.", stop=True))
    await bench.later(SECOND)
    assert (await bench.claim_part()).part == notice("next").part_id(0)


async def test_a_clock_that_is_set_back_holds_up_no_part(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.later(-TEN_MINUTES)
    delivery = await bench.claim_part()
    await bench.outbox.settle(delivery, Settlement(State.PENDING, "429", wait=MINUTE, channel_wait=MINUTE))
    await bench.later(-TEN_MINUTES)
    assert await bench.outbox.claim(LEASE) is None
    await bench.later(MINUTE)
    await bench.claim_part()


async def test_a_clock_that_is_set_back_lets_no_part_be_sent_twice(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    delivery = await bench.claim_part()
    await bench.later(-TEN_MINUTES)
    assert await bench.outbox.claim(LEASE) is None
    assert await bench.outbox.settle(delivery, sent(delivery))


async def test_a_dead_sender_is_found_out_though_the_clock_was_set_back(
    bench: Bench, subscription: Subscription
) -> None:
    await bench.file(subscription, "one")
    await bench.claim_part()
    await bench.later(-TEN_MINUTES)
    found = None
    for _ in range(3):
        found = found or await bench.outbox.claim(LEASE)
        await bench.later(LEASE)
    assert found is not None
    assert found.uncertain


async def test_a_clock_that_is_set_forward_gives_what_is_under_way_time_to_arrive(
    bench: Bench, subscription: Subscription
) -> None:
    await bench.file(subscription, "one")
    delivery = await bench.claim_part()
    await bench.later(TEN_MINUTES)
    assert await bench.outbox.claim(LEASE) is None
    assert await bench.outbox.settle(delivery, sent(delivery))
    await bench.later(MINUTE)
    assert await bench.outbox.claim(LEASE) is None
