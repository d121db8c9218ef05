"""Subscribe a channel, and look after what is subscribed: for those whom the policy lets, checked each time.

Subscriptions that the settings make belong to the settings: they are changed and ended there, and may be paused here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from bot.domain.access import ChannelId, UserId
from bot.domain.errors import UserError
from bot.domain.subscriptions import Draft, Origin, Standing, Subscription, SubscriptionId, Terms
from bot.ports import Clock, Subscriptions
from bot.services.authorize import Gate
from bot.services.prospects import Prospects


class Subscriber:
    """Does to subscriptions what people ask for."""

    def __init__(self, *, subscriptions: Subscriptions, gate: Gate, prospects: Prospects, clock: Clock) -> None:
        self._subscriptions = subscriptions
        self._gate = gate
        self._prospects = prospects
        self._clock = clock

    async def subscribe(self, user: UserId, channel: ChannelId, terms: Terms, *, wish: str = "") -> Subscription:
        """A new subscription, asked for in ``channel``; its events may be shown there and where they are to go.

        ``wish`` names what asked for it, where that may ask twice: the second time gives the same subscription.

        Raises:
            AccessDenied: the person may not manage it.
            UserError: another one is the same, or the bot is not in the channel that it would go to.
            UpstreamError: a log that it would be about cannot be read.
        """
        await self._check(user, channel, terms)
        draft = Draft(key=f"slack:{wish or uuid4().hex}", origin=Origin.SLACK, terms=terms, owner=user)
        if all(each.key != draft.key for each in await self._subscriptions.all()):
            await self._prospects.check(terms.scopes, terms.channel)
            await self._refuse_twin(terms)  # last, since somebody else may ask for the same meanwhile
        return await self._subscriptions.add(draft, self._clock.now())

    async def visible(self, user: UserId, channel: ChannelId) -> Sequence[Subscription]:
        """The subscriptions to scopes that the person may see in that channel, by number.

        Raises:
            UserError: Slack does not know the user.
        """
        known = await self._subscriptions.all()
        scopes = dict.fromkeys(scope for each in known for scope in each.terms.scopes)
        seen = set(await self._gate.among(user, channel, scopes))
        return [each for each in known if seen.issuperset(each.terms.scopes)]

    async def pause(self, user: UserId, channel: ChannelId, number: SubscriptionId) -> Subscription:
        """The subscription, paused: what becomes known meanwhile waits.

        Raises:
            UserError: there is none of that number, or it is paused.
            AccessDenied: the person may not manage it.
        """
        subscription = await self._found(user, channel, number)
        if subscription.standing is Standing.PAUSED:
            raise UserError(f"Subscription {number} is paused already.", corrected=f"resume {number}")
        return await self._stand(subscription, Standing.PAUSED, "Paused by hand.")

    async def resume(self, user: UserId, channel: ChannelId, number: SubscriptionId) -> Subscription:
        """The subscription, at work again: what waited is delivered.

        Raises:
            UserError: there is none of that number, or it is at work.
            AccessDenied: the person may not manage it.
        """
        subscription = await self._found(user, channel, number)
        if subscription.standing is Standing.ACTIVE:
            raise UserError(f"Subscription {number} is not paused.", corrected="subscriptions")
        return await self._stand(subscription, Standing.ACTIVE, "")

    async def found(self, user: UserId, channel: ChannelId, number: SubscriptionId) -> Subscription:
        """The subscription of that number, for somebody who may manage it.

        Raises:
            UserError: there is none of that number.
            AccessDenied: the person may not manage it.
        """
        return await self._found(user, channel, number)

    async def change(
        self, user: UserId, channel: ChannelId, number: SubscriptionId, terms: Terms, *, version: int
    ) -> Subscription:
        """The subscription with other terms: a scope that is new to it is told of from now on.

        ``version`` is that of the subscription which the change rests on.

        Raises:
            UserError: there is none of that number, it comes from the settings, somebody changed it meanwhile, another
                one is the same, or the bot is not in the channel that it would go to.
            AccessDenied: the person may not manage it, or not with these terms.
            UpstreamError: a log that is new to it cannot be read.
        """
        subscription = await self._found(user, channel, number)
        if subscription.origin is not Origin.SLACK:
            raise UserError(
                f"Subscription {number} comes from {_settings_of(subscription)}, and is changed there.",
                corrected=f"pause {number}",
            )
        await self._check(user, channel, terms)
        moved = terms.channel if terms.channel != subscription.terms.channel else None
        await self._prospects.check(set(terms.scopes).difference(subscription.terms.scopes), moved)
        await self._refuse_twin(terms, but=number)
        if not await self._subscriptions.change(number, terms, subscription.owner, version=version):
            raise UserError(f"Somebody else has changed subscription {number} meanwhile: look at it again.")
        return await self._as_it_is(subscription)

    async def unsubscribe(self, user: UserId, channel: ChannelId, number: SubscriptionId) -> Subscription:
        """The subscription as it was; it is gone, with what waited.

        Raises:
            UserError: there is none of that number, or it comes from the settings.
            AccessDenied: the person may not manage it.
        """
        subscription = await self._found(user, channel, number)
        if subscription.origin is not Origin.SLACK:
            raise UserError(
                f"Subscription {number} comes from {_settings_of(subscription)}, and ends there: "
                "it can be paused here.",
                corrected=f"pause {number}",
            )
        if not await self._subscriptions.remove(number):
            raise _unknown(number)
        return subscription

    async def synchronise(self, drafts: Sequence[Draft]) -> None:
        """Make the subscriptions that the settings name what the settings say, and forget those that they do not name.

        What was told stays told: a subscription is known by its key, whatever else changes.
        """
        now = self._clock.now()
        known = {each.key: each for each in await self._subscriptions.all() if each.origin is not Origin.SLACK}
        for draft in drafts:
            old = known.pop(draft.key, None)
            if old is None:
                await self._subscriptions.add(draft, now)
            elif (old.terms, old.owner) != (draft.terms, draft.owner):
                await self._subscriptions.change(old.id, draft.terms, draft.owner, version=old.version)
        for old in known.values():
            await self._subscriptions.remove(old.id)

    async def _found(self, user: UserId, channel: ChannelId, number: SubscriptionId) -> Subscription:
        """The subscription of that number, which the person may see and manage."""
        found = next((each for each in await self.visible(user, channel) if each.id == number), None)
        if found is None:
            raise _unknown(number)
        for scope in found.terms.scopes:
            await self._gate.check_manager(user, channel, scope)
        return found

    async def _check(self, user: UserId, channel: ChannelId, terms: Terms) -> None:
        places = dict.fromkeys((channel, terms.channel))
        await asyncio.gather(
            *(self._gate.check_manager(user, place, scope) for place in places for scope in terms.scopes)
        )

    async def _refuse_twin(self, terms: Terms, *, but: SubscriptionId | None = None) -> None:
        """Complain of a subscription, ``but`` that one, that says the same: its channel would read all twice."""
        for each in await self._subscriptions.all():
            if each.id != but and each.terms.same_as(terms):
                rests = each.standing is not Standing.ACTIVE
                raise UserError(
                    f"Subscription {each.id} is the same, {'though not at work' if rests else 'and at work'}: "
                    "a second one would tell everything twice.",
                    corrected=f"resume {each.id}" if rests else "subscriptions",
                )

    async def _stand(self, subscription: Subscription, standing: Standing, reason: str) -> Subscription:
        if not await self._subscriptions.set_standing(subscription.id, standing, reason):
            raise _unknown(subscription.id)
        return await self._as_it_is(subscription)

    async def _as_it_is(self, subscription: Subscription) -> Subscription:
        """The subscription as it is now; as it was, where it is gone since."""
        return next((each for each in await self._subscriptions.all() if each.id == subscription.id), subscription)


def _settings_of(subscription: Subscription) -> str:
    """Where a subscription is written that was not made in Slack."""
    return "its settings" if subscription.origin is Origin.ENVIRONMENT else "the file that CONFIG_FILE names"


def _unknown(number: SubscriptionId) -> UserError:
    return UserError(f"There is no subscription {number} that you may see here.", corrected="subscriptions")
