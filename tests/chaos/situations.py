"""How each waypoint comes about: what has to happen before a life that is to end there, and what after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.sandbox.mondoo import Fault as MondooFault
from bot.sandbox.mondoo.effects import Status
from bot.sandbox.slack import cast
from bot.sandbox.slack.faults import Fault, FaultKind
from bot.waypoints import Waypoint

from .history import ORGANIZATION, OWNER_ADDED, VIEWER_ADDED
from .world import ALERTS, PATIENCE, World

Act = Callable[[World], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Situation:
    """What leads to a waypoint, and out of it."""

    before: Act
    after: Act | None = None
    """With the next life at work; None where it needs no help."""
    settings: Mapping[str, str] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()
    """What Slack refuses in it."""


async def _watched(world: World) -> None:
    """An earlier life has begun to watch; nothing has been read."""
    life = await world.start()
    await life.kill()


async def _news(world: World) -> None:
    await _watched(world)
    world.history.happen(3, deed=OWNER_ADDED)


async def _twins(world: World) -> None:
    await _watched(world)
    world.history.happen(2, deed=OWNER_ADDED, twins=2)


async def _more_than_a_thread_holds(world: World) -> None:
    await _watched(world)
    world.history.happen(70, deed=OWNER_ADDED)


async def _more_than_is_held_in_memory(world: World) -> None:
    await _watched(world)
    world.history.happen(2_100, mrn=ORGANIZATION, deed=OWNER_ADDED)


async def _mondoo_down(world: World) -> None:
    await _news(world)
    world.sandbox.mondoo.inject(MondooFault(Status(status=503), times=None))


async def _mondoo_up(world: World) -> None:
    world.sandbox.mondoo.faults.clear()


async def _answer_swallowed(world: World) -> None:
    await _news(world)
    world.sandbox.slack.faults.add(Fault("chat.postMessage", FaultKind.HANG, is_accepted=True))


async def _channel_archived(world: World) -> None:
    await _news(world)
    workspace = world.sandbox.slack.workspace
    workspace.put_channel(workspace.channels[ALERTS].archived())


async def _channel_back(world: World) -> None:
    """The owner is told, brings the channel back and resumes the subscription."""
    workspace = world.sandbox.slack.workspace

    def is_told() -> bool:
        told = workspace.direct_channel(cast.OWNER)
        return told is not None and any(workspace.messages(told.id, cast.OWNER))

    assert await workspace.changes.until(is_told, PATIENCE), world.lives[-1].words()
    workspace.put_channel(workspace.channels[ALERTS].archived(is_archived=False))
    outcome = await world.sandbox.slack.person(cast.OWNER).type(ALERTS, "/mondoo-audit resume 2")
    assert outcome.ok, outcome


async def _nothing(_world: World) -> None:
    """The first life of all is the one to end."""


async def _something(world: World) -> None:
    world.history.happen(3, deed=OWNER_ADDED)


async def _old_news_told(world: World) -> None:
    # Nobody is alerted of what a backfill finds.
    world.history.arrive(5, world.sandbox.mondoo.now - timedelta(hours=30), deed=VIEWER_ADDED)
    life = await world.start()
    verdict = await world.delivered()
    assert not verdict.complaints, "\n".join([*verdict.complaints, *life.said])
    await life.kill()


_PLAIN: Final = Situation(_news)
_SPECIAL: Final = {
    Waypoint.EVENTS_STAGED: Situation(_more_than_is_held_in_memory, settings={"MONDOO_PAGE_SIZE": "100"}),
    Waypoint.TWINS_VERIFIED: Situation(_twins),
    Waypoint.FAILURE_RECORDED: Situation(_mondoo_down, _mondoo_up),
    Waypoint.NOTICE_FILED: Situation(_mondoo_down, _mondoo_up, {"FAILURES_BEFORE_NOTICE": "1"}),
    Waypoint.FILE_UPLOADED: Situation(_more_than_a_thread_holds),
    Waypoint.LOOKED_UP: Situation(_answer_swallowed),
    Waypoint.SUBSCRIPTION_PAUSED: Situation(_channel_archived, _channel_back, allowed=frozenset({"is_archived"})),
    Waypoint.SUBSCRIPTION_SAVED: Situation(_nothing, _something),
    Waypoint.EVENTS_PRUNED: Situation(
        _old_news_told, _something, {"COLLECT_BACKFILL": "2d", "COLLECT_RETENTION": "25h"}
    ),
}
SITUATIONS: Final[Mapping[Waypoint, Situation]] = {each: _SPECIAL.get(each, _PLAIN) for each in Waypoint}
