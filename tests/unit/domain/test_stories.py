from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AuditEvent
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.stories import BRIEF, SOON, Collected, stories_of

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACME, LAB = Scope(ScopeKind.ORGANIZATION, "acme"), Scope(ScopeKind.SPACE, "lab")
GRACE = "//captain.api.mondoo.app/users/grace"
ACCOUNT = "//agents.api.mondoo.app/organizations/acme/serviceaccounts/2e3N"
LONG = Collected(NOON - timedelta(days=90), began=True)
NEW = Collected(NOON - timedelta(hours=1), began=True)


def event(at: datetime, word: str, resource: str = GRACE, message: str = "", actor: str = "Ada") -> AuditEvent:
    mrn = f"//captain.api.mondoo.app/users/{actor.lower()}"
    return AuditEvent(ACME, at, at.isoformat(), f"mondoo.x.Y.{word}", actor, mrn, resource, message)


def granted(before: timedelta, role: str = "owner") -> AuditEvent:
    return event(NOON - before, "SetOrganizationMembership", message=f"{role} added")


REMOVED = event(NOON, "RemoveOrganizationMembership", message="member removed")
MADE = event(NOON - 14 * MINUTE, "CreateServiceAccount", ACCOUNT, "created service account")
DELETED = event(NOON, "DeleteServiceAccount", ACCOUNT, "deleted service account")
DEMOTED = event(NOON, "SetOrganizationMembership", message="role changed from owner to viewer")


def told(about: AuditEvent, *known: AuditEvent, collected: Collected = NEW) -> list[str]:
    return [story.words for story in stories_of(about, known, collected)]


@pytest.mark.parametrize("end", [REMOVED, DEMOTED])
def test_a_role_that_was_granted_and_is_gone_is_told_with_how_long_it_was_held(end: AuditEvent) -> None:
    begin = granted(14 * MINUTE)
    (story,) = stories_of(end, [begin], NEW)
    assert (story.words, story.event, story.earlier) == ("owner for 14 minutes", end, begin)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(minutes=119, seconds=59), "119 minutes"),
        (timedelta(hours=23, minutes=59), "23 hours"),
    ],
)
def test_lengths_are_told_in_full_units(length: timedelta, words: str) -> None:
    assert told(REMOVED, granted(length)) == [f"owner for {words}"]


@pytest.mark.parametrize(
    ("end", "known"),
    [
        (REMOVED, ()),
        (REMOVED, (granted(BRIEF + MINUTE),)),
        (REMOVED, (granted(timedelta(0)),)),
        (REMOVED, (granted(-MINUTE),)),
        (REMOVED, (granted(MINUTE), granted(MINUTE, "editor"))),
        (REMOVED, (replace(granted(MINUTE), scope=LAB),)),
        (REMOVED, (replace(granted(MINUTE), resource="//captain.api.mondoo.app/users/other"),)),
        (REMOVED, (replace(granted(MINUTE), parent="//another"),)),
        (REMOVED, (replace(granted(MINUTE), action="x.SetSpaceMembership"),)),
        (REMOVED, (replace(granted(MINUTE), action="x.Novel"),)),
        (REMOVED, (replace(granted(MINUTE), message="something else"),)),
        (REMOVED, (granted(9 * MINUTE), replace(granted(MINUTE), message="something else"))),
        (replace(REMOVED, resource=""), (replace(granted(MINUTE), resource=""),)),
        (replace(DEMOTED, message="role changed from owner to owner"), (granted(MINUTE),)),
        (DEMOTED, (granted(MINUTE, "editor"),)),
        (replace(DEMOTED, message="editor added"), (granted(MINUTE),)),
    ],
)
def test_no_role_is_told_that_is_not_known_to_have_been_held(end: AuditEvent, known: tuple[AuditEvent, ...]) -> None:
    assert told(end, *known) == []


def test_the_role_that_was_held_last_is_told() -> None:
    promoted = event(NOON - MINUTE, "SetOrganizationMembership", message="role changed from viewer to owner")
    assert told(REMOVED, granted(9 * MINUTE, "viewer"), promoted) == ["owner for 60 seconds"]


