"""What an operator's tools ask: is it alive, is it ready, what has it done; and the port that Slack's requests come to.

``/healthz`` answers 200 while the process makes progress and 503 when a restart would help. ``/readyz`` answers 200
while commands are taken. Both say in JSON what they found, with notes on what an operator should know although no
restart would mend it. ``/metrics`` is for Prometheus.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Final

from aiohttp import web

from bot.domain.errors import SettingsError
from bot.entrypoints.metrics import CONTENT_TYPE, Metrics

BEAT: Final = timedelta(seconds=1)
_STUCK: Final = timedelta(seconds=15)
"""After so long without a beat the event loop, which everything runs on, stands still."""
_LOST: Final = timedelta(minutes=3)
"""After so long without Slack, while it is to be connected, a new process has better chances than this one."""
_LAST_REQUESTS: Final = timedelta(seconds=1)


class Pulse:
    """Whether the process makes progress.

    Args:
        connected: Whether commands can come in now.
        elapsed: A clock in seconds that never goes back.
    """

    def __init__(self, connected: Callable[[], bool], elapsed: Callable[[], float] = monotonic) -> None:
        self._connected = connected
        self._elapsed = elapsed
        self._beaten_at = self._connected_at = elapsed()
        self.started = False
        self.stopping = False

    def beat(self) -> None:
        """Note that the event loop turns, and whether Slack is there."""
        self._beaten_at = self._elapsed()
        if self._connected() or not self.started:
            self._connected_at = self._beaten_at

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            self.beat()
            await asyncio.sleep(BEAT.total_seconds())

    def trouble(self) -> str:
        """Why a restart would help; empty where it would not."""
        silent, lost = self._elapsed() - self._beaten_at, self._elapsed() - self._connected_at
        if silent > _STUCK.total_seconds():
            return f"the event loop has not turned for {silent:.0f} seconds"
        if lost > _LOST.total_seconds() and not self.stopping:
            return f"no sign of Slack for {lost:.0f} seconds"
        return ""

    def unreadiness(self) -> str:
        """Why commands are not taken; empty where they are."""
        if self.stopping:
            return "stopping"
        if not self.started:
            return "starting"
        return self.trouble() or ("" if self._connected() else "not connected to Slack")


class HealthServer:
    """A web server on the bot's one port."""

    def __init__(
        self,
        pulse: Pulse,
        metrics: Metrics,
        routes: Sequence[web.RouteDef] = (),
        notes: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._pulse = pulse
        self._metrics = metrics
        app = web.Application()
        app.add_routes(
            [
                web.get("/healthz", _judged(pulse.trouble, notes)),
                web.get("/readyz", _judged(pulse.unreadiness, notes)),
                web.get("/metrics", self._exposition),
                *routes,
            ]
        )
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=_LAST_REQUESTS.total_seconds()
        )
        self._beating: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen, and return on what: the port that was free, if 0 was asked for.

        Raises:
            SettingsError: the port is taken, or not for us, or the address is none of this machine's.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise SettingsError(_refused(error, host, port)) from error
        self._beating = asyncio.create_task(self._pulse.run())
        address: tuple[str, int] = self._runner.addresses[0][:2]
        return address

    async def close(self) -> None:
        """Stop listening, once the requests under way have got their answer."""
        await self._runner.cleanup()
        if self._beating is not None:
            self._beating.cancel()
            with suppress(asyncio.CancelledError):
                await self._beating

    async def _exposition(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": CONTENT_TYPE})


def _judged(
    problem: Callable[[], str], notes: Callable[[], Sequence[str]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that answers 200, or 503 with the problem."""

    async def answer(_request: web.Request) -> web.Response:
        found = problem()
        answer = {"ok": not found, "reason": found or None, "notes": [*notes()]}
        return web.json_response(answer, status=503 if found else 200)

    return answer


def _refused(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} is taken: set PORT to another one, or to 0 for any that is free."
        case errno.EACCES:
            return f"Port {port} is not for ordinary users: set PORT to one above 1023."
        case errno.EADDRNOTAVAIL:
            return (
                f"{host} is no address of this machine: set LISTEN_HOST to one that is, such as 127.0.0.1 or 0.0.0.0."
            )
        case _:
            return f"The bot cannot listen on {host}, port {port}: {error.strerror}."
