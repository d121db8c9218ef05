"""One run of the simulation: a world from a seed, its faults, its rest."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from bot.domain.access import ChannelId, UserId
from bot.domain.digests import ScopeHealth
from bot.domain.query import Filters
from bot.domain.schedules import Interval
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.settlements import Timing
from bot.domain.subscriptions import (
    ALERT_FILTERS,
    DIGEST_FILTERS,
    Draft,
    Mode,
    Origin,
    Standing,
    Subscription,
    SubscriptionId,
    Terms,
)
from bot.services.collect import LookBack
from bot.services.digest import Bounds
from bot.waypoints import Waypoint, listen
from tests.contract.memory import MemoryStore

from .composer import name_of
from .loop import MACHINE, VirtualLoop
from .mondoo import START, FakeLog
from .replicas import Crash, Outside, Process, Replica, SteppedClock
from .slack import FakeSlack
from .troubles import STEP, Trouble
from .weather import Fault, Weather

FAULTS_END_S = 20 * 60.0
LATEST_REST_S = 12 * 3600.0
LOOK_BACK = LookBack(
    overlap=timedelta(minutes=15), deep=timedelta(hours=3), deep_every=timedelta(minutes=12), most_held=10
)
SCOPES = (Scope(ScopeKind.ORGANIZATION, "acme"), Scope(ScopeKind.SPACE, "lab"))
CHANNELS = (ChannelId("C1"), ChannelId("C2"))
CRASHES = tuple(
    each
    for each in Waypoint
    if each not in (Waypoint.FILE_UPLOADED, Waypoint.STORE_MIGRATED, Waypoint.SUBSCRIPTION_SAVED)
)
"""Where a process of the simulation can die: nothing uploads files, migrates, or saves subscriptions here."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How the bot of a world is set up, and what is done to it besides."""

    look_back: LookBack = LOOK_BACK
    bounds: Bounds = field(default_factory=lambda: Bounds(most_entries=12, batch=5))
    timing: Timing = field(default_factory=Timing)
    disguise: Callable[[Outside], Outside] = lambda outside: outside
    """Takes a safeguard away."""
    only: frozenset[Fault] | None = None
    """The faults of every run; None to draw some for each."""
    often: float = 1.0
    """By how much faults are more probable than usual."""
    dies_at: Waypoint | None = None
    """Where processes die that die at a waypoint; None for anywhere."""
    punctual: bool = False
    """Whether every event shows in the log at once."""


@dataclass(slots=True)
class World:
    """What is left of a run when it has come to rest: what the oracle looks at."""

    log: FakeLog
    slack: FakeSlack
    store: MemoryStore
    weather: Weather
    subscriptions: Sequence[Subscription] = ()
    health: Mapping[Scope, ScopeHealth] = field(default_factory=dict)
    crashes: Counter[Waypoint] = field(default_factory=Counter)
    told_before: dict[SubscriptionId, Counter[str]] = field(default_factory=dict)
    """By subscription, what was in the ledger already when it began, so that it is not told of it."""
    ended_s: float = 0.0
    restless: str = ""
    """Why the world did not come to rest; empty where it did."""


def simulate(seed: int, setting: Setting | None = None) -> World:
    """Run the world of a seed until it comes to rest after its faults. The same seed gives the same world."""
    return _Run(seed, setting or Setting()).run()


