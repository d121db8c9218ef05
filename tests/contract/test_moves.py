"""What becomes of what waits for a subscription whose channel changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.deliveries import Message, State, rest_of
from bot.domain.settlements import Settlement
from bot.domain.subscriptions import Standing, Subscription

from .pieces import CHANNEL, LEASE, MINUTE, OTHER_CHANNEL, Bench, sent

GONE = Settlement(State.PENDING, "The channel is archived.", stop=True)


@pytest.fixture
async def subscription(bench: Bench) -> Subscription:
    return await bench.subscribe()


async def move(bench: Bench, subscription: Subscription) -> None:
    """Change the subscription's channel."""
    now = await bench.subscription(subscription)
    terms = replace(now.terms, channel=OTHER_CHANNEL)
    assert await bench.subscriptions.change(now.id, terms, None, version=now.version)


async def test_what_waits_goes_to_the_new_channel(bench: Bench, subscription: Subscription) -> None:
    filed = await bench.file(subscription, "one", parts=2)
    await move(bench, subscription)
    for ordinal in range(2):
        delivery = await bench.send()
        assert (delivery.part, delivery.channel) == (filed.part_id(ordinal), OTHER_CHANNEL)
        await bench.later(MINUTE)
    assert await bench.outbox.waiting() == []


async def test_one_that_was_stopped_goes_on_in_the_new_channel(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    assert await bench.outbox.settle(await bench.claim_part(), GONE)
    assert (await bench.subscription(subscription)).standing is Standing.STOPPED
    await move(bench, subscription)
    now = await bench.subscription(subscription)
    assert (now.standing, now.reason) == (Standing.ACTIVE, "")
    assert (await bench.send()).channel == OTHER_CHANNEL


async def test_what_was_refused_is_tried_again_under_other_terms(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    assert await bench.outbox.settle(await bench.claim_part(), Settlement(State.FAILED, "refused", stop=True))
    now = await bench.subscription(subscription)
    assert await bench.subscriptions.change(now.id, replace(now.terms, zone="Asia/Tokyo"), None, version=now.version)
    await bench.later(MINUTE)
    assert (await bench.send()).form == 0


async def test_another_owner_does_not_mend_anything(bench: Bench, subscription: Subscription) -> None:
    await bench.subscriptions.set_standing(subscription.id, Standing.STOPPED, "The channel is archived.")
    now = await bench.subscription(subscription)
    assert await bench.subscriptions.change(now.id, now.terms, None, version=now.version)
    assert (await bench.subscription(subscription)).standing is Standing.STOPPED


async def test_one_that_is_paused_by_hand_stays_paused(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    await bench.subscriptions.set_standing(subscription.id, Standing.PAUSED, "Paused by hand.")
    await move(bench, subscription)
    assert (await bench.subscription(subscription)).standing is Standing.PAUSED
    assert await bench.outbox.claim(LEASE) is None


async def test_the_rest_of_a_thread_becomes_a_message_of_its_own(bench: Bench, subscription: Subscription) -> None:
    filed = await bench.file(subscription, "one", parts=3)
    await bench.send()
    await move(bench, subscription)
    rest = str(rest_of(filed.id, 1))
    for number, thread in enumerate([None, f"ts of {rest}"]):
        await bench.later(MINUTE)
        delivery = await bench.send()
        assert (delivery.part, delivery.ordinal) == (f"{rest}.{number}" if number else rest, number)
        assert (delivery.channel, delivery.thread) == (OTHER_CHANNEL, thread)
        assert isinstance(delivery.content, Message)
        assert delivery.content.forms[0]["text"] == f"one {number + 1}"
    assert await bench.outbox.waiting() == []


@pytest.mark.parametrize("found", [True, False])
async def test_what_may_have_been_sent_is_looked_up_in_the_old_channel_first(
    bench: Bench, subscription: Subscription, *, found: bool
) -> None:
    filed = await bench.file(subscription, "one", parts=2)
    assert await bench.outbox.settle(await bench.claim_part(), Settlement(State.UNKNOWN, "no answer"))
    await move(bench, subscription)
    look = await bench.claim_part()
    assert (look.part, look.channel, look.uncertain) == (filed.part_id(0), CHANNEL, True)
    assert await bench.outbox.settle(look, sent(look) if found else Settlement(State.PENDING, "not found"))
    await bench.later(MINUTE)
    after = await bench.send()
    assert (after.channel, after.uncertain, after.thread) == (OTHER_CHANNEL, False, None)
    assert after.part == str(rest_of(filed.id, 1) if found else filed.id)


async def test_what_is_being_sent_meanwhile_counts_where_it_arrives(bench: Bench, subscription: Subscription) -> None:
    filed = await bench.file(subscription, "one", parts=2)
    under_way = await bench.claim_part()
    await move(bench, subscription)
    assert await bench.outbox.settle(under_way, sent(under_way))
    await bench.later(MINUTE)
    assert (await bench.send()).part == str(rest_of(filed.id, 1))


@pytest.mark.parametrize("state", [State.PENDING, State.FAILED])
async def test_what_becomes_of_the_old_channel_does_not_stop_it(
    bench: Bench, subscription: Subscription, state: State
) -> None:
    await bench.file(subscription, "one")
    under_way = await bench.claim_part()
    await move(bench, subscription)
    assert await bench.outbox.settle(under_way, replace(GONE, state=state, form=1))
    assert (await bench.subscription(subscription)).standing is Standing.ACTIVE
    await bench.later(MINUTE)
    after = await bench.send()
    assert (after.channel, after.form, after.labelled) == (OTHER_CHANNEL, 0, False)


async def test_where_nobody_can_look_any_more_it_may_be_a_repeat(bench: Bench, subscription: Subscription) -> None:
    await bench.file(subscription, "one")
    assert await bench.outbox.settle(await bench.claim_part(), Settlement(State.UNKNOWN, "no answer"))
    await move(bench, subscription)
    assert await bench.outbox.settle(await bench.claim_part(), replace(GONE, state=State.UNKNOWN))
    await bench.later(MINUTE)
    after = await bench.send()
    assert (after.channel, after.uncertain, after.labelled) == (OTHER_CHANNEL, False, True)
