"""Deliveries: parts of messages on their way to Slack, and what attempts to post them and to find them may bring.

What is made of each is in :mod:`~bot.domain.settlements`. Slack knows no idempotency keys: what was posted is found
again by the id in its metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

from bot.domain.access import ChannelId
from bot.domain.digests import DigestId, identify
from bot.domain.scopes import Scope
from bot.domain.subscriptions import SubscriptionId

PartId = NewType("PartId", str)
"""The id in a part's metadata: the digest's own for the first part, with ``.1`` and so on for those in its thread."""
MessageTs = NewType("MessageTs", str)
"""Slack's name for a message in its channel."""

Form = Mapping[str, object]
"""A message as Slack wants it, without its channel and metadata; plain JSON."""


class State(Enum):
    """What is known of a part. The value is what is stored."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Message:
    """A part that is posted. Its forms say the same, the richest first: a workspace may refuse newer blocks."""

    forms: Sequence[Form]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is a file in the thread."""

    name: str
    """Unique to the part, since a file is found again by its name."""
    title: str
    content: str


Content = Message | Attachment


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to deliver, whole: the first part to the channel, every other to its thread."""

    id: DigestId
    channel: ChannelId
    """Where to; the ID of a user stands for the direct messages with them."""
    parts: Sequence[Content]
    is_digest: bool = True
    """Whether its metadata calls it a digest; a notice is none."""
    follows: DigestId | None = None
    """The parcel without which it would make no sense: where that was never filed, this one is not either."""

    def part_id(self, ordinal: int) -> PartId:
        """The id of one of its parts, counted from 0."""
        return PartId(self.id if ordinal == 0 else f"{self.id}.{ordinal}")


def rest_of(parcel: DigestId, begin: int) -> DigestId:
    """The id of the parcel that a parcel's parts from ``begin`` on become, where their channel changes meanwhile."""
    return identify(parcel, "rest", str(begin))


@dataclass(frozen=True, slots=True)
class Delivery:
    """A part that this process alone deals with until its lease ends."""

    part: PartId
    ordinal: int
    channel: ChannelId
    content: Content
    is_digest: bool
    fence: int
    thread: MessageTs | None
    """The message that it answers; None for a first part."""
    subscription: SubscriptionId | None
    """None for a notice."""
    scopes: tuple[Scope, ...]
    """Whose events it shows: each has to allow the channel."""
    form: int
    """Which of its forms to send: how many Slack has refused already."""
    uncertain: bool
    """Whether an earlier attempt may have been sent, so that it has to be looked up instead of posted."""
    looks: int
    """How often it was looked up since that attempt."""
    attempts: int
    """How often it was attempted."""
    first_attempt: datetime | None
    """When it was first attempted, by the store's clock, to limit the search; None if never.

    An attempt that certainly sent nothing does not count, unless one before it is uncertain.
    """
    labelled: bool
    """Whether it has to say that it may be a repeat, since nobody could look."""
    last_attempt: datetime | None = None
    """When it was last attempted, likewise; None if never."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack took it."""

    ts: MessageTs


@dataclass(frozen=True, slots=True)
class Deferred:
    """It was certainly not sent, and may be later: 429, a connection that was never made."""

    wait: timedelta
    reason: str
    whole_channel: bool = False
    """Whether nothing else can be sent to that channel before either."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have been sent: a timeout, a reset, an error of Slack's own."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack does not take it in this form."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There is no posting to that place: it is gone, archived, shared, or the bot is not in it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Locked:
    """Slack does not take the bot's token: nothing can be posted anywhere until somebody changes that."""

    reason: str


Outcome = Sent | Deferred | Uncertain | Refused | Unreachable | Locked
"""What became of an attempt to post."""


@dataclass(frozen=True, slots=True)
class Found:
    """History holds it."""

    ts: MessageTs


@dataclass(frozen=True, slots=True)
class Absent:
    """History was searched to its end, and does not hold it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """History cannot be read, and will not be: the scope is missing, or the channel is closed to the bot."""

    reason: str


Look = Found | Absent | Unreadable | Deferred | Unreachable | Locked
"""What became of a look into history."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a channel, of one subscription or of the notices."""

    channel: ChannelId
    parts: int
    failed: int
    uncertain: int
    oldest: datetime
    subscription: SubscriptionId | None = None
    """None for notices."""
