"""Tell, before a subscription is made, whether anything can come of it: by asking, not by guessing from IDs."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import aclosing
from datetime import timedelta
from typing import Final

from bot.domain.access import ChannelId
from bot.domain.errors import NotInvited
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.ports import AuditLog, Clock, Presence

_A_GLANCE: Final = timedelta(minutes=1)
"""As much of a log is looked at: one page, most often an empty one."""


class Prospects:
    """Looks whether logs can be read and a channel be posted to."""

    def __init__(self, log: AuditLog, presence: Presence, clock: Clock) -> None:
        self._log = log
        self._presence = presence
        self._clock = clock

    async def check(self, scopes: Collection[Scope], channel: ChannelId | None) -> None:
        """Return where each of the logs can be read, and the bot is in the channel, if one is given.

        Raises:
            NotInvited: the bot is not there.
            UserError: there are no credentials for a log.
            UpstreamError: Mondoo does not let the bot read a log, or Mondoo or Slack did not answer.
        """
        if channel is not None and not await self._presence.joined(channel):
            raise NotInvited("The bot is not in the channel where it would post.")
        await asyncio.gather(*map(self._look_at, scopes))

    async def _look_at(self, scope: Scope) -> None:
        window = Window(since=self._clock.now() - _A_GLANCE)
        async with aclosing(self._log.read(scope, window, Order.NEWEST_FIRST)) as pages:
            await anext(pages, None)
