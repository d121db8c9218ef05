"""What is running for somebody, so that a stop finishes it or tells them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

Farewell = Callable[[], Awaitable[None]]
"""Tells the person that their request will not be answered. Must not raise."""

LAST_WORDS: Final = timedelta(seconds=2)
"""What of a drain's time is kept for the farewells."""


class InFlight:
    """The requests that are being answered.

    Nothing in Slack's libraries waits for running listeners at the end of a process: this does.
    """

    def __init__(self) -> None:
        self._running: dict[asyncio.Task[object], Farewell] = {}
        self._draining = False

    def __len__(self) -> int:
        return len(self._running)

    @property
    def draining(self) -> bool:
        """Whether the process is about to end: what comes now is not taken on."""
        return self._draining

    @asynccontextmanager
    async def track(self, farewell: Farewell) -> AsyncGenerator[None]:
        """The present task counts as answering somebody; ``farewell`` is for when it has to be given up."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be tracked")
        self._running[task] = farewell
        try:
            yield
        finally:
            del self._running[task]

    async def settled(self) -> None:
        """Return once nothing is running."""
        while self._running:
            await asyncio.wait(self._running)

    async def drain(self, timeout: timedelta) -> int:  # noqa: ASYNC109 — who is given up is told, within the time
        """Wait for all that is running, and return how many had to be given up.

        Those still running shortly before the time is up are cancelled, and the people they work for are told.
        Returns in time, whatever they do.
        """
        self._draining = True
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout.total_seconds()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.settled(), (timeout - LAST_WORDS).total_seconds())
        given_up = dict(self._running)
        for task in given_up:
            task.cancel()
        farewells = [asyncio.ensure_future(farewell()) for farewell in given_up.values()]
        if farewells:
            _, late = await asyncio.wait([*given_up, *farewells], timeout=max(0.0, end - loop.time()))
            for task in late:
                task.cancel()
        return len(given_up)
