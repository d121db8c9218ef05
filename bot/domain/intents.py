"""What a command asks for, once it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.access import ChannelId, GroupId
from bot.domain.formats import FileFormat, Format
from bot.domain.mutes import MuteId, MuteTerms
from bot.domain.query import AuditQuery, Filters
from bot.domain.schedules import Schedule
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Mode, SubscriptionId


@dataclass(frozen=True, slots=True)
class Help:
    """To be told how commands work: all in all, or about the verb or key that ``topic`` names."""

    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """To be shown the events that answer a question."""

    query: AuditQuery
    zone: str
    """The IANA name of the time zone that days without one were read in: the reader's, or UTC if that is unknown."""
    output: Format | None = None
    """None where the command does not say."""


@dataclass(frozen=True, slots=True)
class Export:
    """To be given the events that answer a question as a file."""

    query: AuditQuery
    """Without a limit, unless the command gives one."""
    form: FileFormat
    channel: ChannelId | None = None
    """None for the person's own messages with the bot."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """To have what happens in a scope told in a channel from now on."""

    scope: Scope
    mode: Mode
    filters: Filters
    schedule: Schedule | None
    """None for an alert."""
    zone: str
    """The IANA name of the subscription's time zone: the reader's, unless the command names another."""
    channel: ChannelId | None = None
    """None for where the command was typed."""
    mention: GroupId | None = None
    reassure_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ListSubscriptions:
    """To be shown who is told what."""


@dataclass(frozen=True, slots=True)
class Pause:
    """To have a subscription tell nothing for now."""

    number: SubscriptionId


@dataclass(frozen=True, slots=True)
class Resume:
    """To have a subscription tell what it did not tell while it was paused, and go on."""

    number: SubscriptionId


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """To have a subscription forgotten."""

    number: SubscriptionId


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """To be shown how the bot itself is doing."""


@dataclass(frozen=True, slots=True)
class MuteEvents:
    """To have digests and alerts leave events out from now on."""

    terms: MuteTerms


@dataclass(frozen=True, slots=True)
class ListMutes:
    """To be shown which events are left out, and why."""


@dataclass(frozen=True, slots=True)
class Unmute:
    """To have a mute rule lifted."""

    number: MuteId


Question = Help | Search
"""What can be asked anywhere."""
Command = (
    Question
    | Export
    | Subscribe
    | ListSubscriptions
    | Pause
    | Resume
    | Unsubscribe
    | ShowStatus
    | MuteEvents
    | ListMutes
    | Unmute
)
"""What can be asked in Slack."""
