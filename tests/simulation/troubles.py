"""Trouble that comes from outside: machines, clocks, Mondoo and Slack, one or another every minute or so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

from bot.domain.access import ChannelId
from bot.domain.subscriptions import Standing
from bot.ports import Subscriptions
from bot.waypoints import Waypoint

from .loop import VirtualLoop
from .mondoo import FakeLog
from .replicas import Replica, SteppedClock
from .slack import FakeSlack
from .weather import Fault, Weather

STEP = timedelta(minutes=10)


class Trouble:
    """Whoever makes it, as long as the weather allows."""

    def __init__(  # noqa: PLR0913 — whom it may concern, by name
        self,
        *,
        loop: VirtualLoop,
        rng: Random,
        weather: Weather,
        log: FakeLog,
        slack: FakeSlack,
        subscriptions: Subscriptions,
        store_clock: SteppedClock,
        replicas: Sequence[Replica],
        channels: Sequence[ChannelId],
        die_at: Sequence[Waypoint],
    ) -> None:
        self._loop = loop
        self._rng = rng
        self._weather = weather
        self._log = log
        self._slack = slack
        self._subscriptions = subscriptions
        self._store_clock = store_clock
        self._replicas = replicas
        self._channels = channels
        self._die_at = die_at

    async def run(self) -> None:
        """Make trouble of those kinds that come from outside, now and then."""
        troubles: dict[Fault, Callable[[], None]] = {
            Fault.CRASH_AT_WAYPOINT: self._doom,
            Fault.CRASH: self._kill_someone,
            Fault.STOPPED: self._stop_someone,
            Fault.CLOCK_STEP: lambda: self._set(self._someone().clock),
            Fault.STORE_CLOCK_STEP: lambda: self._set(self._store_clock),
            Fault.LOG_DOWN: self._close_the_log,
            Fault.CHANNEL_GONE: lambda: self._close(self._slack.gone_until_s),
            Fault.CHANNEL_SHARED: lambda: self._close(self._slack.shared_until_s),
            Fault.TOKEN_REVOKED: self._revoke,
            Fault.SERVER_UPGRADED: self._upgrade,
        }
        kinds = [*troubles, Fault.CRASH_AT_WAYPOINT, Fault.CRASH_AT_WAYPOINT, Fault.STOPPED, Fault.PAUSED_BY_HAND]
        while True:
            await self._loop.pause(self._rng.expovariate(1 / 40))
            fault = self._rng.choice(kinds)
            if not self._weather.allows(fault):
                continue
            if fault is Fault.PAUSED_BY_HAND:
                subscription = self._rng.choice(await self._subscriptions.all())
                await self._subscriptions.set_standing(subscription.id, Standing.PAUSED, "by hand")
            else:
                troubles[fault]()

    def _someone(self) -> Replica:
        return self._rng.choice(self._replicas)

    def _later_s(self) -> float:
        return self._loop.time() + self._rng.uniform(10, 400)

    def _doom(self) -> None:
        self._someone().process.dies_at = self._rng.choice(self._die_at)

    def _kill_someone(self) -> None:
        self._someone().process.die()

    def _stop_someone(self) -> None:
        self._someone().process.stopped_until_s = self._loop.time() + self._rng.uniform(1, 240)

    def _set(self, clock: SteppedClock) -> None:
        clock.offset = self._rng.choice((-STEP, timedelta(0), STEP))

    def _close_the_log(self) -> None:
        self._log.down_until_s = self._later_s() + self._rng.uniform(0, 400)

    def _close(self, until_s: dict[ChannelId, float]) -> None:
        until_s[self._rng.choice(self._channels)] = self._later_s()

    def _revoke(self) -> None:
        self._slack.revoked_until_s = self._later_s()

    def _upgrade(self) -> None:
        self._log.upgraded_s = self._log.upgraded_s or self._loop.time()
