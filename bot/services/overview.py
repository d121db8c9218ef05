"""What somebody's App Home tells, as far as they may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.access import ChannelId, UserId
from bot.domain.digests import Entry
from bot.domain.events import Risk
from bot.domain.overviews import RECENT, Overview
from bot.domain.query import Window
from bot.domain.scopes import Scope, ScopeCatalog
from bot.ports import Clock, Ledger
from bot.services.authorize import Gate
from bot.services.subscribe import Subscriber


class Overviews:
    """Puts together what is known. At most ``most`` risky events are told, of ``looked_at`` in each log."""

    def __init__(  # noqa: PLR0913 — its collaborators, and bounds that have defaults
        self,
        *,
        gate: Gate,
        ledger: Ledger,
        subscriber: Subscriber,
        catalog: ScopeCatalog,
        clock: Clock,
        most: int = 10,
        looked_at: int = 1000,
    ) -> None:
        self._gate = gate
        self._ledger = ledger
        self._subscriber = subscriber
        self._catalog = catalog
        self._clock = clock
        self._most = most
        self._looked_at = looked_at

    async def of(self, user: UserId, channel: ChannelId) -> Overview:
        """What concerns somebody, asked for in their direct messages.

        Raises:
            AccessDenied: they may see no log at all.
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are.
            StoreError: the store cannot be used.
        """
        await self._gate.check_any(user, channel)
        now = self._clock.now()
        health = {each.scope: each for each in await self._ledger.health()}
        visible = await self._gate.among(user, channel, dict.fromkeys([*self._catalog.scopes, *health]))
        risky, more = await self._risky([scope for scope in visible if scope in health], now)
        subscriptions = await self._subscriber.visible(user, channel)
        scopes = dict.fromkeys([*visible, *(scope for each in subscriptions for scope in each.terms.scopes)])
        managed = set(await self._gate.managed(user, channel, scopes))
        return Overview(
            at=now,
            scopes=visible,
            health={scope: health[scope] for scope in visible if scope in health},
            risky=risky,
            more=more,
            subscriptions=subscriptions,
            managed={each.id for each in subscriptions if managed.issuperset(each.terms.scopes)},
            subscribable=[scope for scope in visible if scope in managed],
        )

    async def _risky(self, scopes: Sequence[Scope], now: datetime) -> tuple[list[Entry], bool]:
        """What was risky of late, the latest first, and whether there was more."""
        found: list[Entry] = []
        cut = False
        for scope in scopes:
            entries = await self._ledger.recall(scope, Window(since=now - RECENT), limit=self._looked_at)
            found += [entry for entry in entries if entry.event.risk is Risk.HIGH]
            cut |= len(entries) == self._looked_at
        found.sort(key=lambda entry: entry.event.at, reverse=True)
        return found[: self._most], cut or len(found) > self._most