def test_what_was_made_and_deleted_within_the_hour_is_one_story() -> None:
    (story,) = stories_of(DELETED, [MADE], NEW)
    assert (story.words, story.earlier) == ("created only 14 minutes before", MADE)
    other = replace(MADE, actor_name="Bob", actor_mrn="//captain.api.mondoo.app/users/bob")
    assert told(DELETED, other) == ["created only 14 minutes before, by Bob"]


@pytest.mark.parametrize(
    ("end", "known"),
    [
        (DELETED, ()),
        (DELETED, (replace(MADE, at=NOON - SOON - MINUTE),)),
        (DELETED, (replace(MADE, resource=f"{ACCOUNT}2"),)),
        (replace(DELETED, action="x.DeleteServiceAccounts"), (MADE,)),
        (replace(DELETED, resource="//a/organizations/acme"), (replace(MADE, resource="//a/organizations/acme"),)),
        (replace(DELETED, resource="service account 2"), (replace(MADE, resource="service account 2"),)),
        (replace(DELETED, action=""), (MADE,)),
    ],
)
def test_no_short_life_is_told_that_is_not_known(end: AuditEvent, known: tuple[AuditEvent, ...]) -> None:
    assert told(end, *known) == []


def test_what_somebody_did_for_the_first_time_is_told_with_since_when_that_is_known() -> None:
    assert told(MADE, collected=LONG) == [
        "the first service account created by Ada since 6 February 2024, when collecting began"
    ]
    assert told(MADE, collected=replace(LONG, began=False)) == [
        "the first service account created by Ada since 6 February 2024, as far back as events are kept"
    ]
    assert told(granted(MINUTE), collected=LONG) == [
        "the first owner made by Ada since 6 February 2024, when collecting began"
    ]


@pytest.mark.parametrize(
    ("about", "known", "collected"),
    [
        (MADE, (), NEW),
        (MADE, (replace(MADE, at=NOON - timedelta(days=50), resource=f"{ACCOUNT}2"),), LONG),
        (MADE, (MADE,), LONG),
        (replace(MADE, actor_mrn=""), (), LONG),
        (DELETED, (), LONG),
        (granted(MINUTE, "viewer"), (), LONG),
        (granted(MINUTE), (granted(9 * MINUTE),), LONG),
        (replace(MADE, resource="//a/organizations/acme"), (), LONG),
    ],
)
def test_nothing_is_called_the_first_that_may_not_be(
    about: AuditEvent, known: tuple[AuditEvent, ...], collected: Collected
) -> None:
    assert told(about, *known, collected=collected) == []


def test_others_and_other_things_do_not_count() -> None:
    bob = replace(MADE, actor_mrn="//captain.api.mondoo.app/users/bob")
    token = replace(MADE, action="x.CreateAPIToken")
    viewer = granted(9 * MINUTE, "viewer")
    later = replace(MADE, at=NOON, resource=f"{ACCOUNT}2")
    assert len(told(MADE, bob, token, later, collected=LONG)) == 1
    assert len(told(granted(MINUTE), viewer, collected=LONG)) == 1


moments = st.integers(-100, 100).map(lambda n: NOON + n * MINUTE)
events = st.builds(
    event,
    moments,
    st.sampled_from(
        [
            *("SetOrganizationMembership", "RemoveOrganizationMembership", "SetSpaceMembership"),
            *("CreateServiceAccount", "DeleteServiceAccount", "CreateAPIToken", "Novel", ""),
        ]
    ),
    st.sampled_from([GRACE, ACCOUNT, "//x/apitokens/1", "", "\u202e"]),
    st.sampled_from(["owner added", "editor added", "role changed from owner to editor", "", "owner removed"]),
    st.sampled_from(["Ada", "Bob"]),
)


@given(events, st.lists(events, max_size=8))
def test_a_story_is_only_told_of_events_that_are_known(about: AuditEvent, known: list[AuditEvent]) -> None:
    for story in stories_of(about, known, LONG):
        assert story.event == about
        if story.earlier is not None:
            assert story.earlier in known
            assert story.earlier.at < about.at
            assert story.earlier.resource == about.resource
            without = [each for each in known if each != story.earlier]
            assert story not in stories_of(about, without, LONG)
