"""A campaign: rounds of storms in which lives of the bot are ended all the time, each with a calm in which to judge."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from time import monotonic
from typing import Final

from bot.waypoints import Waypoint

from .nursery import End, Life
from .oracle import Verdict
from .weather import LATEST_S, Weather
from .world import World

_KILLS_IN_A_STORM: Final = 40
_CALM_WITHIN: Final = timedelta(minutes=4)
_RARE: Final = {Waypoint.STORE_MIGRATED, Waypoint.EVENTS_PRUNED, Waypoint.EVENTS_STAGED, Waypoint.SUBSCRIPTION_PAUSED}
"""Passed at each start, or never in a storm."""
_WAYPOINTS: Final = tuple(each for each in Waypoint if each not in _RARE)


@dataclass(slots=True)
class Figures:
    """What a campaign did, and what came of it."""

    random_kills: int = 0
    waypoint_kills: Counter[Waypoint] = field(default_factory=Counter)
    restarts: int = 0
    stops: int = 0
    rounds: int = 0
    longest_calm_s: float = 0
    took_s: float = 0
    events: int = 0
    around: Counter[str] = field(default_factory=Counter)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def kills(self) -> int:
        """All ends by SIGKILL."""
        return self.random_kills + self.waypoint_kills.total()

    def lines(self) -> list[str]:
        """The figures in words."""
        at = ", ".join(f"{each.name} {self.waypoint_kills[each]}" for each in Waypoint if self.waypoint_kills[each])
        around = ", ".join(f"{count} {what}" for what, count in sorted(self.around.items()))
        told = self.verdict
        kills = f"{self.kills} kills in {self.rounds} storms: {self.random_kills} at random moments"
        posted = f"{told.parcels} digests, alerts and notices in {told.posted} messages and files"
        judged = f"losses {told.lost.total()}, repeats {told.surplus.total()}, labelled repeats {told.labelled}"
        calm = f"the longest calm until all was delivered took {self.longest_calm_s:.0f} s"
        return [
            f"{kills}, {self.waypoint_kills.total()} at {len(self.waypoint_kills)} waypoints ({at})",
            f"{self.restarts} restarts by SIGTERM, {self.stops} times held by SIGSTOP, {around}",
            f"{self.events} events in Mondoo, {told.events} to tell; {posted}",
            f"{judged}, other complaints {len(told.complaints)}",
            f"{self.took_s:.0f} s in all; {calm}",
        ]


class Campaign:
    """Strikes the bot, in one process or several, until it was killed so many times."""

    def __init__(self, world: World, seed: int, kills: int, replicas: int) -> None:
        self._world = world
        self._kills = kills
        self._replicas = replicas
        self._weather = Weather(world, seed, replicas)
        self._draws = [Random(f"{seed}/lives/{replica}") for replica in range(replicas)]
        self.figures = Figures(around=self._weather.counts)

    async def run(self) -> Figures:
        """The figures, once all is over or the oracle complains.

        Raises:
            AssertionError: the bot ended though nobody had ended it.
        """
        began = monotonic()
        lives = [await self._world.start(replica=replica) for replica in range(self._replicas)]
        for life in lives:
            await life.kill()
        figures = self.figures
        while figures.kills < self._kills and not figures.verdict.complaints:
            await self._storm(min(self._kills, figures.kills + _KILLS_IN_A_STORM))
            figures.verdict = await self._calm()
            figures.rounds += 1
        if not figures.verdict.complaints:
            await asyncio.sleep(LATEST_S)  # what Slack takes late would be a repeat now
            figures.verdict = self._world.verdict()
        figures.took_s = monotonic() - began
        figures.events = self._world.history.happened
        return figures

    async def _storm(self, until: int) -> None:
        weather = asyncio.create_task(self._weather.storm())
        try:
            async with asyncio.TaskGroup() as tasks:
                for replica in range(self._replicas):
                    tasks.create_task(self._live_and_die(replica, until))
        finally:
            weather.cancel()
            with suppress(asyncio.CancelledError):
                await weather

    async def _calm(self) -> Verdict:
        self._weather.calm()
        began = monotonic()
        lives = [await self._world.start(replica=replica) for replica in range(self._replicas)]
        verdict = await self._world.delivered(_CALM_WITHIN)
        self.figures.longest_calm_s = max(self.figures.longest_calm_s, monotonic() - began)
        for life in lives:
            assert life.is_alive, f"it ended with {life.status}:\n{life.words()}"
            assert await life.stop() == 0, life.words()
        return verdict

    async def _live_and_die(self, replica: int, until: int) -> None:
        draw, figures = self._draws[replica], self.figures
        while figures.kills < until:
            end = draw.choice(
                (None, End(draw.choice(_WAYPOINTS), draw.choice((1, 1, 2))), End(None, draw.randint(1, 30)))
            )
            span = draw.choice((draw.uniform(0, 0.4), draw.uniform(0, 1), draw.uniform(0.5, 2.5)))
            if end is not None:
                span = draw.uniform(1, 2.5)
            way = draw.random()
            life = await self._world.bear(end, replica)
            if draw.random() < 0.9:
                await life.ready()  # else it may be killed while it starts
            await self._outlive(life, span)
            if life.is_alive and way < 0.06:
                await self._hold(life, draw)
            if life.is_alive and way > 0.9:
                life.send(signal.SIGTERM)
                figures.restarts += 1
            else:
                life.send(signal.SIGKILL)
            self._note(life, await life.ended())

    async def _hold(self, life: Life, draw: Random) -> None:
        """Let time pass it by; with replicas for longer than any of its leases lasts."""
        self.figures.stops += 1
        self._world.note(f"life {life.number} is held")
        life.send(signal.SIGSTOP)
        await asyncio.sleep(draw.uniform(6.5, 9) if self._replicas > 1 else draw.uniform(1, 3))
        life.send(signal.SIGCONT)
        self._world.note(f"life {life.number} goes on")
        await self._outlive(life, draw.uniform(0.5, 3))

    async def _outlive(self, life: Life, span_s: float) -> None:
        with suppress(TimeoutError):
            await life.ended(timedelta(seconds=span_s))

    def _note(self, life: Life, status: int) -> None:
        self._world.note(f"life {life.number} has ended with {status}, by itself at {life.died_at}")
        if status == -signal.SIGKILL:
            if life.died_at is None:
                self.figures.random_kills += 1
            else:
                self.figures.waypoint_kills[life.died_at] += 1
        assert status in {-signal.SIGKILL, -signal.SIGTERM, 0}, f"it ended with {status}:\n{life.words()}"
