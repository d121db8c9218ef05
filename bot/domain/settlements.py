"""Settlements: what is noted of a part of a message after an attempt to post it, or a look for it in history.

::

    pending ──claim──▶ sending ──▶ sent
       ▲                 │ ├─────▶ failed    Slack refuses it, whatever its form; waits for ``resume``
       │                 │ └─────▶ unknown   it may have been sent: looked up before anything is posted again
       └─────────────────┘◀──────── unknown  after two looks that did not find it
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from bot.domain.deliveries import (
    Absent,
    Deferred,
    Delivery,
    Found,
    Locked,
    Look,
    Message,
    MessageTs,
    Outcome,
    Refused,
    Sent,
    State,
    Uncertain,
    Unreachable,
    Unreadable,
)

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
