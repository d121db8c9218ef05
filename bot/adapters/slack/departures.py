"""The last moment at which a request may still be held back: when its first byte is about to leave.

A process can be stopped for longer than its claim on what it sends lasts, and wake up in the middle of sending it. So
the age of an attempt is looked at when a connection is there and nothing is written to it; and whether that moment was
passed tells what certainly was not sent from what may have been.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import timedelta
from types import SimpleNamespace
from typing import Final

import aiohttp

from bot.ports import Clock


class TooLate(aiohttp.ClientError):
    """The attempt is older than it may be; nothing of the request was sent."""


class Departure:
    """An attempt of one or more requests, none of which leaves once the attempt is older than ``timeout`` for each.

    Its age is the longer of two: a monotonic clock may stand still while the machine sleeps, the other may be set back.
    """

    def __init__(self, clock: Clock, timeout: timedelta, requests: int = 1) -> None:
        self._clock = clock
        self._timeout = timeout
        self._allowed = timeout * requests
        self._began = clock.now()
        self._began_s = time.monotonic()
        self.has_left = False
        """Whether the request that is under way, or was last, may have reached anybody."""

    @asynccontextmanager
    async def leaving(self) -> AsyncGenerator[None]:
        """Hold the request made inside to this departure, and give it no more than its time.

        Raises:
            TimeoutError: it took longer.
        """
        self.has_left = False
        token = _under_way.set(self)
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                yield
        finally:
            _under_way.reset(token)

    def leave(self) -> None:
        """Note that a request leaves now.

        Raises:
            TooLate: it must not.
        """
        if self.age > self._allowed:
            raise TooLate("The attempt was held up for too long.")
        self.has_left = True

    @property
    def age(self) -> timedelta:
        """How long ago the attempt began."""
        return max(self._clock.now() - self._began, timedelta(seconds=time.monotonic() - self._began_s))


_under_way: Final[ContextVar[Departure | None]] = ContextVar("departure", default=None)


async def _before_the_headers(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    departure = _under_way.get()
    if departure is not None:
        departure.leave()


GATE: Final = aiohttp.TraceConfig()
"""What a session has to be opened with for departures to be held back."""
# Despite its name the signal is sent before the headers are written, and what it raises closes the connection.
GATE.on_request_headers_sent.append(_before_the_headers)
