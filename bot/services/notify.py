"""Tell people what went wrong with the bot itself: once, to whom it concerns, and once more when it is over.

What was told is part of what is stored, so a restart repeats nothing, and several processes say it once.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.digests import ScopeHealth
from bot.domain.subscriptions import Standing, Subscription
from bot.ports import Agenda, Composer, Outbox


class Notifier:
    """Files notices in the outbox.

    ``after`` is how many reads of a scope have to fail in a row before its channels are told.
    """

    def __init__(self, *, agenda: Agenda, outbox: Outbox, composer: Composer, after: int = 3) -> None:
        self._agenda = agenda
        self._outbox = outbox
        self._composer = composer
        self._after = after
        self._told: set[tuple[str, int]] = set()

    async def tick(self) -> None:
        """File every notice that is due.

        Raises:
            StoreError: the store cannot be used.
        """
        untold = await self._agenda.notices(self._after)
        for health in untold.sources:
            await self._tell(health, untold.subscriptions, down=not health.told)
        for subscription in untold.stopped:
            await self._tell_owner(subscription)

    async def _tell(self, health: ScopeHealth, subscriptions: Sequence[Subscription], *, down: bool) -> None:
        compose = self._composer.down if down else self._composer.recovered
        channels = dict.fromkeys(
            each.terms.channel
            for each in subscriptions
            if each.standing is Standing.ACTIVE and health.scope in each.terms.scopes
        )
        if channels or not down:
            parcels = [compose(health, channel) for channel in channels]
            await self._outbox.notify(parcels, told=health.scope, down=down)

    async def _tell_owner(self, subscription: Subscription) -> None:
        """Tell the owner of a subscription that the bot stopped it; the notice's id says for which stop."""
        stop = (subscription.key, subscription.version)
        if subscription.owner is None or stop in self._told:
            return
        await self._outbox.notify([self._composer.stopped(subscription, subscription.owner)])
        self._told.add(stop)
