"""Who may see which scope, and where: one policy object, asked at every command and click, by ids alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NewType, assert_never

from bot.domain.scopes import Scope

UserId = NewType("UserId", str)
ChannelId = NewType("ChannelId", str)
GroupId = NewType("GroupId", str)


class Role(Enum):
    """A person's standing in the workspace, from most to least trusted."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    """Somebody of another organization, met in a shared channel."""
    DEACTIVATED = "deactivated"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the bot: their id, standing and IANA time zone."""

    id: UserId
    role: Role
    zone: str = "UTC"


class PlaceKind(Enum):
    """What kind of conversation the bot was met in."""

    PUBLIC = "public"
    PRIVATE = "private"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation: its id and kind, and whether people of another organization can read it."""

    id: ChannelId
    kind: PlaceKind
    shared: bool = False
    unseen: str = ""
    """Why Slack shows nothing of it to the bot, as a sentence: then nobody knows who reads there. Empty as a rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is let in, beside the workspace's owners and admins.

    ``channels`` let in every full member who asks there, and allow a shared channel as a place to answer in.
    """

    users: frozenset[UserId] = frozenset()
    groups: frozenset[GroupId] = frozenset()
    channels: frozenset[ChannelId] = frozenset()
    admins: bool = True
    """Whether owners and admins of the workspace are let in without being named."""
    managers: frozenset[UserId] = frozenset()
    """Who, of those that are let in, may manage subscriptions without being an owner or admin."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to let somebody in; where not, ``reason`` is a sentence for them."""

    allowed: bool
    reason: str = ""


_YES = Decision(allowed=True)
_OUTSIDERS = {
    Role.GUEST: "Guests",
    Role.STRANGER: "People of other organizations",
    Role.DEACTIVATED: "Deactivated users",
    Role.BOT: "Apps",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may see what: a rule for each scope that has its own, the default rule for every other."""

    default: Rule = field(default_factory=Rule)
    scopes: Mapping[Scope, Rule] = field(default_factory=dict)

    def rule(self, scope: Scope | None) -> Rule:
        """The rule that governs a scope; the default one for None."""
        return self.default if scope is None else self.scopes.get(scope, self.default)

    @property
    def groups(self) -> frozenset[GroupId]:
        """Every user group that some rule names, so that their members can be looked up."""
        return self.default.groups.union(*(rule.groups for rule in self.scopes.values()))

    def decide(self, person: Person, place: Place, scope: Scope | None, groups: frozenset[GroupId]) -> Decision:
        """Whether a person may see a scope in a place; ``groups`` are the user groups that they belong to.

        None stands for any scope that has no rule of its own.
        """
        rule = self.rule(scope)
        if place.shared and place.id not in rule.channels:
            return Decision(
                allowed=False,
                reason="This channel is shared with another organization, and the bot's settings do not list it.",
            )
        if person.id in rule.users:
            return _YES
        match person.role:
            case Role.OWNER | Role.ADMIN if rule.admins:
                return _YES
            case Role.OWNER | Role.ADMIN | Role.MEMBER:
                if groups & rule.groups or place.id in rule.channels:
                    return _YES
                whose = "any audit log" if scope is None else f"the audit log of {scope.kind.word} {scope.id}"
                return Decision(allowed=False, reason=f"You may not see {whose} here.")
            case Role.GUEST | Role.STRANGER | Role.DEACTIVATED | Role.BOT:
                outsiders = _OUTSIDERS[person.role]
                return Decision(
                    allowed=False,
                    reason=f"{outsiders} may see audit logs only where the settings name them by ID.",
                )
            case _:
                assert_never(person.role)

    def may_manage(self, person: Person, place: Place, scope: Scope | None, groups: frozenset[GroupId]) -> Decision:
        """Whether a person may manage what is told of a scope in a place, which nobody may who may not see it there.

        None stands for any scope that has no rule of its own.
        Of those who may, owners and admins do where the rule lets them in as such, and so do its managers.
        """
        decision = self.decide(person, place, scope, groups)
        rule = self.rule(scope)
        manages = person.id in rule.managers or (rule.admins and person.role in {Role.OWNER, Role.ADMIN})
        if not decision.allowed or manages:
            return decision
        whose = "audit logs here" if scope is None else f"the audit log of {scope.kind.word} {scope.id}"
        what = "subscriptions" if scope is None else "subscriptions to it"
        return Decision(allowed=False, reason=f"You may see {whose}, but not manage {what}.")
