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

from benchmarks.programs import Program, running
from bot.sandbox.mondoo.effects import Hang
from bot.sandbox.mondoo.faults import Fault
from bot.sandbox.server import Sandbox, serve
from bot.sandbox.slack import Transport, cast

RATE: Final = 200
"""Commands a second."""
_SLICE: Final = timedelta(seconds=5)
_APPS: Final[Mapping[str, Sequence[str]]] = {"bare": ["-m", "benchmarks.bare"], "bot": ["-m", "bot", "run"]}


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
        """The 99th percentile of a typical five seconds: the machine's other work strikes single ones."""
        size = round(RATE * _SLICE.total_seconds())
        slices = [self.took_s[start : start + size] for start in range(0, len(self.took_s), size)]
        return median(quantiles(each, n=100)[-1] for each in slices if len(each) > size // 2 or len(slices) == 1)

    @property
    def worst_s(self) -> float:
        """The slowest of all."""
        return max(self.took_s)


async def measure(transport: Transport, span: timedelta) -> dict[str, Volley]:
    """The bare app's volley and the bot's, one after the other, each for so long."""
    return {name: await _volley(arguments, transport, span) for name, arguments in _APPS.items()}


async def _volley(arguments: Sequence[str], transport: Transport, span: timedelta) -> Volley:
    other = "SLACK_SIGNING_SECRET" if transport is Transport.SOCKET else "SLACK_APP_TOKEN"
    async with serve(port=0, page=False) as sandbox:
        sandbox.mondoo.inject(Fault(Hang(), times=None))
        sandbox.slack.settings.transport = transport
        sandbox.slack.settings.rate_factor = 0
        environment = {name: value for name, value in sandbox.environment.items() if name != other}
        with tempfile.TemporaryDirectory() as folder:
            async with running(arguments, environment, Path(folder)) as program:
                sandbox.slack.settings.request_url = f"{program.listening}/slack/events"
                return await _fire(sandbox, program, span)


async def _fire(sandbox: Sandbox, program: Program, span: timedelta) -> Volley:
    loop = asyncio.get_running_loop()
    owner = sandbox.slack.person(cast.OWNER)
    missed = 0

    async def ask(number: int) -> float:
        nonlocal missed
        outcome = await owner.type(cast.SECURITY_AUDIT, f"/mondoo-audit org=acme since=7d text=word{number}")
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
