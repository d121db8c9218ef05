"""Slash commands by the hundred while Mondoo hangs: how soon each is acknowledged, beside the least Bolt app."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from benchmarks.figures import Figure
from benchmarks.programs import Program, running
from bot.sandbox.mondoo.effects import Hang
from bot.sandbox.mondoo.faults import Fault
from bot.sandbox.server import Sandbox, serve
from bot.sandbox.slack import Transport, cast

RATE: Final = 200
"""Commands a second."""
_SLICE: Final = timedelta(seconds=5)
_STARTS: Final = 5
"""Of each app, of whose first commands the median tells: the machine's other work strikes single ones."""
_ASKING: Final = (cast.OWNER, cast.ADMIN)
"""Who asks, in turn: as many as may, since the bot bounds what one person asks at once."""
_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Volley:
    """How the commands of one app were acknowledged."""

    first_s: float
    """How long the first command after the start took."""
    took_s: Sequence[float]
    """The others', in the order in which they were sent."""
    missed: int
    """How many were not acknowledged within three seconds."""
    cpu_s: float
    """What the app used of the processor."""

    @property
    def p50_s(self) -> float:
        """The median."""
        return median(self.took_s)

    @property
    def p99_s(self) -> float:
        """The 99th percentile."""
        return quantiles(self.took_s, n=100)[-1]

    @property
    def typical_p99_s(self) -> float:
        """The 99th percentile of a typical five seconds: the machine's other work strikes single ones."""
        size = round(RATE * _SLICE.total_seconds())
        slices = [self.took_s[start : start + size] for start in range(0, len(self.took_s), size)]
        return median(quantiles(each, n=100)[-1] for each in slices if len(each) > size // 2 or len(slices) == 1)

    @property
    def worst_s(self) -> float:
        """The slowest of all."""
        return max(self.took_s)


async def figures(transport: Transport, span: timedelta) -> list[Figure]:
    """How soon the bot acknowledges for so long, beside the bare app for half as long."""
    bare, bot = await measure(transport, span / 2), await measure(transport, span, bare=False)
    starts = [
        (await measure(transport, timedelta()), await measure(transport, timedelta(), bare=False))
        for _ in range(_STARTS)
    ]
    first_of_bare, first_of_bot = (median(each.first_s for each in side) for side in zip(*starts, strict=True))
    name, app = f"{RATE} commands/s, {transport.value}", "a bare Bolt app"
    five = f"{_SLICE.total_seconds():g} s"
    return [
        Figure(f"{name}: not in 3 s", bot.missed, len(bot.took_s), "", "all", 0),
        Figure(f"{name}: 99th percentile", bot.p99_s * _MS, bare.p99_s * _MS, "ms", app, 1.5),
        Figure(f"{name}: of typical {five}", bot.typical_p99_s * _MS, bare.typical_p99_s * _MS, "ms", app, 1.5),
        Figure(f"{name}: the first", first_of_bot * _MS, first_of_bare * _MS, "ms", app, 1.5),
    ]


async def measure(transport: Transport, span: timedelta, *, bare: bool = True) -> Volley:
    """A volley of so long at the bare app, or at the bot."""
    async with serve(port=0, page=False) as sandbox:
        sandbox.mondoo.inject(Fault(Hang(), times=None))
        sandbox.slack.settings.rate_factor = 0
        with tempfile.TemporaryDirectory() as folder:
            arguments = ["-m", "benchmarks.bare"] if bare else ["-m", "bot", "run"]
            async with running(arguments, environment(sandbox, transport), Path(folder)) as program:
                sandbox.slack.settings.request_url = f"{program.listening}/slack/events"
                return await _fire(sandbox, program, span)


def environment(sandbox: Sandbox, transport: Transport) -> Mapping[str, str]:
    """What a bot is told to get its commands by one way alone, by which the sandbox then sends them."""
    sandbox.slack.settings.transport = transport
    other = "SLACK_SIGNING_SECRET" if transport is Transport.SOCKET else "SLACK_APP_TOKEN"
    return {name: value for name, value in sandbox.environment.items() if name != other}


async def _fire(sandbox: Sandbox, program: Program, span: timedelta) -> Volley:
    loop = asyncio.get_running_loop()
    people = [sandbox.slack.person(user) for user in _ASKING]
    missed = 0

    async def ask(number: int) -> float:
        nonlocal missed
        outcome = await people[number % len(people)].type(
            cast.SECURITY_AUDIT, f"/mondoo-audit org=acme since=7d text=word{number}"
        )
        missed += not outcome.ok
        return outcome.took.total_seconds()

    first = await ask(0)
    before = program.cpu()
    began = loop.time()
    asking = []
    for number in range(round(RATE * span.total_seconds())):
        await asyncio.sleep(began + number / RATE - loop.time())
        asking.append(asyncio.create_task(ask(number + 1)))
    took = await asyncio.gather(*asking)
    return Volley(first, took, missed, (program.cpu() - before).total_seconds())
