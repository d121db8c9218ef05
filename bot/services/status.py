"""How the bot itself is doing, as far as the one who asks may see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from bot.domain.access import ChannelId
from bot.domain.deliveries import Backlog
from bot.domain.scopes import Scope
from bot.domain.status import Status
from bot.ports import Clock, Ledger, Outbox, Subscriptions


class Reporter:
    """Puts together what is known. ``locked`` says why nothing can be posted anywhere, or nothing."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        subscriptions: Subscriptions,
        outbox: Outbox,
        clock: Clock,
        locked: Callable[[], str] = str,
    ) -> None:
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._clock = clock
        self._locked = locked

    async def report(self, visible: Collection[Scope] | None = None) -> Status:
        """The bot's state; with ``visible``, only what concerns these scopes.

        Raises:
            StoreError: the store cannot be used.
        """
        known = await self._subscriptions.all()
        subscribed = {scope for each in known for scope in each.terms.scopes}
        subscriptions = [each for each in known if visible is None or set(visible).issuperset(each.terms.scopes)]
        channels = {each.terms.channel for each in subscriptions}
        numbers = {each.id for each in subscriptions}
        waiting = [
            each
            for each in await self._outbox.waiting()
            if visible is None
            or (each.channel in channels if each.subscription is None else each.subscription in numbers)
        ]
        return Status(
            at=self._clock.now(),
            sources=[
                each
                for each in await self._ledger.health()
                if each.scope in subscribed and (visible is None or each.scope in visible)
            ],
            subscriptions=subscriptions,
            backlog=_by_channel(waiting),
            locked=self._locked(),
        )


def _by_channel(waiting: Iterable[Backlog]) -> list[Backlog]:
    """What waits for each channel, of all its subscriptions together."""
    channels: dict[ChannelId, list[Backlog]] = {}
    for each in waiting:
        channels.setdefault(each.channel, []).append(each)
    return [
        Backlog(
            channel=channel,
            parts=sum(each.parts for each in found),
            failed=sum(each.failed for each in found),
            uncertain=sum(each.uncertain for each in found),
            oldest=min(each.oldest for each in found),
        )
        for channel, found in channels.items()
    ]
