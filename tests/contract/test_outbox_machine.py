"""An outbox under whatever is done to it: each part reaches its channel once, in its order, and none is lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.adapters.store import open_store
from bot.domain.deliveries import Delivery, PartId, State
from bot.domain.settlements import Settlement
from bot.domain.subscriptions import Standing, Subscription
from tests.contract.memory import MemoryStore

from .pieces import LEASE, MINUTE, OTHER_CHANNEL, SECOND, AnyStore, Bench, HandSetClock, sent

Given = TypeVar("Given")


class OutboxMachine(RuleBasedStateMachine):
    """Two subscriptions; senders that post and die before or after; refusals, pauses, steps of the clock.

    ``posted`` is what Slack has. A sender posts only what it was given for certain; whoever was given something as
    uncertain looks into ``posted``.
    """

    kind: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.closing = AsyncExitStack()
        self.clock = HandSetClock()
        self.bench = self.run(self.open())
        self.subscriptions: list[Subscription] = []
        self.filed: dict[int, list[PartId]] = {}
        self.posted: list[PartId] = []
        self.sending: list[Delivery] = []

    def run(self, doing: Coroutine[None, None, Given]) -> Given:
        return self.runner.run(doing)

    async def open(self) -> Bench:
        store: AnyStore
        if self.kind == "memory":
            store = MemoryStore(self.clock)
        else:
            directory = self.closing.enter_context(tempfile.TemporaryDirectory())
            store = await self.closing.enter_async_context(
                open_store(f"sqlite:///{Path(directory) / 'bot.db'}", self.clock)
            )
        return Bench(store, self.pass_time, None)

    async def pass_time(self, passed: timedelta) -> None:
        self.clock.moment += passed

    @initialize()
    def subscribe(self) -> None:
        for subscription in (
            self.run(self.bench.subscribe("one")),
            self.run(self.bench.subscribe("two", channel=OTHER_CHANNEL)),
        ):
            self.subscriptions.append(subscription)
            self.filed[subscription.id] = []

    @rule(index=st.integers(0, 1), parts=st.integers(1, 3))
    def file(self, index: int, parts: int) -> None:
        subscription = self.subscriptions[index]
        filed = self.filed[subscription.id]
        parcel = self.run(self.bench.file(subscription, f"{subscription.id} {len(filed)}", parts))
        filed += [parcel.part_id(ordinal) for ordinal in range(parts)]

    @rule()
    def claim(self) -> None:
        delivery = self.run(self.bench.outbox.claim(LEASE))
        if delivery is None:
            return
        assert delivery.subscription is not None
        order = self.filed[delivery.subscription]
        place = order.index(delivery.part)
        assert all(part in self.posted for part in order[:place]), "what comes before is delivered"
        assert delivery.ordinal == 0 or delivery.thread == f"ts of {delivery.part.rpartition('.')[0]}"
        assert delivery.uncertain or delivery.part not in self.posted, "nothing is posted twice"
        standing = self.run(self.bench.subscription(self.of(delivery))).standing
        assert standing is Standing.ACTIVE
        self.sending.append(delivery)

    def of(self, delivery: Delivery) -> Subscription:
        return next(each for each in self.subscriptions if each.id == delivery.subscription)

    @precondition(lambda self: self.sending)
    @rule(dies=st.booleans(), answered=st.booleans())
    def post(self, dies: bool, answered: bool) -> None:  # noqa: FBT001 — drawn
        """Post, or look; then die, or note it. Who was given something last has the lease that counts."""
        delivery = self.sending.pop()
        if delivery.uncertain:
            there = delivery.part in self.posted
            settlement = sent(delivery) if there else Settlement(State.PENDING, "not found, to be sent again")
        else:
            self.posted.append(delivery.part)
            settlement = sent(delivery) if answered else Settlement(State.UNKNOWN, "no answer", wait=MINUTE)
        if not dies:
            self.run(self.bench.outbox.settle(delivery, settlement))

    @precondition(lambda self: self.sending)
    @rule(wait=st.integers(0, 90), channel_wait=st.integers(0, 90))
    def defer(self, wait: int, channel_wait: int) -> None:
        delivery = self.sending.pop()
        state = State.UNKNOWN if delivery.uncertain else State.PENDING
        settlement = Settlement(state, "429", wait * SECOND, channel_wait * SECOND)
        assert self.run(self.bench.outbox.settle(delivery, settlement))

    @precondition(lambda self: self.sending)
    @rule()
    def refuse(self) -> None:
        delivery = self.sending.pop()
        if not delivery.uncertain:
            assert self.run(self.bench.outbox.settle(delivery, Settlement(State.FAILED, "refused", stop=True)))

    @precondition(lambda self: self.sending)
    @rule()
    def die(self) -> None:
        self.sending.pop()

    @rule(index=st.integers(0, 1), standing=st.sampled_from([Standing.PAUSED, Standing.ACTIVE]))
    def set_standing(self, index: int, standing: Standing) -> None:
        self.run(self.bench.subscriptions.set_standing(self.subscriptions[index].id, standing, ""))

    @precondition(lambda self: not self.sending)
    @rule(seconds=st.sampled_from([-600, -1, 1, 20, 60, 600]))
    def step(self, seconds: int) -> None:
        """Time passes, or the clock jumps, while nobody is in the midst of posting."""
        self.run(self.pass_time(seconds * SECOND))

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        assert len(self.posted) == len(set(self.posted))

    def teardown(self) -> None:
        """When all goes well for a while, all arrives: nothing is lost, and what waits is nothing."""
        for subscription in self.subscriptions:
            self.run(self.bench.subscriptions.set_standing(subscription.id, Standing.ACTIVE, ""))
        quiet = 0
        while self.sending or quiet < 4:
            self.claim()
            quiet = 0 if self.sending else quiet + 1
            while self.sending:
                self.post(dies=False, answered=True)
            self.run(self.pass_time(2 * MINUTE))
        assert sorted(self.posted) == sorted(part for parts in self.filed.values() for part in parts)
        assert self.run(self.bench.outbox.waiting()) == []
        self.run(self.closing.aclose())
        self.runner.close()


class MemoryOutboxMachine(OutboxMachine):
    kind = "memory"


class SqliteOutboxMachine(OutboxMachine):
    kind = "sqlite"


TestMemoryOutbox = MemoryOutboxMachine.TestCase
TestMemoryOutbox.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestSqliteOutbox = SqliteOutboxMachine.TestCase
TestSqliteOutbox.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
