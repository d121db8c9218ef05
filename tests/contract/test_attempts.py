"""What a delivery knows of the attempts before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.deliveries import State
from bot.domain.settlements import Settlement
from bot.domain.subscriptions import Standing, Subscription

from .pieces import MINUTE, Bench

DEFERRED = Settlement(State.PENDING, "Slack asked for fewer messages.")
UNSURE = Settlement(State.UNKNOWN, "no answer")


@pytest.fixture
async def subscription(bench: Bench) -> Subscription:
    subscription = await bench.subscribe()
    await bench.file(subscription, "one")
    return subscription


@pytest.mark.usefixtures("subscription")
async def test_an_attempt_that_certainly_sent_nothing_is_not_searched_for(bench: Bench) -> None:
    first = await bench.claim_part()
    assert first.first_attempt == first.last_attempt is not None
    assert await bench.outbox.settle(first, DEFERRED)
    await bench.later(timedelta(days=30))
    second = await bench.claim_part()
    assert second.first_attempt == second.last_attempt is not None
    assert await bench.outbox.settle(second, UNSURE)
    look = await bench.claim_part()
    assert (look.first_attempt, look.last_attempt) == (second.first_attempt, second.last_attempt)


@pytest.mark.usefixtures("subscription")
async def test_an_attempt_that_may_have_been_sent_is_searched_for_from_then_on(bench: Bench) -> None:
    first = await bench.claim_part()
    assert await bench.outbox.settle(first, UNSURE)
    assert await bench.outbox.settle(await bench.claim_part(), DEFERRED)
    for _ in range(2):
        await bench.later(MINUTE)
        again = await bench.claim_part()
        assert again.first_attempt == first.first_attempt
        assert again.last_attempt is not None
        assert again.attempts > 1
        assert await bench.outbox.settle(again, DEFERRED)


async def test_a_refusal_certainly_sent_nothing(bench: Bench, subscription: Subscription) -> None:
    first = await bench.claim_part()
    assert await bench.outbox.settle(first, Settlement(State.FAILED, "refused", stop=True))
    await bench.later(MINUTE)
    await bench.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
    second = await bench.claim_part()
    assert second.first_attempt == second.last_attempt
