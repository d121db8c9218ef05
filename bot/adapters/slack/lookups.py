"""Answers worth remembering for a while, looked up once however many ask at the same time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.ports import Clock

Key = TypeVar("Key")
Value = TypeVar("Value")


class Lookups(Generic[Key, Value]):
    """Remembers up to ``capacity`` answers, each for ``keep``; a failure is not remembered.

    Those who ask for one key at the same time share one look-up, and one of them who gives up does not end it for
    the others.
    """

    def __init__(
        self,
        look_up: Callable[[Key], Awaitable[Value]],
        clock: Clock,
        *,
        keep: timedelta = timedelta(seconds=60),
        capacity: int = 1000,
    ) -> None:
        self._look_up = look_up
        self._clock = clock
        self._keep = keep
        self._capacity = capacity
        self._known: OrderedDict[Key, tuple[datetime, Value]] = OrderedDict()
        self._asking: dict[Key, asyncio.Task[Value]] = {}

    async def get(self, key: Key) -> Value:
        """The answer for a key, remembered or looked up; raises what the look-up raises."""
        if (known := self._known.get(key)) is not None and _is_fresh(self._clock.now() - known[0], self._keep):
            return known[1]
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask(key))
            task.add_done_callback(_retrieve)
        return await asyncio.shield(task)

    async def _ask(self, key: Key) -> Value:
        try:
            value = await self._look_up(key)
        finally:
            del self._asking[key]
        self._known[key] = (self._clock.now(), value)
        self._known.move_to_end(key)
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return value


def _retrieve(task: asyncio.Task[Value]) -> None:
    """Look at how a task ended: its failure is nobody's where all who asked have gone."""
    if not task.cancelled():
        task.exception()


def _is_fresh(age: timedelta, keep: timedelta) -> bool:
    """Whether an answer still counts; none of the future does, since then the clock was set back."""
    return timedelta(0) <= age < keep
