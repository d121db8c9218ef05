"""A bot that is killed at each waypoint loses nothing and repeats nothing."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Mapping
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
"""Worlds that are struck at the same time: each spends most of its time waiting."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strikes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Waypoint, asyncio.Task[None]]:
    """What became of each strike that is asked for; all of them are over."""
    chosen = {item.nodeid for item in request.session.items}
    wanted = [each for each in Waypoint if any(nodeid.endswith(f"[{each.name}]") for nodeid in chosen)]
    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(strike: Awaitable[None]) -> None:
        async with turns:
            await strike

    async with open_nursery() as nursery:
        tasks = {
            each: asyncio.create_task(in_turn(_strike(each, nursery, tmp_path_factory.mktemp(each.name.lower()))))
            for each in wanted
        }
        await asyncio.wait(tasks.values())
    return tasks


@pytest.mark.parametrize("waypoint", Waypoint, ids=lambda each: each.name)
def test_killed_at_a_waypoint_it_loses_nothing_and_repeats_nothing(
    waypoint: Waypoint, strikes: Mapping[Waypoint, asyncio.Task[None]]
) -> None:
    strikes[waypoint].result()


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
