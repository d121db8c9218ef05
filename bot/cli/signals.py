"""Being told to end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Final

_END_WITHIN: Final = timedelta(seconds=9.5)
"""A supervisor that asked the process to end commonly kills it after ten seconds."""


def on_signal(tell: Callable[[], None], *, at_once: Callable[[], None] = lambda: None) -> None:
    """Call ``tell`` in the running event loop at the first signal that asks the process to end.

    From then on it ends within ten seconds, whatever hangs, and immediately at a second signal; ``at_once`` is called
    just before either, for what must not be left behind.
    """
    loop = asyncio.get_running_loop()
    signals: list[int] = []

    def end(status: int) -> None:
        at_once()
        os._exit(status)

    def handle(number: int, _frame: FrameType | None) -> None:
        if signals:
            end(128 + number)
        signals.append(number)
        timer = threading.Timer(_END_WITHIN.total_seconds(), end, [0])
        timer.daemon = True
        timer.start()
        loop.call_soon_threadsafe(tell)

    names = ("SIGTERM", "SIGINT", "SIGHUP")  # the last is a terminal's end, which Windows does not tell of
    for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
        signal.signal(number, handle)
