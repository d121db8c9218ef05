"""What a log holds: events with the field names of Mondoo's `AuditLogEntry`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Identity(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Who did something: a user or a service account."""

    name: str
    mrn: str


class Event(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One entry of an audit log. It has no id, and two may be equal in every field.

    Outside the garbage collector's view, so that a log of a million costs about 200 MB and no pauses.

    Raises:
        ValueError: `timestamp` is naive.
    """

    identity: Identity
    resource: str
    action: str
    timestamp: datetime
    msg: str
    ip: str | None = None
    parent: str | None = None

    def __post_init__(self) -> None:
        if self.timestamp.tzinfo is None:
            raise ValueError("an event's timestamp names its offset from UTC")

    @property
    def moment(self) -> int:
        """Microseconds since 1970: what a log sorts by."""
        return microseconds(self.timestamp)

    def as_node(self) -> dict[str, Any]:
        """Gives the entry as the API's answers show it, its time in RFC 3339 with a Z."""
        return {
            "identity": {"name": self.identity.name, "mrn": self.identity.mrn},
            "resource": self.resource,
            "action": self.action,
            "timestamp": rfc3339(self.timestamp),
            "msg": self.msg,
            "ip": self.ip,
            "parent": self.parent,
        }


def microseconds(moment: datetime) -> int:
    """Gives the microseconds from 1970 to an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def rfc3339(moment: datetime) -> str:
    """Writes an aware datetime as Mondoo does: UTC, a Z, and a fraction only where there is one."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_rfc3339(text: str) -> datetime:
    """Reads a time with its offset, in UTC.

    Raises:
        ValueError: It is no RFC 3339, or names no offset.
    """
    moment = msgspec.convert(text, datetime)  # a ValidationError is a ValueError
    if moment.tzinfo is None:
        raise ValueError("a timestamp names its offset from UTC")
    return moment.astimezone(UTC)
