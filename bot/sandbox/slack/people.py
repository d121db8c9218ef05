"""Who is in the workspace: users with their roles and zones, and user groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.sandbox.slack.ids import GroupId, TeamId, UserId
from bot.sandbox.slack.shapes import Json


class Role(StrEnum):
    """What a user is to the workspace."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "multi-channel guest"
    SINGLE_CHANNEL_GUEST = "single-channel guest"
    STRANGER = "member of another organization"
    DEACTIVATED = "deactivated"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class User:
    """A user as everyone in the workspace sees them; `name` is the handle behind the @."""

    id: UserId
    team_id: TeamId
    name: str
    real_name: str
    role: Role
    tz: str
    bot_id: str | None = None

    @property
    def initials(self) -> str:
        """The letters of an avatar, at most two."""
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()

    @property
    def is_active(self) -> bool:
        """Whether the user can sign in."""
        return self.role is not Role.DEACTIVATED

    @property
    def is_guest(self) -> bool:
        """Whether the user sees only the channels they were invited to."""
        return self.role in {Role.GUEST, Role.SINGLE_CHANNEL_GUEST, Role.STRANGER}

    def as_slack(self, at: datetime, *, with_email: bool = False) -> Json:
        """Gives the user object of https://docs.slack.dev/reference/objects/user-object.

        Args:
            at: When; the offset of the user's zone from UTC depends on it.
            with_email: Whether the asking token has `users:read.email`.
        """
        offset = at.astimezone(ZoneInfo(self.tz)).utcoffset()
        profile: Json = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "team": self.team_id,
        }
        if with_email and self.bot_id is None:
            profile["email"] = f"{self.name}@example.com"
        user: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": not self.is_active,
            "profile": profile,
            "is_bot": self.role is Role.BOT,
            "is_app_user": False,
            "updated": 1_700_000_000,
        }
        if not self.is_active:
            return user
        return user | {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
            "is_admin": self.role in {Role.OWNER, Role.ADMIN},
            "is_owner": self.role is Role.OWNER,
            "is_primary_owner": self.role is Role.OWNER,
            "is_restricted": self.role in {Role.GUEST, Role.SINGLE_CHANNEL_GUEST},
            "is_ultra_restricted": self.role is Role.SINGLE_CHANNEL_GUEST,
            "is_stranger": self.role is Role.STRANGER,
        }


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group, mentioned as @handle."""

    id: GroupId
    team_id: TeamId
    handle: str
    name: str
    members: tuple[UserId, ...]

    def as_slack(self, *, with_users: bool = False) -> Json:
        """Gives the object of https://docs.slack.dev/reference/objects/usergroup-object."""
        group: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "is_usergroup": True,
            "name": self.name,
            "handle": self.handle,
            "description": "",
            "is_external": False,
            "date_create": 1_700_000_000,
            "date_update": 1_700_000_000,
            "date_delete": 0,
            "auto_type": None,
            "user_count": len(self.members),
        }
        return group | {"users": list(self.members)} if with_users else group
