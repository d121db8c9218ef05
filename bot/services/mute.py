"""Mute events in digests and alerts, and look after what is muted: for those whom the policy lets, checked each time.

A rule of a scope is for those who manage subscriptions to it. A rule of every scope is for those who manage all of
them: otherwise somebody could keep from others what they may not even see themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.access import ChannelId, UserId
from bot.domain.errors import UserError
from bot.domain.mutes import Mute, MuteId, MuteTerms
from bot.domain.scopes import Scope, ScopeCatalog
from bot.ports import Clock, Mutes, Subscriptions
from bot.services.authorize import Gate

MOST = 100
"""Rules at work at a time: each event of each digest is held against all of them."""


class Muter:
    """Does to mute rules what people ask for."""

    def __init__(
        self, *, mutes: Mutes, subscriptions: Subscriptions, gate: Gate, catalog: ScopeCatalog, clock: Clock
    ) -> None:
        self._mutes = mutes
        self._subscriptions = subscriptions
        self._gate = gate
        self._catalog = catalog
        self._clock = clock

    async def mute(self, user: UserId, channel: ChannelId, terms: MuteTerms) -> Mute:
        """A new rule, asked for in ``channel``; where one says the same already, that one.

        Raises:
            AccessDenied: the person may not manage what is told there of that scope, or of all.
            UserError: there are too many rules.
        """
        await self._check(user, channel, terms.scope)
        at_work = await self._at_work()
        same = next((mute for mute in at_work if mute.terms == terms), None)
        if same is not None:
            return same
        if len(at_work) >= MOST:
            raise UserError(f"There are {MOST} mute rules, and more are not kept: lift one first.", corrected="mutes")
        return await self._mutes.add(terms, user, self._clock.now())

    async def visible(self, user: UserId, channel: ChannelId) -> Sequence[Mute]:
        """The rules at work that somebody who manages subscriptions in that channel may know of, by number.

        These are the rules of the scopes that they manage, and those of every scope.

        Raises:
            AccessDenied: they manage none.
        """
        at_work, known = await self._at_work(), await self._known()
        scopes = dict.fromkeys([*known, *(mute.terms.scope for mute in at_work if mute.terms.scope is not None)])
        managed = set(await self._gate.managed(user, channel, scopes))
        if not managed:
            await self._gate.check_manager_of_all(user, channel, known)
        return [mute for mute in at_work if mute.terms.scope is None or mute.terms.scope in managed]

    async def unmute(self, user: UserId, channel: ChannelId, number: MuteId) -> Mute:
        """The rule as it was; what it muted is told from now on.

        Raises:
            AccessDenied: the person may not manage what it is about.
            UserError: there is none of that number that they may know of.
        """
        found = next((mute for mute in await self.visible(user, channel) if mute.id == number), None)
        if found is None:
            raise _unknown(number)
        await self._check(user, channel, found.terms.scope)
        if not await self._mutes.lift(number):
            raise _unknown(number)
        return found

    async def _check(self, user: UserId, channel: ChannelId, scope: Scope | None) -> None:
        if scope is None:
            await self._gate.check_manager_of_all(user, channel, await self._known())
        else:
            await self._gate.check_manager(user, channel, scope)

    async def _at_work(self) -> list[Mute]:
        now = self._clock.now()
        return [mute for mute in await self._mutes.all() if not mute.is_over(now)]

    async def _known(self) -> list[Scope]:
        """Every scope of which anything may be told."""
        subscribed = [scope for each in await self._subscriptions.all() for scope in each.terms.scopes]
        return list(dict.fromkeys([*self._catalog.scopes, *subscribed]))


def _unknown(number: MuteId) -> UserError:
    return UserError(f"There is no mute rule {number} that you may see here.", corrected="mutes")
