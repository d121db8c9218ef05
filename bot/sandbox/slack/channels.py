"""Where people talk: public and private channels, shared ones, archived ones, direct messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.sandbox.slack.ids import ChannelId, TeamId, UserId
from bot.sandbox.slack.shapes import Json


class Kind(StrEnum):
    """What sort of conversation it is, in the words of the `types` argument."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    DIRECT = "im"

    @property
    def scope_family(self) -> str:
        """The first half of the scopes about it: `channels`, `groups` or `im`."""
        match self:
            case Kind.PUBLIC:
                return "channels"
            case Kind.PRIVATE:
                return "groups"
            case Kind.DIRECT:
                return "im"


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation. For a direct message `name` is empty and `members` are the two users."""

    id: ChannelId
    team_id: TeamId
    name: str
    kind: Kind
    members: tuple[UserId, ...]
    topic: str = ""
    is_general: bool = False
    is_archived: bool = False
    connected_team: TeamId | None = None
    posting_restricted: bool = False
    created: int = 1_700_000_000

    @property
    def is_shared_externally(self) -> bool:
        """Whether another organization reads along."""
        return self.connected_team is not None

    def with_member(self, user: UserId) -> Channel:
        """Gives the channel with `user` in it."""
        return self if user in self.members else replace(self, members=(*self.members, user))

    def without_member(self, user: UserId) -> Channel:
        """Gives the channel without `user`."""
        return replace(self, members=tuple(member for member in self.members if member != user))

    def archived(self, *, is_archived: bool = True) -> Channel:
        """Gives the channel archived, or brought back."""
        return replace(self, is_archived=is_archived)

    def name_for_payload(self) -> str:
        """Gives `channel_name` as in the payload of a command, where private names are hidden.

        Source: https://docs.slack.dev/interactivity/implementing-slash-commands
        """
        match self.kind:
            case Kind.PUBLIC:
                return self.name
            case Kind.PRIVATE:
                return "privategroup"
            case Kind.DIRECT:
                return "directmessage"

    def as_slack(self, viewer: UserId, *, with_count: bool = False) -> Json:
        """Gives the object of https://docs.slack.dev/reference/objects/conversation-object, for `viewer`."""
        common: Json = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": self.kind is Kind.DIRECT,
            "is_org_shared": False,
            "context_team_id": self.team_id,
            "updated": self.created * 1000,
        }
        if self.kind is Kind.DIRECT:
            other = next((member for member in self.members if member != viewer), viewer)
            return common | {"user": other, "is_user_deleted": False, "priority": 0}
        shared_with = [self.connected_team] if self.connected_team is not None else []
        channel = common | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": True,
            "is_group": False,
            "is_mpim": False,
            "is_private": self.kind is Kind.PRIVATE,
            "is_general": self.is_general,
            "is_member": viewer in self.members,
            "is_shared": self.is_shared_externally,
            "is_ext_shared": self.is_shared_externally,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "pending_connected_team_ids": [],
            "connected_team_ids": shared_with,
            "shared_team_ids": [self.team_id, *shared_with],
            "conversation_host_id": self.team_id,
            "parent_conversation": None,
            "unlinked": 0,
            "creator": self.members[0] if self.members else "",
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "previous_names": [],
        }
        return channel | {"num_members": len(self.members)} if with_count else channel
