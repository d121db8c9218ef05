"""Who may see which scope, and where."""

from __future__ import annotations

import itertools

import pytest

from bot.domain.access import ChannelId, GroupId, Person, Place, PlaceKind, Policy, Role, Rule, UserId
from bot.domain.scopes import Region, Scope, ScopeKind

SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
OTHER = Scope(ScopeKind.ORGANIZATION, "acme", Region.EU)
ME, HERE, GROUP = UserId("U1"), ChannelId("C1"), GroupId("S1")
ADMINS = {Role.OWNER, Role.ADMIN}
INSIDERS = {*ADMINS, Role.MEMBER}

NOBODY = Rule(admins=False)
BY_DEFAULT = Rule()
BY_ID = Rule(users=frozenset({ME}), admins=False)
BY_GROUP = Rule(groups=frozenset({GROUP}), admins=False)
BY_CHANNEL = Rule(channels=frozenset({HERE}), admins=False)
BY_ADMIN_AND_CHANNEL = Rule(channels=frozenset({HERE}))

EVERY_CASE = list(itertools.product(Role, PlaceKind))


def may(rule: Rule, role: Role, kind: PlaceKind, *, shared: bool = False, in_group: bool = False) -> bool:
    groups = frozenset({GROUP, GroupId("S2")}) if in_group else frozenset({GroupId("S2")})
    decision = Policy(rule).decide(Person(ME, role), Place(HERE, kind, shared=shared), SCOPE, groups)
    assert bool(decision.reason) != decision.allowed
    return decision.allowed


@pytest.mark.parametrize(("role", "kind"), EVERY_CASE)
class TestInAPlaceOfOurOwn:
    def test_by_default_owners_and_admins_alone_are_let_in(self, role: Role, kind: PlaceKind) -> None:
        assert may(BY_DEFAULT, role, kind, in_group=True) == (role in ADMINS)

    def test_owners_and_admins_can_be_left_out(self, role: Role, kind: PlaceKind) -> None:
        assert not may(NOBODY, role, kind, in_group=True)

    def test_whoever_is_named_by_id_is_let_in(self, role: Role, kind: PlaceKind) -> None:
        assert may(BY_ID, role, kind)

    def test_a_group_lets_in_full_members_who_belong_to_it(self, role: Role, kind: PlaceKind) -> None:
        assert may(BY_GROUP, role, kind, in_group=True) == (role in INSIDERS)
        assert not may(BY_GROUP, role, kind, in_group=False)

    def test_a_listed_channel_lets_in_full_members_who_ask_there(self, role: Role, kind: PlaceKind) -> None:
        assert may(BY_CHANNEL, role, kind) == (role in INSIDERS)

    def test_a_channel_that_is_not_listed_lets_nobody_in(self, role: Role, kind: PlaceKind) -> None:
        rule = Rule(channels=frozenset({ChannelId("C2")}), admins=False)
        assert not may(rule, role, kind)


@pytest.mark.parametrize(("role", "kind"), EVERY_CASE)
class TestInASharedChannel:
    @pytest.mark.parametrize("rule", [NOBODY, BY_DEFAULT, BY_ID, BY_GROUP])
    def test_nobody_is_answered_where_it_is_not_listed(self, role: Role, kind: PlaceKind, rule: Rule) -> None:
        assert not may(rule, role, kind, shared=True, in_group=True)

    @pytest.mark.parametrize("rule", [BY_CHANNEL, BY_ADMIN_AND_CHANNEL])
    def test_full_members_are_answered_where_it_is_listed(self, role: Role, kind: PlaceKind, rule: Rule) -> None:
        assert may(rule, role, kind, shared=True) == (role in INSIDERS)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.MEMBER, "You may not see the audit log of organization acme here."),
        (Role.GUEST, "Guests may see audit logs only where the settings name them by ID."),
        (Role.STRANGER, "People of other organizations may see audit logs only where the settings name them by ID."),
        (Role.DEACTIVATED, "Deactivated users may see audit logs only where the settings name them by ID."),
        (Role.BOT, "Apps may see audit logs only where the settings name them by ID."),
    ],
)
def test_a_refusal_gives_its_reason(role: Role, words: str) -> None:
    decision = Policy().decide(Person(ME, role), Place(HERE, PlaceKind.PUBLIC), SCOPE, frozenset())
    assert decision.reason == words


def test_a_refusal_in_a_shared_channel_says_so() -> None:
    decision = Policy().decide(Person(ME, Role.OWNER), Place(HERE, PlaceKind.PUBLIC, shared=True), SCOPE, frozenset())
    assert "shared with another organization" in decision.reason


def test_a_scope_has_its_own_rule_or_the_default_one() -> None:
    policy = Policy(BY_DEFAULT, {SCOPE: BY_ID})
    place = Place(HERE, PlaceKind.DIRECT)
    assert policy.rule(SCOPE) is BY_ID
    assert policy.rule(OTHER) is BY_DEFAULT
    somebody, admin = Person(ME, Role.GUEST), Person(UserId("U2"), Role.ADMIN)
    assert policy.decide(somebody, place, SCOPE, frozenset()).allowed
    assert not policy.decide(somebody, place, OTHER, frozenset()).allowed
    assert not policy.decide(admin, place, SCOPE, frozenset()).allowed
    assert policy.decide(admin, place, OTHER, frozenset()).allowed


def test_every_group_that_a_rule_names_is_known() -> None:
    other = Rule(groups=frozenset({GroupId("S2")}))
    assert Policy().groups == frozenset()
    assert Policy(BY_GROUP, {SCOPE: other, OTHER: BY_ID}).groups == {GROUP, "S2"}


SOMEBODY_ELSE = frozenset({UserId("U2")})
MANAGED = Rule(users=frozenset({ME}), channels=frozenset({HERE}), managers=frozenset({ME}))


def manages(rule: Rule, role: Role, *, shared: bool = False, groups: frozenset[GroupId] = frozenset()) -> str:
    """Why somebody may not manage subscriptions; empty where they may."""
    place = Place(HERE, PlaceKind.PUBLIC, shared=shared)
    decision = Policy(Rule(admins=False), {SCOPE: rule}).may_manage(Person(ME, role), place, SCOPE, groups)
    assert bool(decision.reason) != decision.allowed
    return decision.reason


@pytest.mark.parametrize("role", Role)
class TestManagingSubscriptions:
    def test_owners_and_admins_do_by_default_and_nobody_else(self, role: Role) -> None:
        assert (manages(BY_DEFAULT, role) == "") == (role in ADMINS)

    def test_owners_and_admins_who_are_left_out_do_not(self, role: Role) -> None:
        assert manages(BY_ID, role) == (
            "You may see the audit log of organization acme, but not manage subscriptions to it."
        )

    @pytest.mark.parametrize("rule", [BY_GROUP, BY_CHANNEL])
    def test_whoever_may_only_see_the_log_does_not(self, role: Role, rule: Rule) -> None:
        assert manages(rule, role, groups=frozenset({GROUP}))

    def test_managers_do_where_they_may_see_the_log(self, role: Role) -> None:
        assert manages(MANAGED, role) == ""
        assert (manages(Rule(managers=frozenset({ME})), role) == "") == (role in ADMINS)

    def test_a_manager_of_something_else_does_not(self, role: Role) -> None:
        assert manages(Rule(users=frozenset({ME}), admins=False, managers=SOMEBODY_ELSE), role)

    def test_nobody_does_in_a_shared_channel_that_is_not_listed(self, role: Role) -> None:
        rule = Rule(users=frozenset({ME}), managers=frozenset({ME}))
        assert "shared with another organization" in manages(rule, role, shared=True)
