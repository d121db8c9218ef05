"""An event loop under a virtual clock: it jumps to the next timer instead of waiting for it."""

from __future__ import annotations

import asyncio
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from typing import Any, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(slots=True)
class Machine:
    """What a process runs on: it can be stopped for a while, as by SIGSTOP, and then goes on where it was."""

    stopped_until_s: float = 0.0


MACHINE: ContextVar[Machine | None] = ContextVar("machine", default=None)
"""Whose code is running; None for that of the world outside."""


class Callback(asyncio.TimerHandle):
    """Something to be called in its context, unless it is cancelled before. Of its parent it is no more than a kind."""

    __slots__ = ("call", "context", "is_off", "when_s")

    def __init__(self, when_s: float, call: Callable[[], object], context: Context) -> None:
        self.when_s = when_s
        self.call = call
        self.context = context
        self.is_off = False

    def cancel(self) -> None:
        self.is_off = True

    def when(self) -> float:
        return self.when_s

    def cancelled(self) -> bool:
        return self.is_off


class VirtualLoop(asyncio.BaseEventLoop):
    """As much of asyncio's event loop as code without I/O needs: tasks, futures, timers, and time-outs.

    ``time()`` is in seconds from 0. The same program runs the same way, always: callbacks run in the order in which
    they were asked for, timers in the order of their times. What belongs to a stopped machine waits until that goes
    on; then its timers come before its answers, as in a real loop that finds both after a stop.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._soon: deque[Callback] = deque()
        self._timers: list[tuple[float, int, int, Callback]] = []
        self._count = 0
        self._troubles: list[BaseException] = []

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns; the loop has done its work then.

        Raises:
            RuntimeError: it waits for something that never comes.
        """
        events._set_running_loop(self)  # noqa: SLF001 — what a loop has to do, says its documentation
        try:
            task: asyncio.Task[T] = self.create_task(main)
            while not task.done():
                self._step()
            if self._troubles:
                raise self._troubles[0]
            return task.result()
        finally:
            events._set_running_loop(None)  # noqa: SLF001 — likewise
            self.close()

    def _step(self) -> None:
        if self._soon:
            callback, rank = self._soon.popleft(), 1
        elif self._timers:
            when_s, rank, _, callback = heappop(self._timers)
            if callback.is_off:
                return
            self._now_s = max(self._now_s, when_s)
        else:
            raise RuntimeError("nothing is left that could happen")
        machine = callback.context.get(MACHINE)
        if machine is not None and machine.stopped_until_s > self._now_s:
            self._push(machine.stopped_until_s, rank, callback)
        elif not callback.is_off:
            callback.context.run(callback.call)

    def _push(self, when_s: float, rank: int, callback: Callback) -> None:
        self._count += 1
        heappush(self._timers, (when_s, rank, self._count, callback))

    def time(self) -> float:
        return self._now_s

    def call_soon(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        handle = Callback(self._now_s, partial(callback, *args), copy_context() if context is None else context)
        self._soon.append(handle)
        return handle

    def call_at(
        self, when: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = Callback(when, partial(callback, *args), copy_context() if context is None else context)
        self._push(when, 0, handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now_s + delay, callback, *args, context=context)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self._troubles.append(context.get("exception") or RuntimeError(context["message"]))

    async def pause(self, seconds: float) -> None:
        """Let virtual time pass."""
        future = self.create_future()
        self.call_at(self._now_s + seconds, _wake, future)
        await future


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
