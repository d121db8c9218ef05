"""An event loop under a virtual clock: it jumps to the next timer instead of waiting for it."""

from __future__ import annotations

import asyncio
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Machine:
    """What a process runs on: it can be stopped for a while, as by SIGSTOP, and then goes on where it was."""

    stopped_until_s: float = 0.0


MACHINE: ContextVar[Machine | None] = ContextVar("machine", default=None)
"""Whose code is running; None for that of the world outside."""


class Callback:
    """Something to be called, unless it is cancelled before."""

    __slots__ = ("_args", "_call", "cancelled", "context", "when_s")

    def __init__(self, call: Callable[..., object], args: tuple[object, ...], context: Context, when_s: float) -> None:
        self._call = call
        self._args = args
        self.context = context
        self.when_s = when_s
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def when(self) -> float:
        return self.when_s

    def run(self) -> None:
        self.context.run(self._call, *self._args)


class VirtualLoop(asyncio.AbstractEventLoop):
    """As much of asyncio's event loop as code without I/O needs: tasks, futures, timers, and time-outs.

    ``time()`` is in seconds from 0. The same program runs the same way, always: callbacks run in the order in which
    they were asked for, timers in the order of their times. What belongs to a stopped machine waits until that goes
    on; then its timers come before its answers, as in a real loop that finds both after a stop.
    """

    def __init__(self) -> None:
        self._now_s = 0.0
        self._ready: deque[Callback] = deque()
        self._timers: list[tuple[float, int, int, Callback]] = []
        self._count = 0
        self._troubles: list[BaseException] = []

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns.

        Raises:
            RuntimeError: it waits for something that never comes.
        """
        events._set_running_loop(self)  # noqa: SLF001 — what a loop has to do, says its documentation
        try:
            task = self.create_task(main)
            while not task.done():
                self._step()
            if self._troubles:
                raise self._troubles[0]
            return task.result()
        finally:
            events._set_running_loop(None)  # noqa: SLF001 — likewise

    def _step(self) -> None:
        if self._ready:
            callback, rank = self._ready.popleft(), 1
        elif self._timers:
            when_s, rank, _, callback = heappop(self._timers)
            if callback.cancelled:
                return
            self._now_s = max(self._now_s, when_s)
        else:
            raise RuntimeError("nothing is left that could happen")
        machine = callback.context.get(MACHINE)
        if machine is not None and machine.stopped_until_s > self._now_s:
            self._push(machine.stopped_until_s, rank, callback)
        elif not callback.cancelled:
            callback.run()

    def _push(self, when_s: float, rank: int, callback: Callback) -> None:
        self._count += 1
        heappush(self._timers, (when_s, rank, self._count, callback))

    def time(self) -> float:
        return self._now_s

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Any:
        handle = Callback(callback, args, context or copy_context(), self._now_s)
        self._ready.append(handle)
        return handle

    def call_at(self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Any:
        handle = Callback(callback, args, context or copy_context(), when)
        self._push(when, 0, handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_at(self._now_s + delay, callback, *args, context=context)

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self._troubles.append(context.get("exception") or RuntimeError(context["message"]))

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    async def pause(self, seconds: float) -> None:
        """Let virtual time pass."""
        future = self.create_future()
        self.call_at(self._now_s + seconds, _wake, future)
        await future


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
