from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AuditEvent, Category
from bot.domain.exports import file_name, heading, lines
from bot.domain.formats import FileFormat
from bot.domain.ocsf import ocsf
from bot.domain.query import AuditQuery
from bot.domain.records import record
from bot.domain.scopes import Scope, ScopeKind

ACME = Scope(ScopeKind.ORGANIZATION, "acme")
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
ACCOUNTS = "//agents.api.mondoo.app/organizations/acme/serviceaccounts"
USERS = "//captain.api.mondoo.app/users"
ACTIVITIES = {
    3001: {1: "Create", 6: "Delete", 7: "Attach Policy", 8: "Detach Policy"},
    6003: {1: "Create", 2: "Read", 3: "Update", 4: "Delete"},
}
"""What the schema calls them, as far as they are used."""

WORDS = ["SetOrganizationMembership", "RemoveSpaceMembership", "CreateServiceAccount", "DeleteServiceAccounts", "Login"]
TEXTS = st.text(st.characters(), max_size=30)
EVENTS = st.builds(
    AuditEvent,
    scope=st.just(ACME),
    at=st.datetimes(timezones=st.just(UTC)),
    timestamp=TEXTS,
    action=TEXTS | st.sampled_from([f"mondoo.x.Y.{word}" for word in WORDS]),
    actor_name=TEXTS,
    actor_mrn=TEXTS | st.just(f"{ACCOUNTS}/a"),
    resource=TEXTS | st.just(f"{USERS}/u"),
    message=TEXTS,
    ip=st.none() | TEXTS,
    parent=st.none() | TEXTS,
)


def event(action: str, resource: str = f"{USERS}/u1", **fields: str) -> AuditEvent:
    known: dict[str, Any] = {
        "scope": ACME,
        "at": NOON,
        "timestamp": "2024-05-06T12:00:00Z",
        "actor_name": "Jane",
        "actor_mrn": f"{USERS}/jane",
        "message": "owner added",
    }
    return AuditEvent(action=f"mondoo.service.Server.{action}", resource=resource, **(known | fields))


@pytest.mark.parametrize(
    ("action", "class_uid", "activity"),
    [
        ("SetOrganizationMembership", 3001, (7, "Attach Policy")),
        ("RemoveSpaceMembership", 3001, (8, "Detach Policy")),
        ("CreateServiceAccount", 3001, (1, "Create")),
        ("DeleteServiceAccounts", 3001, (6, "Delete")),
        ("UpdateServiceAccount", 3001, (99, "UpdateServiceAccount")),
        ("CreateSpace", 6003, (1, "Create")),
        ("ExportPolicies", 6003, (2, "Read")),
        ("SetPolicy", 6003, (3, "Update")),
        ("DeleteIntegration", 6003, (4, "Delete")),
        ("Login", 6003, (99, "Login")),
        ("", 6003, (99, "Other")),
    ],
)
def test_each_action_has_a_class_and_an_activity(action: str, class_uid: int, activity: tuple[int, str]) -> None:
    written = ocsf(event(action))
    assert (written["class_uid"], (written["activity_id"], written["activity_name"])) == (class_uid, activity)


def test_a_member_is_the_user_that_changed() -> None:
    written = ocsf(event("SetOrganizationMembership", ip="203.0.113.7"))
    assert written["user"] == {"name": "user u1", "uid": f"{USERS}/u1", "type_id": 1, "type": "User"}
    assert written["actor"] == {"user": {"name": "Jane", "uid": f"{USERS}/jane", "type_id": 1, "type": "User"}}
    assert written["src_endpoint"] == {"ip": "203.0.113.7"}
    assert "resources" not in written
    assert written["severity"] == "High"


def test_a_service_account_is_a_user_of_its_own_kind() -> None:
    written = ocsf(event("CreateServiceAccount", f"{ACCOUNTS}/a1"))
    assert written["user"] == {"name": "service account a1", "uid": f"{ACCOUNTS}/a1", "type_id": 4, "type": "Service"}


def test_any_other_thing_is_a_resource_and_what_is_unknown_says_so() -> None:
    written = ocsf(event("CreateSpace", "", actor_name="", actor_mrn=""))
    assert written["resources"] == [{"uid": "", "name": "Unknown"}]
    assert written["actor"] == {"user": {"name": "Unknown", "type_id": 1, "type": "User"}}
    assert written["src_endpoint"] == {"name": "Unknown"}
    assert "user" not in written


@given(EVENTS)
def test_every_event_has_what_the_schema_requires(each: AuditEvent) -> None:
    written: dict[str, Any] = json.loads(json.dumps(ocsf(each)))
    class_uid, activity_id = written["class_uid"], written["activity_id"]
    assert written["type_uid"] == class_uid * 100 + activity_id
    assert written["category_uid"] == class_uid // 1000
    assert activity_id == 99 or written["activity_name"] == ACTIVITIES[class_uid][activity_id]
    assert written["activity_name"]
    assert written["severity_id"] in {1, 3, 4}
    assert written["status_id"] == 0
    assert datetime.fromtimestamp(written["time"] // 1000, UTC) == each.at.replace(microsecond=0)
    assert written["metadata"]["version"] == "1.5.0"
    assert written["metadata"]["product"]["vendor_name"] == "Mondoo"
    assert written["api"]["operation"]
    assert any(written["src_endpoint"].values())
    assert written["actor"]["user"]["name"]
    assert written["user"]["name"] if class_uid == 3001 else written["resources"][0]["name"]
    assert written["unmapped"]["category"] in {category.value for category in Category}


@given(st.lists(EVENTS, max_size=5))
def test_every_event_is_a_line_of_its_own_in_every_format(events: list[AuditEvent]) -> None:
    for form in FileFormat:
        assert lines(form, events).count("\n") == len(events)
    decoded = [json.loads(line) for line in lines(FileFormat.NDJSON, events).splitlines()]
    assert decoded == [record(each) for each in events]
    assert [json.loads(line)["message"] for line in lines(FileFormat.OCSF, events).splitlines()] == [
        each.message for each in events
    ]


def test_only_csv_has_a_heading() -> None:
    assert [bool(heading(form)) for form in FileFormat] == [True, False, False]
    assert heading(FileFormat.CSV).startswith("timestamp,action,")


@pytest.mark.parametrize(
    ("form", "complete", "ending"),
    [
        (FileFormat.CSV, True, "Z.csv"),
        (FileFormat.NDJSON, False, "Z.partial.ndjson"),
        (FileFormat.OCSF, True, "Z.ocsf.ndjson"),
    ],
)
def test_a_file_says_whose_log_it_is_and_what_is_missing(form: FileFormat, complete: bool, ending: str) -> None:  # noqa: FBT001 — a table
    name = file_name(AuditQuery(ACME), form, NOON, complete=complete)
    assert name.startswith("mondoo-audit-organization-acme-20240506T120000")
    assert name.endswith(ending)
