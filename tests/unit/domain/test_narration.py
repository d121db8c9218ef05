"""Events in plain words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AuditEvent
from bot.domain.narration import Narration, label, narrate

Make = Callable[..., AuditEvent]
USER = "//captain.api.mondoo.app/users/2AdPauBAGEqnOjIFXx6AIyWrhxh"


def test_the_documented_events_are_told_in_plain_words(make_event: Make) -> None:
    assert narrate(make_event()) == Narration(
        actor="Jane Doe",
        deed="created service account 2e3NzLkD73yQe7MTJZLw3",
        object="service account 2e3NzLkD73yQe7MTJZLw3",
        detail="",
    )
    event = make_event(action="mondoo.captain.Captain.SetOrganizationMembership", message="owner added", resource=USER)
    assert narrate(event) == Narration(
        actor="Jane Doe",
        deed="made user 2AdPauBAGEqnOjIFXx6AIyWrhxh an owner of the organization",
        object="user 2AdPauBAGEqnOjIFXx6AIyWrhxh",
        detail="",
    )


@pytest.mark.parametrize(
    ("word", "message", "deed", "detail"),
    [
        ("SetSpaceMembership", "Viewer added", "made user U a viewer of the space", ""),
        ("SetOrganizationMembership", "policy-editor added", "made user U a policy-editor of the organization", ""),
        ("SetRole", "role changed from viewer to owner", "changed user U from viewer to owner", ""),
        (
            "SetSpaceMembership",
            "role changed from editor to viewer",
            "changed user U from editor to viewer of the space",
            "",
        ),
        ("SetSpaceMembership", "owner not added", "changed the role of user U", "owner not added"),
        ("SetSpaceMembership", "", "changed the role of user U", ""),
        ("RemoveSpaceMembership", "owner removed", "removed user U from the space", "owner removed"),
        ("RemoveUser", "removed user", "removed user U", ""),
        ("UpdateUser", "updated user profile", "updated user U", "updated user profile"),
        ("Login", "user logged in", "logged in", ""),
        ("Logout", "after an hour", "logged out", "after an hour"),
        ("Delete", "", "deleted user U", ""),
        ("TriggerAction", "triggered scan", "triggered action (user U)", "triggered scan"),
        ("CreateSSOProvider", "", "created SSO provider (user U)", ""),
        ("SetProps", "set props", "set properties (user U)", "set props"),
        ("DeleteUsers", "deleted 3 users", "deleted users (user U)", "deleted 3 users"),
        ("DoNovel", "did something novel", "did “Do novel”", "did something novel"),
        ("DoNovel", "do  NOVEL", "did “Do novel”", ""),
        ("Délete", "m", "did “Délete”", "m"),
        ("deleteUser", "m", "did “delete user”", "m"),
        ("", "m", "did “mondoo.”", "m"),
    ],
)
def test_a_deed_is_what_was_done_and_the_detail_what_else_was_said(
    make_event: Make, word: str, message: str, deed: str, detail: str
) -> None:
    event = make_event(action=f"mondoo.{word}", message=message, resource="//captain.api.mondoo.app/users/U")
    assert (narrate(event).deed, narrate(event).detail) == (deed, detail)


@pytest.mark.parametrize(
    ("mrn", "expected"),
    [
        ("//captain.api.mondoo.app/organizations/o", "organization o"),
        ("//captain.api.mondoo.app/spaces/s", "space s"),
        ("//captain.api.mondoo.app/spaces/s/integrations/i", "integration i"),
        ("//agents.api.mondoo.app/spaces/s/agents/a", "agent a"),
        ("//agents.api.mondoo.app/spaces/s/serviceaccounts/a", "service account a"),
        ("//iam.api.mondoo.app/roles/owner", "role owner"),
        ("//policy.api.mondoo.app/policies/p", "policy p"),
        ("//policy.api.mondoo.app/frameworks/f", "framework f"),
        ("//policy.api.mondoo.app/queries/q", "query q"),
        ("//assets.api.mondoo.app/spaces/s/assets/a", "asset a"),
        ("//future.api.mondoo.app/things/t", "//future.api.mondoo.app/things/t"),
        ("//captain.api.mondoo.app/users/", "//captain.api.mondoo.app/users/"),
        ("something\nelse", "something else"),
        ("", ""),
    ],
)
def test_a_resource_has_a_short_name_where_its_kind_is_known(mrn: str, expected: str) -> None:
    assert label(mrn) == expected


def test_a_resource_of_an_unknown_kind_is_not_repeated_in_the_deed(make_event: Make) -> None:
    told = narrate(make_event(action="a.CreateThing", resource="//x/things/t", message=""))
    assert (told.deed, told.object) == ("created thing", "//x/things/t")


def test_a_membership_of_nobody_is_somebodys(make_event: Make) -> None:
    told = narrate(make_event(action="a.SetRole", resource="", message="owner added"))
    assert told.deed == "made someone an owner"


@pytest.mark.parametrize(
    ("name", "mrn", "actor"),
    [
        ("  Jane\n Doe ", USER, "Jane Doe"),
        ("", "//agents.api.mondoo.app/spaces/s/serviceaccounts/a", "service account a"),
        ("", "", "someone unknown"),
    ],
)
def test_an_actor_is_named_or_labelled(make_event: Make, name: str, mrn: str, actor: str) -> None:
    assert narrate(make_event(actor_name=name, actor_mrn=mrn)).actor == actor


def test_an_event_without_any_words_is_still_told(make_event: Make) -> None:
    told = narrate(make_event(action="", resource="", message="", actor_name="", actor_mrn=""))
    assert told == Narration("someone unknown", "did something", "", "")


ANY = st.text() | st.sampled_from([USER, "a.SetRole", "a.CreateUser", "owner added", "//" * 50, "A" * 99])


@given(ANY, ANY, ANY, ANY)
def test_whatever_comes_is_told_on_one_line(
    make_event: Make, action: str, resource: str, message: str, name: str
) -> None:
    told = narrate(make_event(action=action, resource=resource, message=message, actor_name=name))
    assert told.actor
    assert told.deed
    for text in (told.actor, told.deed, told.object, told.detail):
        assert text.splitlines() in ([], [text])


@pytest.mark.parametrize("text", ["//" + "a/" * 300_000, "Aa" * 300_000, "owner " * 200_000])
def test_hostile_texts_cost_no_time(make_event: Make, text: str) -> None:
    assert narrate(make_event(action=f"a.{text}", resource=text, message=text, actor_name=text)).deed
