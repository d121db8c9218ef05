"""Whatever events there are, and however many: what is composed of them is valid, inert and complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.composer import SlackComposer
from bot.domain.deliveries import Attachment, Message
from bot.domain.digests import Digest, Entry, Source
from bot.domain.events import AuditEvent
from bot.domain.query import Filters
from bot.domain.scopes import ScopeCatalog
from bot.domain.stories import Story
from bot.domain.subscriptions import Mode
from bot.sandbox.slack.blocks.active import Active, Activity

from .pages import SCOPE
from .tidings import (
    CATALOG,
    LAB,
    NOW,
    ONCALL,
    OWNER,
    SINCE,
    UNTIL,
    active,
    broken,
    busy,
    complaints,
    digest,
    forms,
    health,
    subscription,
    told,
)

COMPOSER = SlackComposer(CATALOG)
MODES = list(Mode)
THREADED = 60
HOSTILE = (
    "<!channel>",
    "<@U0OLIVIAOWN> <!subteam^S0ONCALLGRP>",
    "<https://evil.example|Login> https://evil.example",
    "*bold* _x_ ~y~ `code` :rotating_light:",
    "\u202edeton\u202c \u2066x\u2069",
    "\x00\x1b[2J\r\n\n@everyone",
    "👩‍👩‍👧‍👦" * 400,
    "a\u0301\u0302\u0303\u0304\u0305\u0306" * 300,
    "\ud800",
    "=cmd()|' /C calc'!A0",
    "&lt;!here&gt; &nbsp;",
    "x" * 20_000,
    "",
)
TEXT = st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=300)
ACTIONS = st.sampled_from(
    (
        "mondoo.agents.AgentManager.CreateServiceAccount",
        "mondoo.captain.Captain.SetOrganizationMembership",
        "mondoo.captain.Captain.RemoveSpaceMembership",
        "mondoo.policy.Hub.AssignPolicy",
        "mondoo.captain.Captain.CreateAPIToken",
        "mondoo.integrations.Manager.DeleteIntegration",
        "mondoo.captain.Captain.CreateSpace",
        "mondoo.agents.AgentManager.UnregisterAgent",
        "login",
    )
)
MOMENTS = st.datetimes(SINCE.replace(tzinfo=None), UNTIL.replace(tzinfo=None), timezones=st.just(UTC)) | st.datetimes(
    timezones=st.just(UTC)
)
EVENTS = st.builds(
    AuditEvent,
    scope=st.sampled_from((SCOPE, LAB)),
    at=MOMENTS,
    timestamp=TEXT,
    action=ACTIONS | TEXT,
    actor_name=TEXT,
    actor_mrn=TEXT,
    resource=TEXT,
    message=TEXT,
    ip=st.none() | TEXT,
    parent=st.none() | TEXT,
)
HEALTHS = st.sampled_from((health(), broken(), broken(reason="<!channel> " * 200), broken(last_read=None)))
DIGESTS = st.builds(
    lambda events, mode, mention, sources, until, filters: digest(
        events,
        subscription=subscription(
            mode=mode, mention=mention, scopes=(SCOPE, LAB), filters=filters, zone="Pacific/Kiritimati"
        ),
        sources=tuple(Source(each, 0, 9, number) for number, each in enumerate(sources)),
        until=until,
        stories=tuple(Story(event, f"the first <!channel> {'x' * 5000}", event) for event in events[::2]),
    ),
    st.lists(EVENTS, min_size=1, max_size=30),
    st.sampled_from(MODES),
    st.none() | st.just(ONCALL),
    st.lists(HEALTHS, min_size=1, max_size=8),
    st.sampled_from((SINCE, SINCE - timedelta(days=1), UNTIL, UNTIL + timedelta(days=900))),
    st.builds(Filters, actor=TEXT, text=TEXT),
)


def numbered(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """The events, each with a number of its own at the beginning of its message."""
    return [replace(event, message=f"no-{n}-no {event.message}") for n, event in enumerate(events)]


def worst(count: int) -> list[AuditEvent]:
    """So many events of all categories by as many people, each as long as can be."""
    long = "👩‍👩‍👧‍👦<!channel>" * 400
    actions = ("CreateServiceAccount", "SetRole", "Login", "SetProps", "CreateSpace", "CreateAPIToken", "XAgent", "Y")
    return [
        replace(
            event, action=f"{long}.{actions[n % 8]}", actor_name=f"{n}{long}", actor_mrn=long, resource=long, ip=long
        )
        for n, event in enumerate(busy(count))
    ]


def checked(given_digest: Digest) -> None:
    """Assert that every form of it is valid, and that nothing in it is active but the call for the group."""
    parcel = COMPOSER.digest(given_digest)
    mention = given_digest.subscription.terms.mention
    calls = [] if mention is None else [Active(Activity.GROUP, mention)]
    for part in parcel.parts:
        expected = calls if part is parcel.parts[0] else []
        for form in part.forms if isinstance(part, Message) else ():
            assert complaints(dict(form)) == []
            assert active(dict(form)) == expected


@given(DIGESTS)
def test_no_event_makes_an_invalid_or_active_message(any_digest: Digest) -> None:
    checked(any_digest)


@given(DIGESTS)
def test_every_event_can_be_read_once_in_every_form(any_digest: Digest) -> None:
    events = numbered([each.event for each in any_digest.entries])
    parcel = COMPOSER.digest(digest(events, subscription=any_digest.subscription))
    for form in range(3):
        assert told(parcel, form) == Counter({str(n): 1 for n in range(len(events))})


@given(DIGESTS)
def test_the_same_digest_gives_the_same_parcel(any_digest: Digest) -> None:
    assert COMPOSER.digest(any_digest) == SlackComposer(CATALOG).digest(any_digest)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("count", [1, 2, 5, 6, 8, 9, 59, 60, 61])
def test_every_one_of_any_number_of_events_can_be_read_once(count: int, mode: Mode) -> None:
    events = numbered(worst(count))
    stories = tuple(Story(event, "W" * 20_000, event) for event in events)
    known = digest(events, subscription=subscription(mode=mode, mention=ONCALL), stories=stories)
    parcel = COMPOSER.digest(known)
    for form in range(3):
        assert told(parcel, form) == Counter({str(n): 1 for n in range(count)})
    assert [complaints(form) for form in forms(parcel)] == [[] for _ in forms(parcel)]


@pytest.mark.parametrize("count", [59, 60, 61])
def test_many_events_take_few_parts(count: int) -> None:
    parts = COMPOSER.digest(digest(busy(count))).parts
    assert len(parts) == (5 if count <= THREADED else 2)
    assert isinstance(parts[-1], Attachment) is (count > THREADED)


@pytest.mark.parametrize("mode", MODES)
def test_the_longest_events_take_not_many_more(mode: Mode) -> None:
    w = "W" * 20_000
    made = [AuditEvent(LAB, event.at, event.timestamp, w, w, w, w, w, w) for event in busy(60)]
    events = numbered(made)
    parcel = COMPOSER.digest(digest(events, subscription=subscription(mode=mode, scopes=(SCOPE, LAB))))
    assert [complaints(form) for form in forms(parcel)] == [[] for _ in forms(parcel)]
    assert told(parcel, 1) == Counter({str(n): 1 for n in range(60)})
    assert len(parcel.parts) <= 8


def test_ten_thousand_events_read_well() -> None:
    parcel = COMPOSER.digest(digest(numbered(busy(10_000))))
    assert [complaints(form) for form in forms(parcel)] == [[], [], []]
    assert told(parcel, 0) == Counter({str(n): 1 for n in range(10_000)})


def test_twins_are_each_told() -> None:
    event = numbered(busy(1))[0]
    for count in (2, 12, 70):
        parcel = COMPOSER.digest(digest([event] * count))
        assert [told(parcel, form) for form in range(3)] == [Counter({"0": count})] * 3


@given(st.text(st.characters(), min_size=1))
def test_no_alias_makes_an_invalid_or_active_message(alias: str) -> None:
    composer = SlackComposer(ScopeCatalog((SCOPE,), ((alias, SCOPE),)))
    parcels = [
        composer.digest(digest(busy(6))),
        composer.digest(digest(busy(6), subscription=subscription(mode=Mode.ALERT))),
        composer.quiet(digest(())),
        composer.down(broken(SCOPE), subscription().terms.channel),
        composer.recovered(broken(SCOPE, last_read=NOW), subscription().terms.channel),
    ]
    for parcel in parcels:
        assert [(complaints(form), active(form)) for form in forms(parcel)] == [([], []) for _ in forms(parcel)]


@given(TEXT)
def test_no_reason_makes_an_invalid_or_active_notice(reason: str) -> None:
    for parcel in (
        COMPOSER.down(broken(reason=reason), subscription().terms.channel),
        COMPOSER.stopped(subscription(reason=reason), OWNER),
    ):
        for form in forms(parcel):
            assert complaints(form) == []
            assert [each for each in active(form) if each.activity is not Activity.CHANNEL] == []


def test_an_event_of_the_far_future_does_not_spoil_the_rest() -> None:
    far = replace(busy(1)[0], at=datetime.max.replace(tzinfo=UTC))
    given_digest = digest((*busy(8), far), subscription=subscription(zone="Pacific/Kiritimati"))
    entries = (*given_digest.entries, Entry(99, replace(far, at=datetime.min.replace(tzinfo=UTC)), NOW))
    checked(replace(given_digest, entries=entries))
