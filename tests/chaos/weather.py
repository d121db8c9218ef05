"""What goes on around the bot while it is killed: news, faults of Mondoo's and of Slack's, clocks that step."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Final

from bot.sandbox.mondoo import CursorKind, TieOrder, effects
from bot.sandbox.mondoo import Fault as MondooFault
from bot.sandbox.slack.faults import Fault, FaultKind

from .world import World

STEP: Final = timedelta(minutes=10)
_POST: Final = "chat.postMessage"
_METHODS: Final = (
    _POST,
    _POST,
    _POST,
    "conversations.history",
    "conversations.replies",
    "conversations.info",
    "files.getUploadURLExternal",
    "upload",
    "files.completeUploadExternal",
)
LATEST_S: Final = 1.6
"""Later than the bot waits for an answer, and before it looks for what may have been posted."""
_MISHAPS: Final[tuple[effects.Effect, ...]] = (
    effects.Reset(),
    effects.Hang(),
    effects.Cut(),
    effects.Cut(share=0.9, framing="chunked"),
    effects.Garbage(form="html"),
    effects.Garbage(form="json"),
    effects.Garbage(form="empty"),
    effects.Errors(),
    effects.Errors(data="kept"),
    effects.NullAuditlog(),
    effects.StuckCursor(),
    effects.EmptyPage(),
    effects.NullEdge(),
    effects.Status(status=429, retry_after_s=1),
    effects.Status(status=502),
)


class Weather:
    """Storms and calms, drawn from a seed; ``counts`` says what they held."""

    def __init__(self, world: World, seed: int, replicas: int) -> None:
        self._world = world
        self._replicas = replicas
        self._news = Random(f"{seed}/news")
        self._slack = Random(f"{seed}/slack")
        self._mondoo = Random(f"{seed}/mondoo")
        self._clocks = Random(f"{seed}/clocks")
        self._ahead = timedelta(0)
        self.counts: Counter[str] = Counter()
        cursors, ties = self._mondoo.choice(list(CursorKind)), self._mondoo.choice(list(TieOrder))
        world.sandbox.mondoo.configure(cursors=cursors, ties=ties)
        # Where ties are shuffled at each request, a second that fills a page cannot be told from its own repetition.
        # Where pages are small, most reads have so many that parts are read side by side.
        small = self._mondoo.choice(("10", "50"))
        world.settings["MONDOO_PAGE_SIZE"] = "100" if ties is TieOrder.SHUFFLED else small

    async def storm(self) -> None:
        """Go on until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._often(self._news, 1.2, self._something_happens))
            tasks.create_task(self._often(self._slack, 1.5, self._slack_fails))
            tasks.create_task(self._often(self._mondoo, 2.5, self._mondoo_fails))
            tasks.create_task(self._often(self._mondoo, 12, self._mondoo_is_down))
            tasks.create_task(self._often(self._clocks, 8, self._clock_steps))

    def calm(self) -> None:
        """Nothing fails any more, and clocks are as far as any has been: what is told of a time is not told again."""
        self._world.sandbox.slack.faults.clear()
        self._world.sandbox.mondoo.faults.clear()
        for replica in range(self._replicas):
            self._world.set_clock(self._ahead, replica)

    async def _often(self, draw: Random, mean_s: float, happen: Callable[[], None]) -> None:
        while True:
            await asyncio.sleep(draw.uniform(0.1, 2 * mean_s))
            happen()

    def _something_happens(self) -> None:
        if self._news.random() < 0.02:
            self.counts["bursts"] += 1
            for second in range(4):
                self._world.history.happen(20, ago=timedelta(seconds=second))
        else:
            self._world.history.anything()

    def _slack_fails(self) -> None:
        self.counts["faults of Slack's"] += 1
        kind = self._slack.choice([each for each in FaultKind if each is not FaultKind.DELAY])
        fault = Fault(
            self._slack.choice(_METHODS),
            kind,
            is_accepted=self._slack.random() < 0.6,
            times=self._slack.choice((1, 1, 2)),
            seconds=1 if kind is FaultKind.RATE_LIMITED else self._slack.uniform(0.2, LATEST_S),
        )
        self._world.sandbox.slack.faults.add(fault)
        self._world.note(f"Slack is to fail: {fault}")

    def _mondoo_fails(self) -> None:
        self.counts["faults of Mondoo's"] += 1
        mishap = self._mondoo.choice(_MISHAPS)
        self._world.sandbox.mondoo.inject(MondooFault(mishap, times=self._mondoo.randint(1, 3), probability=0.7))

    def _mondoo_is_down(self) -> None:
        """For a while it refuses everything, or takes long."""
        mondoo = self._world.sandbox.mondoo
        if self._mondoo.random() < 0.5:
            self.counts["times that Mondoo was down"] += 1
            number = mondoo.inject(MondooFault(effects.Status(status=503), times=None))
        else:
            self.counts["times that Mondoo was slow"] += 1
            number = mondoo.inject(MondooFault(effects.Latency(delay_s=0.5, jitter_s=0.4), times=None))
        asyncio.get_running_loop().call_later(self._mondoo.uniform(2, 6), mondoo.faults.clear, number)

    def _clock_steps(self) -> None:
        """A clock steps ten minutes back, or ahead again; now and then further ahead than any was, for good."""
        self.counts["clock steps"] += 1
        if self._clocks.random() < 0.15:
            self._ahead += STEP
        behind = self._clocks.choice((STEP, STEP, timedelta(0)))
        self._world.set_clock(self._ahead - behind, self._clocks.randrange(self._replicas))
