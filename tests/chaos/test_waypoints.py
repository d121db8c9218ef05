"""A bot that is killed at each waypoint loses nothing and repeats nothing."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from bot.waypoints import Waypoint

from .databases import SqliteFile
from .nursery import End, Nursery, open_nursery
from .situations import SITUATIONS
from .world import PATIENCE, World, open_world

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

_AT_ONCE = 6
"""Worlds that are struck at the same time: each spends most of its time waiting. As few are struck in vain where the
tests are shared out among processes."""


class Strikes:
    """A strike for each waypoint, some of them at the same time: whoever waits for one has the next ones begin."""

    def __init__(self, wanted: Sequence[Waypoint], strike: Callable[[Waypoint], Coroutine[None, None, None]]) -> None:
        self._wanted = wanted
        self._strike = strike
        self._begun: dict[Waypoint, asyncio.Task[None]] = {}

    async def at(self, waypoint: Waypoint) -> None:
        """What came of the strike at a waypoint."""
        place = self._wanted.index(waypoint)
        for each in self._wanted[place : place + _AT_ONCE]:
            if each not in self._begun:
                self._begun[each] = asyncio.create_task(self._strike(each))
        await self._begun[waypoint]

    async def end(self) -> None:
        """Break off what nobody waited for."""
        for task in self._begun.values():
            task.cancel()
        await asyncio.gather(*self._begun.values(), return_exceptions=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strikes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Strikes]:
    """Strikes at the waypoints that are asked for."""
    chosen = {item.callspec.params.get("waypoint") for item in request.session.items if hasattr(item, "callspec")}
    wanted = [each for each in Waypoint if each in chosen]
    async with open_nursery() as nursery:
        made = Strikes(wanted, lambda each: _strike(each, nursery, tmp_path_factory.mktemp(each.name.lower())))
        yield made
        await made.end()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("waypoint", Waypoint, ids=lambda each: each.name)
async def test_killed_at_a_waypoint_it_loses_nothing_and_repeats_nothing(waypoint: Waypoint, strikes: Strikes) -> None:
    await strikes.at(waypoint)


async def _strike(waypoint: Waypoint, nursery: Nursery, folder: Path) -> None:
    situation = SITUATIONS[waypoint]
    async with open_world(nursery, SqliteFile(folder / "bot.db"), folder, 1, situation.settings) as world:
        world.allowed |= situation.allowed
        await situation.before(world)
        await _end_there(world, waypoint)
        life = await world.start()
        if situation.after is not None:
            await situation.after(world)
        verdict = await world.delivered()
        assert not verdict.complaints, "\n".join([*verdict.complaints, *life.said])
        assert verdict.events, "there was nothing to tell"


async def _end_there(world: World, waypoint: Waypoint) -> None:
    life = await world.bear(End(waypoint))
    try:
        status = await life.ended(PATIENCE)
    except TimeoutError:
        pytest.fail(f"it never came to {waypoint.name}:\n{life.words()}")
    assert (status, life.died_at) == (-signal.SIGKILL, waypoint), life.words()
