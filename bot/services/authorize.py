"""Decide whether a person may see a scope where they ask, at every command and click, by ids alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from bot.domain.access import ChannelId, Decision, GroupId, Person, Place, Policy, Rule, UserId
from bot.domain.errors import AccessDenied
from bot.domain.scopes import Scope, ScopeCatalog
from bot.ports import Directory

_NOBODY = Policy(Rule(admins=False))
_MANAGERS = "Ask an owner or admin of this workspace to do it, or to name you a manager in the bot's access settings."


class Gate:
    """The one door to every log."""

    def __init__(self, policy: Policy, directory: Directory, catalog: ScopeCatalog) -> None:
        self._policy = policy
        self._directory = directory
        self._catalog = catalog

    async def check(self, user: UserId, channel: ChannelId, scope: Scope) -> Person:
        """The person, who may see that scope in that channel.

        Raises:
            AccessDenied: they may not. The words are the same whether the scope exists, is configured, or is neither.
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are; then nobody is let in.
        """
        person, place, groups = await self._look(user, channel)
        self._admit(person, place, scope, groups)
        return person

    async def check_manager(self, user: UserId, channel: ChannelId, scope: Scope) -> Person:
        """The person, who may manage subscriptions to that scope in that channel.

        Raises:
            AccessDenied: they may not. Whoever may not even see the scope reads what :meth:`check` says.
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are; then nobody is let in.
        """
        person, place, groups = await self._look(user, channel)
        self._admit(person, place, scope, groups)
        decision = self._policy.may_manage(person, place, scope, groups)
        if not decision.allowed:
            raise AccessDenied(decision.reason, advice=_MANAGERS)
        return person

    async def check_manager_of_all(self, user: UserId, channel: ChannelId, scopes: Iterable[Scope]) -> Person:
        """The person, who may manage subscriptions in that channel to all of these scopes, and to any to come.

        Raises:
            AccessDenied: they may not.
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are; then nobody is let in.
        """
        person, place, groups = await self._look(user, channel)
        wanted: list[Scope | None] = list(scopes)
        if self._catalog.open or not wanted:
            wanted.append(None)
        if not any(self._policy.decide(person, place, scope, groups).allowed for scope in wanted):
            raise AccessDenied(self._words(person, place, None))
        if not all(self._policy.may_manage(person, place, scope, groups).allowed for scope in wanted):
            raise AccessDenied(
                "That takes somebody who manages subscriptions to every audit log: name one, by “org” or “space”.",
                advice=_MANAGERS,
            )
        return person

    async def managed(
        self, user: UserId, channel: ChannelId, scopes: Iterable[Scope | None]
    ) -> tuple[Scope | None, ...]:
        """Those of the scopes to which this person may manage subscriptions in that channel, in their order.

        None stands for any scope that the settings do not name.

        Raises:
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are.
        """
        person, place, groups = await self._look(user, channel)
        return tuple(
            scope
            for scope in scopes
            if (self._catalog.open if scope is None else scope in self._catalog)
            and self._policy.may_manage(person, place, scope, groups).allowed
        )

    async def visible(self, user: UserId, channel: ChannelId) -> tuple[Scope, ...]:
        """The configured scopes that this person may see in that channel, in the settings' order.

        Raises:
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are.
        """
        return await self.among(user, channel, self._catalog.scopes)

    async def among(self, user: UserId, channel: ChannelId, scopes: Iterable[Scope]) -> tuple[Scope, ...]:
        """Those of the scopes that this person may see in that channel, in their order.

        Raises:
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are.
        """
        person, place, groups = await self._look(user, channel)
        return tuple(scope for scope in scopes if self._decide(person, place, scope, groups).allowed)

    async def check_any(self, user: UserId, channel: ChannelId) -> None:
        """Return if there may be a scope that this person may see in that channel.

        Raises:
            AccessDenied: they may see none of the configured scopes, and the default rule refuses them.
            UserError: Slack does not know the user.
            UpstreamError: Slack did not say who they are.
        """
        person, place, groups = await self._look(user, channel)
        if self._policy.decide(person, place, None, groups).allowed:
            return
        if not any(self._decide(person, place, scope, groups).allowed for scope in self._catalog.scopes):
            raise AccessDenied(self._words(person, place, None))

    async def _look(self, user: UserId, channel: ChannelId) -> tuple[Person, Place, frozenset[GroupId]]:
        """Who asks, where, and which of the groups that matter they belong to."""
        person, place = await asyncio.gather(self._directory.person(user), self._directory.place(channel))
        named = sorted(self._policy.groups)
        members = await asyncio.gather(*(self._directory.members(group) for group in named))
        belongs = frozenset(group for group, users in zip(named, members, strict=True) if user in users)
        return person, place, belongs

    def _admit(self, person: Person, place: Place, scope: Scope, groups: frozenset[GroupId]) -> None:
        if not self._decide(person, place, scope, groups).allowed:
            raise AccessDenied(self._words(person, place, scope))

    def _decide(self, person: Person, place: Place, scope: Scope, groups: frozenset[GroupId]) -> Decision:
        if scope not in self._catalog:
            return Decision(allowed=False)
        return self._policy.decide(person, place, scope, groups)

    def _words(self, person: Person, place: Place, scope: Scope | None) -> str:
        """Why not, without a word about the scope: what a rule that lets nobody in would say."""
        listed = place.id in self._policy.default.channels
        return _NOBODY.decide(person, replace(place, shared=place.shared and not listed), scope, frozenset()).reason