class _Run:
    def __init__(self, seed: int, setting: Setting) -> None:
        self._rng = rng = Random(seed)
        self._loop = loop = VirtualLoop()
        self._weather = weather = Weather(rng, setting.only, setting.often)
        self._store_clock = SteppedClock(loop)
        log, slack = FakeLog(loop, rng, weather), FakeSlack(loop, rng, weather)
        store = MemoryStore(self._store_clock)
        self._world = World(log, slack, store, weather)
        self._setting = setting
        outside = Outside(
            ledger=store.ledger,
            agenda=store.agenda,
            outbox=store.outbox,
            log=log,
            messenger=slack,
            directory=slack,
            look_back=setting.look_back,
            bounds=setting.bounds,
            timing=setting.timing,
        )
        outside = setting.disguise(outside)
        self._scopes = SCOPES[: rng.choice((1, 1, 2))]
        self._replicas = [Replica(outside, loop, rng, weather) for _ in range(rng.choice((1, 2, 2, 3)))]
        self._drafts = 0
        self._mended_s = 0.0

    def run(self) -> World:
        stop = listen(self._reached)
        try:
            return self._loop.run(self._live())
        finally:
            stop()

    async def _live(self) -> World:
        world = self._world
        for scope in self._scopes:
            world.log.fill(scope, FAULTS_END_S, punctual=self._setting.punctual)
        world.slack.is_old = self._rng.random() < 0.3
        world.slack.closed = {each for each in CHANNELS if self._weather.allows(Fault.HISTORY_CLOSED)}
        since = START - timedelta(minutes=self._rng.choice((0, 0, 20)))
        await world.store.ledger.watch(self._scopes, since)
        for _ in range(self._rng.choice((1, 2, 3))):
            await self._subscribe()
        tasks = [self._loop.create_task(replica.run()) for replica in self._replicas]
        trouble = Trouble(
            loop=self._loop,
            rng=self._rng,
            weather=self._weather,
            log=world.log,
            slack=world.slack,
            subscriptions=world.store.subscriptions,
            store_clock=self._store_clock,
            replicas=self._replicas,
            channels=CHANNELS,
            die_at=(self._setting.dies_at,) if self._setting.dies_at else CRASHES,
        )
        troubles = self._loop.create_task(trouble.run())
        operator = self._loop.create_task(self._operate())
        await self._loop.pause(FAULTS_END_S)
        troubles.cancel()
        self._mend()
        while self._loop.time() < LATEST_REST_S:
            await self._loop.pause(60)
            failed = [task for task in (*tasks, operator) if task.done()]
            if failed:
                failed[0].result()
            world.restless = await self._unrest()
            if not world.restless:
                break
        for task in (*tasks, operator):
            task.cancel()
        await asyncio.gather(*tasks, operator, return_exceptions=True)
        world.ended_s = self._loop.time()
        world.subscriptions = await world.store.subscriptions.all()
        world.health = {each.scope: each for each in await world.store.ledger.health()}
        return world

    async def _subscribe(self) -> None:
        rng = self._rng
        self._drafts += 1
        alert = rng.random() < 0.3
        terms = Terms(
            scopes=tuple(rng.sample(self._scopes, rng.randint(1, len(self._scopes)))),
            channel=rng.choice(CHANNELS),
            mode=Mode.ALERT if alert else Mode.DIGEST,
            filters=ALERT_FILTERS if alert else rng.choice((DIGEST_FILTERS, Filters(), Filters(actor="Ada"))),
            schedule=None if alert else Interval(timedelta(minutes=rng.choice((2, 5, 10)))),
            reassure_after=rng.choice((None, timedelta(minutes=10))),
        )
        draft = Draft(f"draft {self._drafts}", Origin.SLACK, terms, rng.choice((None, UserId("U1"))))
        added = await self._world.store.subscriptions.add(draft, self._store_clock.now())
        before: Counter[str] = Counter()
        for scope in terms.scopes:
            before.update(name_of(each.event) for each in await self._world.store.ledger.entries(scope, 0, 10_000))
        self._world.told_before[added.id] = before

    def _reached(self, waypoint: Waypoint) -> None:
        process = MACHINE.get()
        if not isinstance(process, Process):
            return
        if process.dead:
            raise Crash
        if waypoint is Waypoint.PART_CLAIMED and self._weather.strikes(Fault.STOPPED_SENDING):
            process.stopped_until_s = self._loop.time() + self._rng.uniform(40, 140)
        if process.dies_at is waypoint:
            self._world.crashes[waypoint] += 1
            process.die()
            raise Crash

    async def _operate(self) -> None:
        """Do what people do: resume what is paused or stopped, and subscribe."""
        while True:
            await self._loop.pause(self._rng.uniform(60, 300))
            for subscription in await self._world.store.subscriptions.all():
                if subscription.standing is not Standing.ACTIVE and (self._weather.fine or self._rng.random() < 0.5):
                    await self._stand(subscription, Standing.ACTIVE)
            if not self._weather.fine and self._rng.random() < 0.1:
                await self._subscribe()

    async def _stand(self, subscription: Subscription, standing: Standing) -> None:
        await self._world.store.subscriptions.set_standing(subscription.id, standing, "by hand")

    def _mend(self) -> None:
        self._weather.fine = True
        self._mended_s = self._loop.time()
        self._world.slack.mend()
        self._world.log.down_until_s = 0.0
        self._store_clock.offset = timedelta(0)
        for replica in self._replicas:
            replica.clock.offset = timedelta(0)
            replica.process.stopped_until_s = 0.0
            replica.process.dies_at = None

    async def _unrest(self) -> str:
        """What is still to happen before the world is at rest."""
        store, log = self._world.store, self._world.log
        shown_s = [each.shown_s for scope in self._scopes for each in log.happened[scope]]
        all_shown = START + timedelta(seconds=max([self._mended_s, *shown_s]))
        subscriptions = await store.subscriptions.all()
        wanted = {scope for each in subscriptions for scope in each.terms.scopes}
        for health in await store.ledger.health():
            if health.scope not in wanted:
                continue
            if health.last_deep_scan is None or health.last_deep_scan < all_shown + STEP:
                return f"{health.scope} was not read deeply since all was shown"
            if health.failures or health.told:
                return f"{health.scope} counts as failed"
            if any(each.cursors.get(health.scope, health.entries) < health.entries for each in subscriptions):
                return f"not everybody was told of {health.scope}"
        if any(each.standing is not Standing.ACTIVE for each in subscriptions):
            return "a subscription is not active"
        return "something waits for delivery" if await store.outbox.waiting() else ""
