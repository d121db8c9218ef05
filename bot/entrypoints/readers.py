"""The reading of scopes: what is due is found at each look, and read by as many at once as there are readers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine
from datetime import timedelta
from random import randrange

import structlog

from bot.domain.digests import ScopeHealth
from bot.domain.scopes import Scope
from bot.ports import Agenda, Clock
from bot.services.collect import Collected, Collector
from bot.services.poll import due

log = structlog.get_logger()


class Readers:
    """Reads what is due, each scope once at a time; slow ones hold nobody else up.

    ``interval`` is how old a scope's last read may get, ``at_once`` how many are read side by side. ``start`` has a
    read done beside whoever calls it; ``ended`` counts one: how it ended, and how many events were new.
    """

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        agenda: Agenda,
        collector: Collector,
        clock: Clock,
        interval: timedelta,
        at_once: int,
        start: Callable[[Scope, Coroutine[None, None, None]], None],
        ended: Callable[[str, int], None],
    ) -> None:
        self._agenda = agenda
        self._collector = collector
        self._clock = clock
        self._interval = interval
        self._at_once = at_once
        self._start = start
        self._ended = ended
        self._due: deque[ScopeHealth] = deque()
        self._reading: set[Scope] = set()
        self._stopping = False

    async def look(self) -> None:
        """See what is due, and begin to read it as far as there are readers.

        Raises:
            StoreError: the store cannot be used.
        """
        self._due = deque(await due(self._agenda, self._clock.now(), self._interval))
        self._read_on()

    def stop(self) -> None:
        """Begin no other read."""
        self._stopping = True

    def _read_on(self) -> None:
        """Give each free reader the next of what is due; one that ends goes on by itself, whatever the tick."""
        while self._due and len(self._reading) < self._at_once and not self._stopping:
            source = self._due.popleft()
            if source.scope not in self._reading:
                self._reading.add(source.scope)
                self._start(source.scope, self._read(source))

    async def _read(self, source: ScopeHealth) -> None:
        collected = None
        try:
            collected = await self._collector.collect(source)
        finally:
            if collected is None:  # perhaps others go through the same list: each goes on somewhere else
                self._due.rotate(randrange(len(self._due) + 1))  # noqa: S311 — an order, not a secret
            self._reading.discard(source.scope)
            self._read_on()
        if collected is not None:
            self._tell(source, collected)

    def _tell(self, source: ScopeHealth, collected: Collected) -> None:
        self._ended("failed" if collected.reason else "read", collected.new)
        if collected.reason:
            log.warning(
                "a scope could not be read",
                scope=str(source.scope),
                reason=collected.reason,
                failures=source.failures + 1,
            )
        elif collected.new or source.failures:
            log.info("read", scope=str(source.scope), new=collected.new, failures_before=source.failures)
