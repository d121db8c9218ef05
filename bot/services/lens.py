"""See what happened around a moment in every log that a person may see, read side by side.

Each log is read away from the moment, to either side: so what is nearest is known whatever the number of events, and
where a log cannot be read, the others are shown and that one is told of.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import timedelta

from bot.domain.access import ChannelId, UserId
from bot.domain.coverage import Coverage
from bot.domain.errors import Unavailable, UserError
from bot.domain.events import AuditEvent
from bot.domain.query import AuditQuery, Order, Window
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.timelines import Focus, Glimpse, Timeline
from bot.ports import AuditLog, Clock
from bot.services.authorize import Gate
from bot.services.search import PAGE_SIZE, clause, search

_SLOW = "there was no time to read it"


class Lens:
    """Looks at all logs around a moment.

    At most ``at_once`` logs are read at a time, each for ``most`` events to either side; after ``patience`` what is
    known by then is shown.
    """

    def __init__(  # noqa: PLR0913 — its collaborators, and bounds that all have defaults
        self,
        *,
        log: AuditLog,
        gate: Gate,
        catalog: ScopeCatalog,
        clock: Clock,
        at_once: int = 6,
        most: int = PAGE_SIZE,
        patience: timedelta = timedelta(seconds=25),
    ) -> None:
        self._log = log
        self._gate = gate
        self._catalog = catalog
        self._clock = clock
        self._at_once = at_once
        self._most = most
        self._patience = patience

    async def look(self, user: UserId, channel: ChannelId, focus: Focus) -> Timeline:
        """What happened around there, as far as the person may see it in that channel.

        Logs that cannot be read do not raise: their coverage says why.

        Raises:
            AccessDenied: they may see none.
            UserError: Slack does not know the user, or there is nothing to look at.
            UpstreamError: Slack did not say who they are.
        """
        named = dict.fromkeys(self._catalog.scopes)
        if focus.trace is not None:
            named[focus.trace.scope] = None
        visible = await self._gate.among(user, channel, named)
        if not visible:
            await self._gate.check_any(user, channel)
            raise UserError("The bot's settings name no log, so there is nowhere to look around.")
        turns = asyncio.Semaphore(self._at_once)
        deadline = asyncio.get_running_loop().time() + self._patience.total_seconds()
        glimpses = await asyncio.gather(*(self._glimpse(scope, focus, turns, deadline) for scope in visible))
        return Timeline(focus, glimpses, self._clock.now())

    async def _glimpse(self, scope: Scope, focus: Focus, turns: asyncio.Semaphore, deadline: float) -> Glimpse:
        before = self._side(scope, focus.before, Order.NEWEST_FIRST)
        behind = focus.after
        after = None if behind is None else self._side(scope, behind, Order.OLDEST_FIRST)
        sides = [before] if after is None else [before, after]
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline), turns:
                await asyncio.gather(*(side.read(self._log) for side in sides))
        events = [*reversed(before.events), *(after.events if after else ())]
        return Glimpse(scope, events, before.seen, after.seen if after else None)

    def _side(self, scope: Scope, window: Window, order: Order) -> _Side:
        return _Side(AuditQuery(scope, window, order=order, limit=self._most))


class _Side:
    """The reading of one side of the moment; what is known of it at any time can be told."""

    def __init__(self, query: AuditQuery) -> None:
        self.events: list[AuditEvent] = []
        self._query = query
        self._coverage = Coverage(query.window)

    async def read(self, log: AuditLog) -> None:
        try:
            async with aclosing(search(log, self._query)) as batches:
                async for batch in batches:
                    self.events += batch.events
                    self._coverage = batch.coverage
        except UserError as error:  # of this log alone: nobody has given the bot a token for it, say
            self._coverage = replace(self._coverage, stopped=clause(error), advice=error.advice)

    @property
    def seen(self) -> Coverage:
        if self._coverage.complete or self._coverage.stopped:
            return self._coverage
        return replace(self._coverage, stopped=_SLOW, advice=Unavailable.advice)
