"""Deliveries: parts of messages on their way to Slack, and what can become of each.

::

    pending ──claim──▶ sending ──▶ sent
       ▲                 │ ├─────▶ failed    Slack refuses it, whatever its form; waits for ``resume``
       │                 │ └─────▶ unknown   it may have been sent: looked up before anything is posted again
       └─────────────────┘◀──────── unknown  after two looks that did not find it

Slack knows no idempotency keys: what was posted is found again by the id in its metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType, assert_never

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

LOOKS = 2
"""How often history must not hold a part before it counts as not sent: it may show what it was given a little late."""


MOST_LABELLED = 5
"""How often a part is sent again of which nobody can tell whether it was sent: each may be a repeat."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long to wait for what."""

    lease: timedelta = timedelta(seconds=60)
    """For one attempt; far longer than one takes."""
    before_look: timedelta = timedelta(seconds=20)
    """Until history is searched; longer than the client waits for an answer, so that nothing is under way any more."""
    between_looks: timedelta = timedelta(seconds=10)
    while_locked: timedelta = timedelta(minutes=1)
    """Between two attempts to find the token accepted again."""


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


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is noted of a part after an attempt or a look."""

    state: State
    reason: str = ""
    wait: timedelta = timedelta(0)
    """Before it may be dealt with again."""
    channel_wait: timedelta = timedelta(0)
    """Before anything else may be posted to its channel."""
    ts: MessageTs | None = None
    form: int = 0
    looks: int = 0
    labelled: bool = False
    stop: bool = False
    """Whether its subscription is to be stopped, for the same reason."""


def after_attempt(delivery: Delivery, outcome: Outcome, timing: Timing) -> Settlement:  # noqa: PLR0911 — one an outcome
    """What to note after an attempt to post."""
    form, labelled = delivery.form, delivery.labelled
    match outcome:
        case Sent(ts):
            return Settlement(State.SENT, ts=ts, form=form, labelled=labelled)
        case Deferred(wait, reason, whole_channel):
            pause = wait if whole_channel else timedelta(0)
            return Settlement(State.PENDING, reason, wait, pause, form=form, labelled=labelled)
        case Uncertain(reason):
            return Settlement(State.UNKNOWN, reason, timing.before_look, form=form, labelled=labelled)
        case Refused(reason):
            forms = len(delivery.content.forms) if isinstance(delivery.content, Message) else 1
            if form + 1 < forms:
                return Settlement(State.PENDING, reason, form=form + 1, labelled=labelled)
            return Settlement(State.FAILED, reason, stop=True, labelled=labelled)
        case Unreachable(reason):
            state = State.FAILED if delivery.subscription is None else State.PENDING
            return Settlement(state, reason, form=form, labelled=labelled, stop=True)
        case Locked(reason):
            return Settlement(State.PENDING, reason, timing.while_locked, form=form, labelled=labelled)
        case _:
            assert_never(outcome)


def after_look(delivery: Delivery, look: Look, timing: Timing) -> Settlement:  # noqa: PLR0911 — likewise
    """What to note after a look into history for a part that may have been sent."""
    form, labelled, looks = delivery.form, delivery.labelled, delivery.looks
    match look:
        case Found(ts):
            return Settlement(State.SENT, ts=ts, form=form, labelled=labelled)
        case Absent() if looks + 1 < LOOKS:
            return Settlement(
                State.UNKNOWN, "not found yet", timing.between_looks, form=form, looks=looks + 1, labelled=labelled
            )
        case Absent():
            return Settlement(State.PENDING, "not found, to be sent again", form=form, labelled=labelled)
        case Unreadable(reason) if delivery.attempts > MOST_LABELLED:
            return Settlement(State.FAILED, reason, stop=True, labelled=True)
        case Unreadable(reason):
            wait = timedelta(0) if delivery.attempts <= 1 else timing.between_looks * 2**delivery.attempts
            return Settlement(State.PENDING, reason, wait, form=form, labelled=True)
        case Deferred(wait, reason):
            return Settlement(State.UNKNOWN, reason, wait, form=form, looks=looks, labelled=labelled)
        case Unreachable(reason):
            state = State.FAILED if delivery.subscription is None else State.UNKNOWN
            return Settlement(state, reason, form=form, looks=looks, labelled=labelled, stop=True)
        case Locked(reason):
            return Settlement(State.UNKNOWN, reason, timing.while_locked, form=form, looks=looks, labelled=labelled)
        case _:
            assert_never(look)


def after_move(settlement: Settlement) -> Settlement:
    """What to note of a part instead, where its subscription goes to another channel meanwhile.

    What becomes of the old channel is no reason to stop. Where nobody can look into it any more, the part is sent to
    the new one, and says that it may be a repeat.
    """
    if not settlement.stop:
        return settlement
    unknown = settlement.state is State.UNKNOWN
    state = State.PENDING if unknown else settlement.state
    return replace(settlement, state=state, stop=False, labelled=settlement.labelled or unknown)
