from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot.domain.access import ChannelId, GroupId, Person, Place, PlaceKind, Policy, Role, Rule, UserId
from bot.domain.errors import AccessDenied, Unavailable
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.services.authorize import Gate

PROD = Scope(ScopeKind.ORGANIZATION, "prod")
LAB = Scope(ScopeKind.SPACE, "lab", Region.EU)
SECRET = Scope(ScopeKind.ORGANIZATION, "secret", Region.EU)
UNHEARD_OF = Scope(ScopeKind.ORGANIZATION, "unheard-of")

OWNER, MEMBER, GUEST = UserId("UOWNER"), UserId("UMEMBER"), UserId("UGUEST")
PEOPLE = {OWNER: Role.OWNER, MEMBER: Role.MEMBER, GUEST: Role.GUEST}
OPEN, SHARED = ChannelId("COPEN"), ChannelId("CSHARED")
ONCALL = GroupId("SONCALL")


@dataclass(slots=True)
class FakeDirectory:
    """A workspace of three people and any number of public channels, of which CSHARED is shared with strangers.

    ``groups`` are the user groups with their members. ``down`` is what every question is answered with instead.
    ``asked`` counts the groups that were looked up.
    """

    groups: dict[GroupId, frozenset[UserId]] = field(default_factory=dict)
    down: Unavailable | None = None
    asked: int = 0

    async def person(self, user: UserId) -> Person:
        if self.down:
            raise self.down
        return Person(user, PEOPLE[user], "Europe/Berlin")

    async def place(self, channel: ChannelId) -> Place:
        return Place(channel, PlaceKind.PUBLIC, shared=channel == SHARED)

    async def members(self, group: GroupId) -> frozenset[UserId]:
        self.asked += 1
        return self.groups.get(group, frozenset())


CLOSED = ScopeCatalog((PROD, LAB, SECRET), open=False)
FOR_ONCALL = Policy(Rule(), {LAB: Rule(groups=frozenset({ONCALL})), SECRET: Rule(admins=False)})


def gate(policy: Policy = FOR_ONCALL, catalog: ScopeCatalog = CLOSED, directory: FakeDirectory | None = None) -> Gate:
    return Gate(policy, directory or FakeDirectory({ONCALL: frozenset({MEMBER})}), catalog)


async def test_who_may_see_a_scope_is_let_in_as_the_person_they_are() -> None:
    assert await gate().check(OWNER, OPEN, PROD) == Person(OWNER, Role.OWNER, "Europe/Berlin")


async def test_a_member_of_a_named_group_is_let_in_to_that_groups_scope_alone() -> None:
    assert (await gate().check(MEMBER, OPEN, LAB)).id == MEMBER
    with pytest.raises(AccessDenied):
        await gate().check(MEMBER, OPEN, PROD)


async def test_nobody_is_looked_up_in_groups_that_no_rule_names() -> None:
    directory = FakeDirectory()
    await gate(Policy(), directory=directory).check(OWNER, OPEN, PROD)
    assert directory.asked == 0


async def test_a_refusal_says_whom_to_ask() -> None:
    with pytest.raises(AccessDenied) as refusal:
        await gate().check(MEMBER, OPEN, PROD)
    assert str(refusal.value) == "You may not see the audit log of organization prod here."
    assert "owner or admin" in refusal.value.advice


@pytest.mark.parametrize("user", [OWNER, MEMBER, GUEST])
@pytest.mark.parametrize("channel", [OPEN, SHARED])
async def test_a_refusal_is_the_same_whether_the_scope_exists_or_not(user: UserId, channel: ChannelId) -> None:
    door = gate()
    with pytest.raises(AccessDenied) as hidden:
        await door.check(user, channel, SECRET)
    with pytest.raises(AccessDenied) as missing:
        await door.check(user, channel, UNHEARD_OF)
    assert str(hidden.value).replace("secret", "unheard-of") == str(missing.value)


async def test_a_closed_catalog_refuses_what_the_settings_do_not_name_even_to_owners() -> None:
    with pytest.raises(AccessDenied):
        await gate().check(OWNER, OPEN, UNHEARD_OF)


