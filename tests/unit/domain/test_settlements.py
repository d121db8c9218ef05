"""What becomes of a part after an attempt to post it, and after a look for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.access import ChannelId
from bot.domain.deliveries import (
    Absent,
    Attachment,
    Content,
    Deferred,
    Delivery,
    Found,
    Locked,
    Look,
    Message,
    MessageTs,
    Outcome,
    Parcel,
    PartId,
    Refused,
    Sent,
    State,
    Uncertain,
    Unreachable,
    Unreadable,
)
from bot.domain.digests import DigestId
from bot.domain.settlements import Settlement, Timing, after_attempt, after_look
from bot.domain.subscriptions import SubscriptionId

TS = MessageTs("1716900000.000200")
WAIT = timedelta(seconds=30)
TIMING = Timing()
TWO_FORMS = Message([{"blocks": []}, {"text": "plain"}])
ATTACHMENT = Attachment("digest.csv", "All events", "a,b")


def delivery(**otherwise: object) -> Delivery:
    """A digest's first part that was tried once in its first form; anything can be said otherwise."""
    given: dict[str, object] = {
        "part": PartId("abc"),
        "ordinal": 0,
        "channel": ChannelId("C1"),
        "content": TWO_FORMS,
        "is_digest": True,
        "fence": 1,
        "thread": None,
        "subscription": SubscriptionId(3),
        "scopes": (),
        "form": 0,
        "uncertain": False,
        "looks": 0,
        "attempts": 1,
        "first_attempt": None,
        "labelled": False,
    }
    return Delivery(**(given | otherwise))  # type: ignore[arg-type] # tests say what they mean


@pytest.mark.parametrize(
    ("outcome", "settlement"),
    [
        (Sent(TS), Settlement(State.SENT, ts=TS)),
        (Deferred(WAIT, "429"), Settlement(State.PENDING, "429", WAIT)),
        (Deferred(WAIT, "429", whole_channel=True), Settlement(State.PENDING, "429", WAIT, WAIT)),
        (Uncertain("reset"), Settlement(State.UNKNOWN, "reset", TIMING.before_look)),
        (Refused("invalid_blocks"), Settlement(State.PENDING, "invalid_blocks", form=1)),
        (Unreachable("is_archived"), Settlement(State.PENDING, "is_archived", stop=True)),
        (Locked("invalid_auth"), Settlement(State.PENDING, "invalid_auth", TIMING.while_locked)),
    ],
)
def test_every_outcome_of_an_attempt_has_its_consequence(outcome: Outcome, settlement: Settlement) -> None:
    assert after_attempt(delivery(), outcome, TIMING) == settlement


@pytest.mark.parametrize(
    ("content", "form"), [(TWO_FORMS, 1), (Message([{"text": "plain"}]), 0), (Message([]), 0), (ATTACHMENT, 0)]
)
def test_a_part_that_slack_refuses_in_its_last_form_fails_and_stops_its_subscription(
    content: Content, form: int
) -> None:
    settled = after_attempt(delivery(content=content, form=form), Refused("no_text"), TIMING)
    assert settled == Settlement(State.FAILED, "no_text", stop=True)


def test_a_notice_to_nowhere_waits_for_nobody(  # it has no subscription that could resume
) -> None:
    settled = after_attempt(delivery(subscription=None), Unreachable("channel_not_found"), TIMING)
    assert (settled.state, settled.stop) == (State.FAILED, True)
    looked = after_look(delivery(subscription=None, uncertain=True), Unreachable("channel_not_found"), TIMING)
    assert (looked.state, looked.stop) == (State.FAILED, True)


@pytest.mark.parametrize(
    ("looks", "look", "settlement"),
    [
        (0, Found(TS), Settlement(State.SENT, ts=TS)),
        (1, Found(TS), Settlement(State.SENT, ts=TS)),
        (0, Absent(), Settlement(State.UNKNOWN, "not found yet", TIMING.between_looks, looks=1)),
        (1, Absent(), Settlement(State.PENDING, "not found, to be sent again")),
        (0, Unreadable("missing_scope"), Settlement(State.PENDING, "missing_scope", labelled=True)),
        (1, Deferred(WAIT, "429"), Settlement(State.UNKNOWN, "429", WAIT, looks=1)),
        (1, Unreachable("is_archived"), Settlement(State.UNKNOWN, "is_archived", looks=1, stop=True)),
        (1, Locked("invalid_auth"), Settlement(State.UNKNOWN, "invalid_auth", TIMING.while_locked, looks=1)),
    ],
)
def test_every_outcome_of_a_look_has_its_consequence(looks: int, look: Look, settlement: Settlement) -> None:
    assert after_look(delivery(looks=looks, uncertain=True), look, TIMING) == settlement


OUTCOMES: list[Outcome] = [
    *(Sent(TS), Deferred(WAIT, ""), Uncertain(""), Unreachable(""), Locked("")),
]
LOOKS: list[Look] = [Found(TS), Absent(), Unreadable(""), Deferred(WAIT, ""), Unreachable(""), Locked("")]


def test_neither_the_form_nor_the_label_of_a_part_is_forgotten() -> None:
    tried = delivery(form=1, labelled=True, looks=1)
    settled = [after_attempt(tried, outcome, TIMING) for outcome in OUTCOMES]
    settled += [after_look(tried, look, TIMING) for look in LOOKS]
    assert {(each.form, each.labelled) for each in settled} == {(1, True)}


def test_what_may_have_been_sent_is_sent_again_only_after_two_looks_or_with_a_label() -> None:
    for looks in (0, 1):
        for look in LOOKS:
            settled = after_look(delivery(looks=looks, uncertain=True), look, TIMING)
            if settled.state is State.PENDING:
                assert settled.labelled or looks == 1


def test_the_first_part_has_the_digests_own_id() -> None:
    parcel = Parcel(DigestId("abc"), ChannelId("C1"), [TWO_FORMS, ATTACHMENT])
    assert [parcel.part_id(ordinal) for ordinal in range(2)] == ["abc", "abc.1"]
