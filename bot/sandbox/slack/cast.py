"""Who and what a fresh workspace holds: one user of every role, one channel of every kind.

The ids are constants, so that a test, a page and a manual can name them.
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.ids import ChannelId, GroupId, TeamId, UserId
from bot.sandbox.slack.people import Role, User, UserGroup

TEAM: Final = TeamId("T0LUNALECTR")
TEAM_NAME: Final = "Lunalectric"
TEAM_DOMAIN: Final = "lunalectric"
PARTNER_TEAM: Final = TeamId("T0ACMEPARTN")
APP: Final = "A0MONDOOAUD"
BOT: Final = "B0MONDOOAUD"

OWNER: Final = UserId("U0OLIVIAOWN")
ADMIN: Final = UserId("U0ADAMADMIN")
MEMBER: Final = UserId("U0MEIMEMBER")
OTHER_MEMBER: Final = UserId("U0RAVIMEMBE")
GUEST: Final = UserId("U0GUSTGUEST")
SINGLE_CHANNEL_GUEST: Final = UserId("U0SINASINGL")
STRANGER: Final = UserId("U0SVENSTRAN")
DEACTIVATED: Final = UserId("U0DORAFORME")
BOT_USER: Final = UserId("U0MONDOOBOT")
SLACKBOT: Final = UserId("USLACKBOT")

ONCALL_GROUP: Final = GroupId("S0ONCALLGRP")
SECURITY_GROUP: Final = GroupId("S0SECURITYG")

GENERAL: Final = ChannelId("C0GENERAL00")
SECURITY_AUDIT: Final = ChannelId("C0SECAUDIT0")
ONCALL: Final = ChannelId("C0ONCALL000")
RANDOM: Final = ChannelId("C0RANDOM000")
"""Public, and the bot is not in it."""
ANNOUNCEMENTS: Final = ChannelId("C0ANNOUNCE0")
"""Public, the bot is in it, and only admins may post."""
PRIVATE: Final = ChannelId("C0INCIDENTS")
"""Private, and the bot was invited."""
PRIVATE_WITHOUT_BOT: Final = ChannelId("C0LEADERSHP")
"""Private, and the bot cannot see that it exists."""
ARCHIVED: Final = ChannelId("C0ARCHIVED0")
SHARED: Final = ChannelId("C0ACMESHARE")
"""Shared with another organization."""
OWNER_DM: Final = ChannelId("D0OLIVIABOT")
"""The owner's direct messages with the bot."""


def people() -> list[User]:
    """Gives the users, the owner first and the bots last."""
    return [
        User(OWNER, TEAM, "olivia", "Olivia Berg", Role.OWNER, "Europe/Berlin"),
        User(ADMIN, TEAM, "adam", "Adam Novak", Role.ADMIN, "America/New_York"),
        User(MEMBER, TEAM, "mei", "Mei Tanaka", Role.MEMBER, "Asia/Tokyo"),
        User(OTHER_MEMBER, TEAM, "ravi", "Ravi Iyer", Role.MEMBER, "Asia/Kolkata"),
        User(GUEST, TEAM, "gust", "Gust Peeters", Role.GUEST, "Europe/Brussels"),
        User(SINGLE_CHANNEL_GUEST, TEAM, "sina", "Sina Kern", Role.SINGLE_CHANNEL_GUEST, "Europe/Zurich"),
        User(STRANGER, PARTNER_TEAM, "sven", "Sven Acme", Role.STRANGER, "Europe/London"),
        User(DEACTIVATED, TEAM, "dora", "Dora Former", Role.DEACTIVATED, "UTC"),
        User(BOT_USER, TEAM, "mondoo_audit", "Mondoo Audit", Role.BOT, "America/Los_Angeles", BOT),
        User(SLACKBOT, TEAM, "slackbot", "Slackbot", Role.BOT, "America/Los_Angeles", "B0SLACKBOT0"),
    ]


def groups() -> list[UserGroup]:
    """Gives the user groups."""
    return [
        UserGroup(ONCALL_GROUP, TEAM, "oncall", "On call", (MEMBER, OTHER_MEMBER)),
        UserGroup(SECURITY_GROUP, TEAM, "security", "Security", (ADMIN, MEMBER)),
    ]


def channels() -> list[Channel]:
    """Gives the conversations in the order of a sidebar."""
    everyone = (OWNER, ADMIN, MEMBER, OTHER_MEMBER)
    return [
        Channel(GENERAL, TEAM, "general", Kind.PUBLIC, (*everyone, GUEST, BOT_USER), is_general=True),
        Channel(SECURITY_AUDIT, TEAM, "security-audit", Kind.PUBLIC, (*everyone, BOT_USER)),
        Channel(ONCALL, TEAM, "oncall", Kind.PUBLIC, (*everyone, GUEST, SINGLE_CHANNEL_GUEST, BOT_USER)),
        Channel(RANDOM, TEAM, "random", Kind.PUBLIC, everyone),
        Channel(ANNOUNCEMENTS, TEAM, "announcements", Kind.PUBLIC, (*everyone, BOT_USER), posting_restricted=True),
        Channel(PRIVATE, TEAM, "incidents", Kind.PRIVATE, (OWNER, MEMBER, BOT_USER)),
        Channel(PRIVATE_WITHOUT_BOT, TEAM, "leadership", Kind.PRIVATE, (OWNER, ADMIN)),
        Channel(ARCHIVED, TEAM, "old-audit", Kind.PUBLIC, (*everyone, BOT_USER), is_archived=True),
        Channel(
            SHARED,
            TEAM,
            "acme-partner",
            Kind.PUBLIC,
            (*everyone, STRANGER, BOT_USER),
            connected_team=PARTNER_TEAM,
        ),
        Channel(OWNER_DM, TEAM, "", Kind.DIRECT, (OWNER, BOT_USER)),
    ]
