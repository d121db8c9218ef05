"""What can be done: every action known or guessed, with the resources and messages that go with it.

The actions are those of Mondoo's documentation (https://mondoo.com/docs/maintain/log), of the lookup table of its
Splunk add-on (https://github.com/mondoohq/splunk-app), a few of its API's inputs, and one from the future. The messages
are guesses, but for the two documented ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.mondoo.scopes import AGENTS, CAPTAIN, Kind

ORGANIZATION = f"{CAPTAIN}/organizations/{{organization}}"
SPACE = f"{CAPTAIN}/spaces/{{space}}"
USER = f"{CAPTAIN}/users/{{user}}"
INVITATION = f"{ORGANIZATION}/invitations/{{id}}"
TEAM = "//iam.api.mondoo.app/organizations/{organization}/teams/{id}"
API_TOKEN = f"{AGENTS}/{{scope}}/tokens/{{id}}"
SERVICE_ACCOUNT = f"{AGENTS}/{{scope}}/serviceaccounts/{{id}}"
AGENT = f"{AGENTS}/spaces/{{space}}/agents/{{id}}"
INTEGRATION = "//integration.api.mondoo.app/spaces/{space}/integrations/{id}"
ROLE = "//iam.api.mondoo.app/roles/{role}"
POLICY = "//policy.api.mondoo.app/policies/{policy}"
ASSET = "//assets.api.mondoo.app/spaces/{space}/assets/{id}"
THING = "//future.api.mondoo.app/things/{id}"

ROLES = ("owner", "editor", "viewer", "agent", "integrations-manager", "policy-editor")
POLICIES = (
    "mondoo-linux-security",
    "mondoo-kubernetes-security",
    "mondoo-aws-security",
    "mondoo-tls-security",
    "cis-ubuntu-22-04--l1-server",
    "mondoo-github-repository-best-practices",
)
_LONG = "set props: " + ", ".join(f"sshd_max_auth_tries_{number}={number}" for number in range(120))


@dataclass(frozen=True, slots=True)
class Deed:
    """One action: its resource, with blanks to fill in, its messages, how often, and how many of it come at once."""

    action: str
    resource: str
    messages: tuple[str, ...]
    weight: int = 2
    burst: int = 1
    by_machine: bool = False


def _deeds(service: str, *deeds: Deed) -> tuple[Deed, ...]:
    return tuple(
        Deed(f"mondoo.{service}.{deed.action}", deed.resource, deed.messages, deed.weight, deed.burst, deed.by_machine)
        for deed in deeds
    )


_MEMBERS = _deeds(
    "captain.Captain",
    Deed("InviteUser", INVITATION, ("invited user",), 10, burst=3),
    Deed("CreateInvitation", INVITATION, ("created invitation",)),
    Deed("SetOrganizationMembership", USER, ("viewer added", "editor added", "viewer added"), 14, burst=3),
    Deed("SetOrganizationMembership", USER, ("owner added",), 4),
    Deed(
        "SetOrganizationMembership",
        USER,
        (
            "role changed from viewer to editor",
            "role changed from editor to viewer",
            "role changed from editor to owner",
        ),
        6,
    ),
    Deed("RemoveOrganizationMembership", USER, ("member removed", "owner removed"), 5),
    Deed("RemoveUser", USER, ("removed user",), 2),
    Deed("UpdateUser", USER, ("updated user profile", "renamed user to <!here> \u202eadmin\u202c"), 5),
    Deed("Login", USER, ("user logged in",), 26),
    Deed("Logout", USER, ("user logged out",), 14),
    Deed("CreateAPIToken", API_TOKEN, ("created API token", 'created API token "ci & <prod>"'), 6),
    Deed("DeleteAPIToken", API_TOKEN, ("deleted API token",), 4),
    Deed("SetSpaceMembership", USER, ("viewer added", "editor added", "owner added"), 7, burst=4),
    Deed("RemoveSpaceMembership", USER, ("member removed",), 3, burst=3),
)
_ESTATE = _deeds(
    "captain.Captain",
    Deed("CreateOrganization", ORGANIZATION, ("created organization",), 1),
    Deed("UpdateOrganization", ORGANIZATION, ("updated organization settings",), 3),
    Deed("DeleteOrganization", ORGANIZATION, ("deleted sub-organization",), 1),
    Deed("CreateSpace", SPACE, ("created space",), 3),
    Deed("UpdateSpace", SPACE, ("updated space", 'renamed space to "🚨 prod <https://evil.example|open>"'), 4),
    Deed("DeleteSpace", SPACE, ("deleted space",), 1),
)
_IAM = _deeds(
    "iam.IAM",
    Deed("SetRoleBinding", ROLE, ("role binding set",), 4),
    Deed("RemoveRoleBinding", ROLE, ("role binding removed",), 3),
    Deed("CreateCustomRole", ROLE, ("created custom role",), 1),
    Deed("DeleteCustomRole", ROLE, ("deleted custom role",), 1),
    Deed("SetRole", USER, ("role changed from viewer to owner",), 1),
    Deed("AddTeamMember", TEAM, ("team member added",), 3, burst=3),
)
_ACCOUNTS = _deeds(
    "agents.AgentManager",
    Deed("CreateServiceAccount", SERVICE_ACCOUNT, ("created service account",), 8),
    Deed("UpdateServiceAccount", SERVICE_ACCOUNT, ("updated service account",), 4),
    Deed("DeleteServiceAccount", SERVICE_ACCOUNT, ("deleted service account",), 4),
    Deed("DeleteServiceAccounts", SERVICE_ACCOUNT, ("deleted 3 service accounts",), 1),
)
_AGENTS = _deeds(
    "agents.AgentManager",
    Deed("RegisterAgent", AGENT, ("registered agent",), 20, burst=12, by_machine=True),
    Deed("UnregisterAgent", AGENT, ("unregistered agent",), 8, burst=6, by_machine=True),
    Deed("DeleteAgents", AGENT, ("deleted 5 agents",), 1),
)
_INTEGRATIONS = _deeds(
    "captain.Captain",
    Deed("CreateIntegration", INTEGRATION, ("created integration", "created integration for AWS"), 4),
    Deed("UpdateIntegration", INTEGRATION, ("updated integration",), 6),
    Deed("DeleteIntegration", INTEGRATION, ("deleted integration",), 2),
    Deed("TriggerAction", INTEGRATION, ("triggered scan",), 12, burst=2, by_machine=True),
)
_POLICIES = (
    *_deeds(
        "policy.PolicyResolver",
        Deed("AssignPolicy", POLICY, ("assigned policy",), 8, burst=5),
        Deed("UnassignPolicy", POLICY, ("unassigned policy",), 4, burst=3),
        Deed("SetProps", POLICY, ("set policy properties", "set policy properties", _LONG), 3),
    ),
    *_deeds(
        "policy.PolicyHub",
        Deed("SetPolicy", POLICY, ("uploaded policy", "uploaded policy *v2* `rm -rf /`"), 4),
        Deed("DeletePolicy", POLICY, ("deleted policy",), 2),
    ),
)
_ASSETS = _deeds(
    "inventory.InventoryManager",
    Deed("CreateAsset", ASSET, ("created asset",), 12, burst=10, by_machine=True),
    Deed("UpdateAsset", ASSET, ("updated asset", "updated asset annotations"), 8, burst=4, by_machine=True),
    Deed("DeleteAsset", ASSET, ("deleted asset",), 5, burst=6, by_machine=True),
)
_UNKNOWN = _deeds("future.Thing", Deed("DoNovel", THING, ("did something novel", "did something 新しい"), 1))

DEEDS: dict[Kind, tuple[Deed, ...]] = {
    Kind.ORGANIZATION: _MEMBERS + _ESTATE + _IAM + _ACCOUNTS + _UNKNOWN,
    Kind.SPACE: _ACCOUNTS + _AGENTS + _INTEGRATIONS + _POLICIES + _ASSETS + _MEMBERS[-2:] + _UNKNOWN,
}
"""What happens in the log of an organization and in that of a space."""
