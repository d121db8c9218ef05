"""Events in the terms of the Open Cybersecurity Schema Framework, version 1.5.0.

What happened to people and to service accounts is an *Account Change*; everything else is *API Activity*, for that is
what Mondoo logs: calls. Mondoo's log does not say whether a call succeeded, so the status is unknown.

Sources: https://schema.ocsf.io/1.5.0/classes/account_change, https://schema.ocsf.io/1.5.0/classes/api_activity
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.events import AuditEvent, Category, Risk, last_word
from bot.domain.narration import label

VERSION: Final = "1.5.0"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_UNKNOWN: Final = "Unknown"
_OTHER: Final = 99
_PERSON: Final = (1, "User")
_SERVICE: Final = (4, "Service")
"""The kinds of a user. Source: https://schema.ocsf.io/1.5.0/objects/user"""
_SEVERITIES: Final = {Risk.LOW: (1, "Informational"), Risk.MEDIUM: (3, "Medium"), Risk.HIGH: (4, "High")}
_SERVICE_ACCOUNT: Final = re.compile(r"/serviceaccounts/")
_CREATES: Final = re.compile(r"^(Create|Generate|Add|Register|Issue|Invite)")
_DELETES: Final = re.compile(r"^(Delete|Remove|Unregister|Revoke)")
_READS: Final = re.compile(r"^(Get|List|Read|Export|Download)")
_UPDATES: Final = re.compile(r"^(Update|Set|Assign|Unassign|Apply|Enable|Disable|Rename|Move|Rotate|Change)")
_GIVES: Final = re.compile(r"^(Set|Add|Assign|Invite|Accept|Create|Update)")
_TAKES: Final = re.compile(r"^(Remove|Unassign|Delete|Revoke)")


@dataclass(frozen=True, slots=True)
class _Class:
    """A class of events, and what can happen in it, each by what begins the action's last word."""

    uid: int
    name: str
    category_uid: int
    category: str


_ACCOUNT_CHANGE: Final = _Class(3001, "Account Change", 3, "Identity & Access Management")
_API_ACTIVITY: Final = _Class(6003, "API Activity", 6, "Application Activity")
_Ways = tuple[tuple[re.Pattern[str], tuple[int, str]], ...]
_ACCOUNTS: Final[_Ways] = ((_CREATES, (1, "Create")), (_DELETES, (6, "Delete")))
"""What happens to service accounts, by how the action begins."""
_MEMBERSHIPS: Final[_Ways] = ((_TAKES, (8, "Detach Policy")), (_GIVES, (7, "Attach Policy")))
"""What happens to members: a role is the policy that somebody is given or loses."""
_CALLS: Final[_Ways] = (
    (_CREATES, (1, "Create")),
    (_READS, (2, "Read")),
    (_UPDATES, (3, "Update")),
    (_DELETES, (4, "Delete")),
)
_WAYS: Final = {Category.MEMBERSHIP: _MEMBERSHIPS, Category.SERVICE_ACCOUNT: _ACCOUNTS}


def ocsf(event: AuditEvent) -> dict[str, object]:
    """The event as an object of the schema; what has no place there is in ``unmapped``, by the columns of exports."""
    kind = _class_of(event)
    activity_id, activity = _activity(event)
    service, _, _ = event.action.rpartition(".")
    severity_id, severity = _SEVERITIES[event.risk]
    written: dict[str, object] = {
        "category_uid": kind.category_uid,
        "category_name": kind.category,
        "class_uid": kind.uid,
        "class_name": kind.name,
        "activity_id": activity_id,
        "activity_name": activity,
        "type_uid": kind.uid * 100 + activity_id,
        "type_name": f"{kind.name}: {activity}",
        "severity_id": severity_id,
        "severity": severity,
        "status_id": 0,
        "status": _UNKNOWN,
        "time": (event.at - _EPOCH) // _MILLISECOND,
        "message": event.message,
        "metadata": {
            "version": VERSION,
            "product": {"name": "Mondoo", "vendor_name": "Mondoo"},
            "log_name": "audit log",
            "log_provider": event.scope.mrn,
            "event_code": event.action,
            "original_time": event.timestamp,
        },
        "actor": {"user": _user(event.actor_name, event.actor_mrn)},
        "api": {"operation": event.action or _UNKNOWN, "service": {"name": service or "mondoo"}},
        "src_endpoint": {"ip": event.ip} if event.ip else {"name": _UNKNOWN},
        "unmapped": _unmapped(event),
    }
    if kind is _ACCOUNT_CHANGE:
        written["user"] = _user("", event.resource)
    else:
        written["resources"] = [{"uid": event.resource, "name": label(event.resource) or _UNKNOWN}]
    return written


def _class_of(event: AuditEvent) -> _Class:
    return _ACCOUNT_CHANGE if event.category in _WAYS else _API_ACTIVITY


def _activity(event: AuditEvent) -> tuple[int, str]:
    word = last_word(event.action)
    ways = _WAYS.get(event.category, _CALLS)
    return next((activity for pattern, activity in ways if pattern.match(word)), (_OTHER, word or "Other"))


def _user(name: str, mrn: str) -> Mapping[str, object]:
    """A user of the schema, which has a name or an ID."""
    type_id, kind = _SERVICE if _SERVICE_ACCOUNT.search(mrn) else _PERSON
    named = {"name": name or label(mrn) or _UNKNOWN}
    return {**named, **({"uid": mrn} if mrn else {}), "type_id": type_id, "type": kind}


def _unmapped(event: AuditEvent) -> Mapping[str, str | None]:
    return {
        "category": event.category.value,
        "risk": event.risk.value,
        "resource": event.resource,
        "parent": event.parent,
        "scope": event.scope.mrn,
    }
