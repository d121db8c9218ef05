"""How many requests to have under way at once: more while all goes well, half as many when the server is strained.

The rule is TCP's: slow start, additive increase, multiplicative decrease. Source: https://www.rfc-editor.org/rfc/rfc5681
"""

from __future__ import annotations

import time
from asyncio import Future, get_running_loop
from collections.abc import Awaitable, Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Final

from bot.adapters.mondoo.pages import Page
from bot.domain.errors import UpstreamError

FIRST: Final = 8
"""Requests at once, to begin with."""
MOST: Final = 16
ENOUGH: Final = 4
"""Requests at once to a server that answers before this machine has taken in the answer before."""
_TAKEN_IN_S: Final = 0.003
"""What it takes to take in a page: more at once than fit into the quickest answer's time would wait here instead."""
_SLOWER: Final = 3
"""How many times the quickest answer's time an answer takes where the server is strained."""
_UNREMARKABLE_S: Final = 0.2
"""What takes no longer than this tells nothing."""


class Pace:
    """Lets so many requests to one server run at once as it bears well.

    Args:
        elapsed: A clock in seconds that never goes back.
    """

    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed
        self._limit = float(FIRST)
        self._threshold = float(MOST)
        """Below it each good answer lets one more run; above, each round of them does."""
        self._running = 0
        self._waiting: list[tuple[float, int, Future[None]]] = []
        self._numbers = count()
        self._quickest_s = inf
        self._slow_in_a_row = 0
        """Answers: one may be slow by accident, or because this machine is busy; where all are, the server is."""
        self._slowed_at = float("-inf")

    @property
    def limit(self) -> int:
        """How many requests may run at once at present."""
        if self._quickest_s == inf:
            return int(self._limit)
        return int(min(self._limit, max(self._quickest_s / _TAKEN_IN_S, ENOUGH)))

    async def keep(self, ask: Callable[[], Awaitable[Page]], *, following: float = inf) -> Page:
        """What is asked for, asked when it is its turn.

        Args:
            ask: Asks.
            following: Pages that can only be asked for after this one. Where most follow it is soonest the turn, so
                that all that is read side by side ends together.

        Raises:
            UpstreamError: asking raised it.
        """
        await self._turn(following)
        began = self._elapsed()
        try:
            page = await ask()
        except UpstreamError:
            self._slow_down(began)
            raise
        else:
            is_slow = self._is_slow(began)
            if page.strained or self._slow_in_a_row >= self.limit:
                self._slow_down(began)
            elif self._waiting and not is_slow:
                more = 1 if self._limit < self._threshold else 1 / self._limit
                self._limit = min(self._limit + more, MOST)
            return page
        finally:
            self._running -= 1
            self._call_next()

    async def _turn(self, following: float) -> None:
        if self._running < self.limit and not self._waiting:
            self._running += 1
            return
        turn: Future[None] = get_running_loop().create_future()
        heappush(self._waiting, (-following, next(self._numbers), turn))
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self._running -= 1
                self._call_next()
            raise

    def _call_next(self) -> None:
        while self._waiting and self._running < self.limit:
            _, _, turn = heappop(self._waiting)
            if not turn.done():
                self._running += 1
                turn.set_result(None)

    def _is_slow(self, began: float) -> bool:
        took = self._elapsed() - began
        self._quickest_s = min(self._quickest_s, took)
        is_slow = took > max(_SLOWER * self._quickest_s, _UNREMARKABLE_S)
        if began >= self._slowed_at:
            self._slow_in_a_row = self._slow_in_a_row + 1 if is_slow else 0
        return is_slow

    def _slow_down(self, began: float) -> None:
        """Halve the limit, once for all the requests that were under way together."""
        if began >= self._slowed_at:
            self._limit = self._threshold = max(self._limit / 2, 1)
            self._slowed_at = self._elapsed()
            self._slow_in_a_row = 0
