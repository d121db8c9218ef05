"""What kind of thing an event is, and how much it matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AuditEvent, Category, Risk, classify, grants_ownership, last_word
from bot.domain.scopes import Scope, ScopeKind

CAPTAIN, AGENTS, IAM = "mondoo.captain.Captain", "mondoo.agents.AgentManager", "mondoo.iam.IAM"
RESOLVER, HUB = "mondoo.policy.PolicyResolver", "mondoo.policy.PolicyHub"
INVENTORY = "mondoo.inventory.InventoryManager"

Make = Callable[..., AuditEvent]


@pytest.mark.parametrize(
    ("service", "word", "category", "risk"),
    [
        (CAPTAIN, "CreateOrganization", Category.SPACE, Risk.LOW),
        (CAPTAIN, "UpdateOrganization", Category.SPACE, Risk.LOW),
        (CAPTAIN, "DeleteOrganization", Category.SPACE, Risk.MEDIUM),
        (CAPTAIN, "SetOrganizationMembership", Category.MEMBERSHIP, Risk.MEDIUM),
        (CAPTAIN, "RemoveOrganizationMembership", Category.MEMBERSHIP, Risk.MEDIUM),
        (CAPTAIN, "CreateSpace", Category.SPACE, Risk.LOW),
        (CAPTAIN, "UpdateSpace", Category.SPACE, Risk.LOW),
        (CAPTAIN, "DeleteSpace", Category.SPACE, Risk.MEDIUM),
        (CAPTAIN, "SetSpaceMembership", Category.MEMBERSHIP, Risk.MEDIUM),
        (CAPTAIN, "RemoveSpaceMembership", Category.MEMBERSHIP, Risk.MEDIUM),
        (CAPTAIN, "InviteUser", Category.MEMBERSHIP, Risk.MEDIUM),
        (CAPTAIN, "RemoveUser", Category.MEMBERSHIP, Risk.MEDIUM),
        (CAPTAIN, "UpdateUser", Category.MEMBERSHIP, Risk.MEDIUM),
        (CAPTAIN, "Login", Category.SESSION, Risk.LOW),
        (CAPTAIN, "Logout", Category.SESSION, Risk.LOW),
        (CAPTAIN, "CreateAPIToken", Category.TOKEN, Risk.HIGH),
        (CAPTAIN, "DeleteAPIToken", Category.TOKEN, Risk.MEDIUM),
        (CAPTAIN, "CreateIntegration", Category.INTEGRATION, Risk.MEDIUM),
        (CAPTAIN, "UpdateIntegration", Category.INTEGRATION, Risk.MEDIUM),
        (CAPTAIN, "DeleteIntegration", Category.INTEGRATION, Risk.MEDIUM),
        (CAPTAIN, "TriggerAction", Category.INTEGRATION, Risk.MEDIUM),
        (AGENTS, "CreateServiceAccount", Category.SERVICE_ACCOUNT, Risk.HIGH),
        (AGENTS, "UpdateServiceAccount", Category.SERVICE_ACCOUNT, Risk.MEDIUM),
        (AGENTS, "DeleteServiceAccount", Category.SERVICE_ACCOUNT, Risk.MEDIUM),
        (AGENTS, "DeleteServiceAccounts", Category.SERVICE_ACCOUNT, Risk.MEDIUM),
        (AGENTS, "RegisterAgent", Category.AGENT, Risk.LOW),
        (AGENTS, "UnregisterAgent", Category.AGENT, Risk.MEDIUM),
        (AGENTS, "DeleteAgents", Category.AGENT, Risk.MEDIUM),
        (RESOLVER, "AssignPolicy", Category.POLICY, Risk.MEDIUM),
        (RESOLVER, "UnassignPolicy", Category.POLICY, Risk.MEDIUM),
        (RESOLVER, "SetProps", Category.POLICY, Risk.MEDIUM),
        (HUB, "SetPolicy", Category.POLICY, Risk.MEDIUM),
        (HUB, "DeletePolicy", Category.POLICY, Risk.MEDIUM),
        (HUB, "DeletePolicies", Category.POLICY, Risk.MEDIUM),
        (IAM, "SetRoleBinding", Category.MEMBERSHIP, Risk.MEDIUM),
        (IAM, "RemoveRoleBinding", Category.MEMBERSHIP, Risk.MEDIUM),
        (IAM, "CreateCustomRole", Category.MEMBERSHIP, Risk.MEDIUM),
        (IAM, "DeleteCustomRole", Category.MEMBERSHIP, Risk.MEDIUM),
        (IAM, "CreateInvitation", Category.MEMBERSHIP, Risk.MEDIUM),
        (IAM, "SetRole", Category.MEMBERSHIP, Risk.MEDIUM),
        (IAM, "AddTeamMember", Category.MEMBERSHIP, Risk.MEDIUM),
        (IAM, "CreateSSOProvider", Category.MEMBERSHIP, Risk.MEDIUM),
        (INVENTORY, "CreateAsset", Category.OTHER, Risk.LOW),
        (INVENTORY, "UpdateAsset", Category.OTHER, Risk.LOW),
        (INVENTORY, "DeleteAsset", Category.OTHER, Risk.MEDIUM),
        ("mondoo.future.Thing", "DoNovel", Category.OTHER, Risk.LOW),
        ("mondoo.future.Thing", "", Category.OTHER, Risk.LOW),
        ("mondoo.future.Thing", "CreateServiceAccount" * 50, Category.OTHER, Risk.LOW),
    ],
)
def test_every_action_has_a_category_and_a_risk(service: str, word: str, category: Category, risk: Risk) -> None:
    assert classify(f"{service}.{word}", "") == (category, risk)


@pytest.mark.parametrize(
    ("word", "message", "risk"),
    [
        ("SetOrganizationMembership", "owner added", Risk.HIGH),
        ("SetOrganizationMembership", "viewer added", Risk.MEDIUM),
        ("SetOrganizationMembership", "role changed from editor to owner", Risk.HIGH),
        ("SetOrganizationMembership", "role changed from owner to editor", Risk.MEDIUM),
        ("SetOrganizationMembership", "owner removed", Risk.MEDIUM),
        ("RemoveOrganizationMembership", "removed one who was added as owner", Risk.MEDIUM),
        ("InviteUser", "invited as an owner", Risk.HIGH),
        ("CreateSpace", "owner added", Risk.LOW),
        ("CreateServiceAccount", "owner removed", Risk.HIGH),
    ],
)
def test_the_message_decides_on_the_risk_of_membership_alone(word: str, message: str, risk: Risk) -> None:
    assert classify(f"{CAPTAIN}.{word}", message).risk is risk


@pytest.mark.parametrize(
    "message",
    [
        "owner added",
        "Owner added.",
        "co-owner added",
        "ROLE_OWNER assigned",
        "role: owner",
        "set role to //iam.api.mondoo.app/roles/owner",
        "promoted to owner",
        "granted the owner role",
        "made Jane an owner",
        "ownership transferred to Jane",
        "viewer removed, owner added",
        "removed viewer and added owner",
    ],
)
def test_a_new_owner_is_noticed(message: str) -> None:
    assert grants_ownership(message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "viewer added",
        "owner removed",
        "removed as owner",
        "owner was not added",
        "no longer an owner",
        "role set from owner to viewer",
        "removed role //iam.api.mondoo.app/roles/owner",
        "viewer added by the owner",
        "homeowner added",
        "updated the owner's profile",
    ],
)
def test_no_new_owner_is_seen_where_none_is(message: str) -> None:
    assert not grants_ownership(message)


@given(st.text(), st.text())
def test_whatever_comes_is_classified(action: str, message: str) -> None:
    category, risk = classify(action, message)
    assert category in Category
    assert risk in Risk


def test_a_hostile_message_costs_no_time() -> None:
    assert not grants_ownership("owner " * 200_000)


@pytest.mark.parametrize(
    ("action", "word"), [("mondoo.captain.Captain.Login", "Login"), ("Login", "Login"), ("a.", ""), ("", "")]
)
def test_the_last_word_follows_the_last_dot(action: str, word: str) -> None:
    assert last_word(action) == word


def test_an_event_knows_its_category_and_risk(make_event: Make) -> None:
    event = make_event(action=f"{CAPTAIN}.SetOrganizationMembership", message="owner added")
    assert (event.category, event.risk) == (Category.MEMBERSHIP, Risk.HIGH)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2024, 5, 1),  # noqa: DTZ001 — this is what must be refused
        datetime(2024, 5, 1, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_an_event_has_an_aware_time_in_utc(make_event: Make, at: datetime) -> None:
    with pytest.raises(ValueError, match="aware datetime in UTC"):
        make_event(at=at)


def test_twins_are_equal(make_event: Make) -> None:
    at = datetime(2024, 5, 1, tzinfo=UTC)
    assert make_event(at=at) == make_event(at=at)
    assert make_event(at=at, scope=Scope(ScopeKind.SPACE, "s")) != make_event(at=at)
