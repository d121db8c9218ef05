"""Who used the bot for what, for those who manage what it tells."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.access import ChannelId, UserId
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.uses import Use
from bot.ports import Uses
from bot.services.authorize import Gate

_LOOKED_AT = 500
"""Uses that are looked through for those that somebody may know of."""


class Register:
    """The record of uses, to read."""

    def __init__(self, *, uses: Uses, gate: Gate, catalog: ScopeCatalog) -> None:
        self._uses = uses
        self._gate = gate
        self._catalog = catalog

    async def last(self, user: UserId, channel: ChannelId, most: int) -> Sequence[Use] | None:
        """The last uses that somebody who manages subscriptions in that channel may know of, the latest first.

        These are the uses about the scopes that they manage, and those about none. None where they manage nothing.

        Raises:
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are.
            StoreError: the store cannot be used.
        """
        recent = await self._uses.recent(_LOOKED_AT)
        scopes: dict[Scope | None, None] = dict.fromkeys([None, *self._catalog.scopes, *(use.about for use in recent)])
        managed = set(await self._gate.managed(user, channel, scopes))
        if not managed:
            return None
        return [use for use in recent if not use.scope or use.about in managed - {None}][:most]