async def test_an_open_catalog_leaves_unnamed_scopes_to_the_default_rule() -> None:
    door = gate(catalog=ScopeCatalog((PROD,)))
    assert (await door.check(OWNER, OPEN, UNHEARD_OF)).id == OWNER
    with pytest.raises(AccessDenied):
        await door.check(MEMBER, OPEN, UNHEARD_OF)


async def test_an_owner_is_refused_in_a_shared_channel_and_told_why() -> None:
    with pytest.raises(AccessDenied, match="shared with another organization"):
        await gate().check(OWNER, SHARED, PROD)


async def test_a_guest_in_a_listed_shared_channel_is_not_told_that_the_channel_is_unlisted() -> None:
    listed = Policy(Rule(channels=frozenset({SHARED})))
    with pytest.raises(AccessDenied, match="Guests may see audit logs only where"):
        await gate(listed).check(GUEST, SHARED, PROD)


async def test_owners_manage_subscriptions_where_they_may_see_the_log() -> None:
    assert (await gate().check_manager(OWNER, OPEN, PROD)).id == OWNER


async def test_a_member_manages_subscriptions_only_as_a_manager() -> None:
    with pytest.raises(AccessDenied, match="not manage subscriptions") as refusal:
        await gate().check_manager(MEMBER, OPEN, LAB)
    assert "name you a manager" in refusal.value.advice
    managed = Policy(scopes={LAB: Rule(groups=frozenset({ONCALL}), managers=frozenset({MEMBER}))})
    assert (await gate(managed).check_manager(MEMBER, OPEN, LAB)).id == MEMBER


@pytest.mark.parametrize("scope", [SECRET, UNHEARD_OF])
async def test_who_may_not_see_a_scope_learns_nothing_about_it_by_managing(scope: Scope) -> None:
    door = gate(Policy(Rule(managers=frozenset({MEMBER}))))
    with pytest.raises(AccessDenied) as seeing:
        await door.check(MEMBER, OPEN, scope)
    with pytest.raises(AccessDenied) as managing:
        await door.check_manager(MEMBER, OPEN, scope)
    assert str(managing.value) == str(seeing.value)
    assert managing.value.advice == seeing.value.advice


async def test_the_visible_scopes_are_those_that_would_be_shown_in_the_settings_order() -> None:
    assert await gate().visible(OWNER, OPEN) == (PROD, LAB)
    assert await gate().visible(MEMBER, OPEN) == (LAB,)
    assert await gate().visible(GUEST, OPEN) == ()
    assert await gate().visible(OWNER, SHARED) == ()


@pytest.mark.parametrize(("user", "channel"), [(OWNER, OPEN), (MEMBER, OPEN)])
async def test_who_may_see_some_scope_is_not_refused_altogether(user: UserId, channel: ChannelId) -> None:
    await gate().check_any(user, channel)


async def test_whom_the_default_rule_lets_in_is_not_refused_altogether_where_nothing_is_configured() -> None:
    await gate(Policy(), ScopeCatalog()).check_any(OWNER, OPEN)


@pytest.mark.parametrize(
    ("user", "channel", "words"),
    [
        (GUEST, OPEN, "Guests may see audit logs only where the settings name them by ID."),
        (OWNER, SHARED, "shared with another organization"),
        (MEMBER, SHARED, "shared with another organization"),
    ],
)
async def test_who_may_see_no_scope_at_all_is_refused_altogether(user: UserId, channel: ChannelId, words: str) -> None:
    with pytest.raises(AccessDenied, match=words):
        await gate().check_any(user, channel)


async def test_a_member_who_is_refused_altogether_is_told_of_no_scope() -> None:
    with pytest.raises(AccessDenied, match="may not see any audit log here"):
        await gate(Policy()).check_any(MEMBER, OPEN)


async def test_nobody_is_let_in_while_slack_does_not_say_who_they_are() -> None:
    door = gate(directory=FakeDirectory(down=Unavailable("Slack answered 503.")))
    with pytest.raises(Unavailable):
        await door.check(OWNER, OPEN, PROD)
    with pytest.raises(Unavailable):
        await door.visible(OWNER, OPEN)
