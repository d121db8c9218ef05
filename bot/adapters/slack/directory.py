"""Who and where people are, as Slack tells it: the directory that access is decided from; and where the bot is.

Sources: https://docs.slack.dev/reference/objects/user-object, https://docs.slack.dev/reference/objects/conversation-object
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.client import MissingScope, Refused, read
from bot.adapters.slack.lookups import Lookups
from bot.domain.access import ChannelId, GroupId, Person, Place, PlaceKind, Role, UserId
from bot.domain.errors import BadResponse, UserError
from bot.ports import Clock

_UNKNOWN_USER: Final = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_UNSEEN_CHANNEL: Final = "channel_not_found"
_NO_GROUP: Final = frozenset({"no_such_subteam", "subteam_not_found"})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where the bot is installed, and whom it is there."""

    team: str
    bot_user: UserId


class SlackDirectory:
    """The workspace's people, conversations and user groups; fulfils :class:`bot.ports.Directory` and ``Presence``.

    What Slack said is remembered for a minute, so a change of role takes at most that long to count.
    """

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client = client
        self._people = Lookups(self._ask_person, clock)
        self._places = Lookups(self._ask_place, clock)
        self._members = Lookups(self._ask_members, clock)
        self._workspace: Workspace | None = None
        self._warned_of: set[str] = set()

    async def workspace(self) -> Workspace:
        """Where the bot is installed, asked once: call it at the start to learn whether the token is good.

        Raises:
            BadCredentials: Slack does not accept the token.
            UpstreamError: Slack did not say.
        """
        if self._workspace is None:
            answer = await read(self._client.auth_test)
            self._workspace = Workspace(_text(answer.get("team_id")), UserId(_text(answer.get("user_id"))))
        return self._workspace

    async def person(self, user: UserId) -> Person:
        """See :class:`bot.ports.Directory`."""
        return await self._people.get(user)

    async def place(self, channel: ChannelId) -> Place:
        """See :class:`bot.ports.Directory`. Direct messages are known by their ID, without asking.

        A conversation that Slack does not show to the bot counts as private and as not shared. Nothing leaks by that:
        whatever the bot says there, it says to the one who asks alone.
        """
        if channel.startswith("D"):
            return Place(channel, PlaceKind.DIRECT)
        return await self._places.get(channel)

    async def members(self, group: GroupId) -> frozenset[UserId]:
        """See :class:`bot.ports.Directory`."""
        return await self._members.get(group)

    async def joined(self, channel: ChannelId) -> bool:
        """See :class:`bot.ports.Presence`. It is never remembered: whoever reads that it is not invites it at once."""
        if channel.startswith("D"):
            return True
        try:
            answer = await read(lambda: self._client.conversations_info(channel=channel))
        except Refused as error:
            return error.code != _UNSEEN_CHANNEL
        except MissingScope:
            return True
        found = answer.get("channel")
        return not isinstance(found, dict) or found.get("is_member") is not False

    async def _ask_person(self, user: UserId) -> Person:
        team = (await self.workspace()).team
        try:
            answer = await read(lambda: self._client.users_info(user=user))
        except Refused as error:
            if error.code in _UNKNOWN_USER:
                raise UserError("Slack does not know you in this workspace.") from error
            raise
        found = _object(answer.get("user"))
        zone = found.get("tz")
        return Person(user, _role(found, team), zone if isinstance(zone, str) and zone else "UTC")

    async def _ask_place(self, channel: ChannelId) -> Place:
        try:
            answer = await read(lambda: self._client.conversations_info(channel=channel))
        except Refused as error:
            if error.code == _UNSEEN_CHANNEL:
                unseen = f"The channel is gone, or the bot was not invited to it ({error.code})."
                return Place(channel, PlaceKind.PRIVATE, unseen=unseen)
            if error.code == "unknown_method" or error.code.startswith("method_not_supported"):
                return self._unseen(channel, str(error))
            raise
        except MissingScope as error:
            return self._unseen(channel, str(error))
        found = answer.get("channel")
        if not isinstance(found, dict):
            return self._unseen(channel, "Slack's answer lacks the channel.")
        return Place(channel, _kind(found), shared=_is_shared(found))

    def _unseen(self, channel: ChannelId, reason: str) -> Place:
        """A place of which Slack tells nothing for a reason that holds for others too: it is logged once."""
        if reason not in self._warned_of:
            self._warned_of.add(reason)
            log.warning("Slack does not show a channel to the bot", channel=channel, reason=reason)
        return Place(channel, PlaceKind.PRIVATE, unseen=f"Slack does not say who reads in the channel: {reason}")

    async def _ask_members(self, group: GroupId) -> frozenset[UserId]:
        try:
            answer = await read(lambda: self._client.usergroups_users_list(usergroup=group))
        except Refused as error:
            if error.code in _NO_GROUP:
                return frozenset()
            raise
        users = answer.get("users")
        if not isinstance(users, list):
            raise BadResponse("Slack's answer lacks the members of a user group.")
        return frozenset(UserId(user) for user in users if isinstance(user, str))


def _role(user: Mapping[str, object], team: str) -> Role:
    """A user's standing in the workspace ``team``, the least trusted that is true of them."""
    if user.get("deleted"):
        return Role.DEACTIVATED
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Role.BOT
    if user.get("is_stranger") or not _belongs(user, team):
        return Role.STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Role.GUEST
    if user.get("is_owner") or user.get("is_primary_owner"):
        return Role.OWNER
    return Role.ADMIN if user.get("is_admin") else Role.MEMBER


def _belongs(user: Mapping[str, object], team: str) -> bool:
    """Whether the workspace is the user's own.

    In an Enterprise organization a person has one team of origin and is a member of all that ``enterprise_user`` lists.
    A colleague who only meets us in a channel between workspaces is a member of neither, and counts as a stranger;
    somebody of whom Slack names no team at all does not.
    """
    enterprise = user.get("enterprise_user")
    others = enterprise.get("teams") if isinstance(enterprise, dict) else None
    teams = [user.get("team_id"), *(others if isinstance(others, list) else ())]
    return team in teams or not any(teams)


def _kind(channel: Mapping[str, object]) -> PlaceKind:
    if channel.get("is_im"):
        return PlaceKind.DIRECT
    is_open = channel.get("is_private") is False and not channel.get("is_mpim") and not channel.get("is_group")
    return PlaceKind.PUBLIC if is_open else PlaceKind.PRIVATE


def _is_shared(channel: Mapping[str, object]) -> bool:
    """Whether another organization reads along, or is about to; workspaces of one organization may share freely."""
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        return True
    return bool(channel.get("is_shared")) and not channel.get("is_org_shared")


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BadResponse("Slack's answer lacks what was asked for.")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BadResponse("Slack's answer lacks what was asked for.")
    return value
