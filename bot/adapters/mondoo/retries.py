"""When to ask again, and after how long: full-jitter backoff within a time budget.

The wait before the n-th retry is drawn evenly from 0 to ``min(longest, first * 2**n)``, and is never shorter than the
service asked for. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.adapters.mondoo.faults import Garbled
from bot.domain.errors import RateLimited, Unavailable


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one page may take until its last attempt begins, all earlier attempts and waits included."""

    budget: timedelta = timedelta(seconds=60)
    first: timedelta = timedelta(milliseconds=500)
    """The most to wait before the first retry."""
    longest: timedelta = timedelta(seconds=15)
    """The most to wait before any, unless the service asks for more."""


class Backoff:
    """Decides, error by error, whether one page is worth another attempt: a backoff hook for stamina.

    Args:
        patience: The budget, which begins now.
        elapsed: A clock in seconds that never goes back.
        draw: Gives a number between two others.
    """

    def __init__(
        self,
        patience: Patience,
        elapsed: Callable[[], float] = time.monotonic,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._patience = patience
        self._elapsed = elapsed
        self._draw = draw
        self._end = elapsed() + patience.budget.total_seconds()
        self._ceiling = patience.first
        self.strained = False
        """Whether the service asked for fewer requests, or for a pause."""

    def __call__(self, error: Exception) -> bool | timedelta:
        """How long to wait before the next attempt; False where there should be none."""
        if not isinstance(error, Unavailable | Garbled):
            return False
        wait = timedelta(seconds=self._draw(0.0, self._ceiling.total_seconds()))
        self._ceiling = min(self._ceiling * 2, self._patience.longest)
        if isinstance(error, Unavailable) and error.retry_after is not None:
            wait = max(wait, error.retry_after)
            self.strained = True
        self.strained = self.strained or isinstance(error, RateLimited)
        return wait if self._elapsed() + wait.total_seconds() < self._end else False
