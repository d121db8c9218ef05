"""The made-up history: plausible, drawn from a seed, and as nasty as a real log may be."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import msgspec
import pytest

from bot.sandbox.mondoo import Event, MondooCloud, generate

NOW = datetime(2024, 6, 3, 12, tzinfo=UTC)
ORGANIZATION = "//captain.api.mondoo.app/organizations/acme-platform"
SPACE = "//captain.api.mondoo.app/spaces/acme-production"
DOCUMENTED = "//captain.api.mondoo.app/organizations/mondoo-organization-1"

# The candidates of Mondoo's Splunk add-on, by the part before the last dot.
CANDIDATES = {
    "mondoo.captain.Captain": """CreateOrganization UpdateOrganization DeleteOrganization SetOrganizationMembership
        RemoveOrganizationMembership CreateSpace UpdateSpace DeleteSpace SetSpaceMembership RemoveSpaceMembership
        InviteUser RemoveUser UpdateUser Login Logout CreateAPIToken DeleteAPIToken CreateIntegration UpdateIntegration
        DeleteIntegration TriggerAction""",
    "mondoo.agents.AgentManager": """CreateServiceAccount UpdateServiceAccount DeleteServiceAccount RegisterAgent
        UnregisterAgent""",
    "mondoo.policy.PolicyResolver": "AssignPolicy UnassignPolicy SetProps",
    "mondoo.policy.PolicyHub": "SetPolicy DeletePolicy",
    "mondoo.iam.IAM": "SetRoleBinding RemoveRoleBinding CreateCustomRole DeleteCustomRole",
    "mondoo.inventory.InventoryManager": "CreateAsset UpdateAsset DeleteAsset",
}


@pytest.fixture(scope="module")
def logs() -> dict[str, list[Event]]:
    cloud = MondooCloud(NOW)
    return {mrn: cloud.log(mrn) for region in cloud.regions.values() for mrn in region.tenants}


def test_the_same_seed_and_time_give_the_same_history(logs: dict[str, list[Event]]) -> None:
    again, other = MondooCloud(NOW), MondooCloud(NOW, seed=2)
    assert again.log(SPACE) == logs[SPACE]
    assert other.log(SPACE) != logs[SPACE]
    assert other.log(DOCUMENTED) == logs[DOCUMENTED]


def test_what_is_looked_at_first_does_not_matter(logs: dict[str, list[Event]]) -> None:
    first, second = MondooCloud(NOW), MondooCloud(NOW)
    happened = first.happen(SPACE, 3)[SPACE]
    second.log(ORGANIZATION)
    second.log(SPACE)
    later = second.happen(SPACE, 3)[SPACE]
    assert [event.action for event in happened] == [event.action for event in later]
    assert first.log(SPACE)[:-3] == logs[SPACE]


def test_some_months_of_history_end_now(logs: dict[str, list[Event]]) -> None:
    for mrn, events in logs.items():
        times = [event.timestamp for event in events]
        assert times == sorted(times)
        if mrn != DOCUMENTED:
            assert timedelta(days=170) < NOW - times[0] < timedelta(days=183)
            assert timedelta() <= NOW - times[-1] < timedelta(hours=8)


def test_logs_are_of_different_lengths_some_of_them_thousands(logs: dict[str, list[Event]]) -> None:
    lengths = sorted(map(len, logs.values()))
    assert lengths == [36, 350, 700, 800, 1400, 1600, 2100, 3200]


def test_every_known_action_happens_and_an_unknown_one(logs: dict[str, list[Event]]) -> None:
    seen = {event.action for events in logs.values() for event in events}
    known = {f"{service}.{action}" for service, actions in CANDIDATES.items() for action in actions.split()}
    assert known <= seen
    assert "mondoo.future.Thing.DoNovel" in seen


def test_messages_tell_owners_from_others(logs: dict[str, list[Event]]) -> None:
    messages = Counter(e.msg for e in logs[ORGANIZATION] if e.action.endswith(".SetOrganizationMembership"))
    assert {"owner added", "editor added", "viewer added"} <= set(messages)
    assert any(message.startswith("role changed from") for message in messages)


def test_an_organizations_log_and_its_spaces_logs_tell_of_the_same_people(logs: dict[str, list[Event]]) -> None:
    actors = [{event.identity for event in logs[mrn]} for mrn in (ORGANIZATION, SPACE)]
    assert len(actors[0] & actors[1]) > 10


def test_there_are_ties_bursts_and_true_twins(logs: dict[str, list[Event]]) -> None:
    events = logs[SPACE]
    assert sum(one.timestamp == next_one.timestamp for one, next_one in pairwise(events)) > 100
    assert sum(count - 1 for count in Counter(events).values()) > 3
    assert any(
        tenth.timestamp - one.timestamp < timedelta(minutes=1) for one, tenth in zip(events, events[9:], strict=False)
    )


def test_more_is_done_on_working_days_than_on_sundays(logs: dict[str, list[Event]]) -> None:
    days = Counter(event.timestamp.weekday() for event in logs[SPACE])
    assert days[1] > 3 * days[6] > 0


def test_names_and_messages_can_be_long_and_hostile(logs: dict[str, list[Event]]) -> None:
    events = [event for each in logs.values() for event in each]
    texts = {event.identity.name for event in events} | {event.msg for event in events}
    for nasty in ("<!channel>", "<script>", "\u202e", "שירה", "🦊", "https://evil.example", "`"):
        assert any(nasty in text for text in texts), nasty
    assert max(map(len, texts)) > 3000
    assert any(event.ip is None for event in events)
    assert any(event.parent is None for event in events)


def test_any_number_can_be_generated_one_at_a_time() -> None:
    since = NOW - timedelta(days=30)
    few = list(generate(SPACE, 1234, since=since, until=NOW))
    assert len(few) == 1234
    assert all(since <= one.timestamp <= after.timestamp <= NOW for one, after in pairwise(few))
    assert few == list(generate(SPACE, 1234, since=since, until=NOW))
    assert len(list(islice(generate(SPACE, 1_000_000, since=since, until=NOW), 10))) == 10


def test_only_scopes_have_a_history() -> None:
    with pytest.raises(ValueError, match="no MRN of an organization or a space"):
        generate("//captain.api.mondoo.app/users/1", 1, since=NOW, until=NOW)


def test_an_event_has_an_aware_time(logs: dict[str, list[Event]]) -> None:
    with pytest.raises(ValueError, match="offset from UTC"):
        msgspec.structs.replace(logs[SPACE][0], timestamp=datetime(2024, 1, 1))  # noqa: DTZ001 — what is refused
