"""What a body holds: decoded straight into typed structures, then into events.

Unknown fields are no error. A field that must be there and is not, or is of another type, is one, with its path and
without its content. Null texts become empty ones, since an event with a gap is better than none; an event without a
time cannot be placed, and is an error. What only helps to read on may be missing: a count is then unknown, and whether
there is more is told from the page itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from sys import intern
from typing import Any

import msgspec

from bot.adapters.mondoo.faults import Garbled, Problem, from_problems
from bot.adapters.mondoo.pages import Page
from bot.domain.errors import BadResponse, NotPermitted, Unavailable
from bot.domain.events import AuditEvent
from bot.domain.scopes import Scope

Redact = Callable[[str], str]


class _Identity(msgspec.Struct, gc=False):
    name: str | None = None
    mrn: str | None = None


class _Node(msgspec.Struct, gc=False):
    timestamp: str
    identity: _Identity | None = None
    resource: str | None = None
    action: str | None = None
    msg: str | None = None
    ip: str | None = None
    parent: str | None = None


class _Edge(msgspec.Struct, gc=False):
    node: _Node
    cursor: str | int | None = None


class _PageInfo(msgspec.Struct, rename="camel"):
    has_next_page: bool | None = None
    end_cursor: str | int | None = None


class _Connection(msgspec.Struct, rename="camel"):
    edges: list[_Edge] | None
    page_info: _PageInfo
    total_count: int | None = None


class _Data(msgspec.Struct):
    auditlog: _Connection | None


class _Error(msgspec.Struct):
    message: str | None = None
    extensions: Any = None

    def problem(self, redact: Redact) -> Problem:
        code = self.extensions.get("code") if isinstance(self.extensions, dict) else None
        return Problem(redact(self.message or ""), code if isinstance(code, str) else "")


class _Reply(msgspec.Struct):
    data: _Data | None = None
    errors: list[_Error] | None = None


class _Errors(msgspec.Struct):
    errors: list[_Error] | None = None


_REPLY = msgspec.json.Decoder(_Reply)
_ERRORS = msgspec.json.Decoder(_Errors)


def page(body: bytes | bytearray, scope: Scope, redact: Redact, first: int) -> Page:
    """The page in the body of an answer with status 200.

    Args:
        body: The body.
        scope: Whose log was asked for.
        redact: Takes secrets out of a text.
        first: How many events were asked for, at most.

    Raises:
        Unavailable: the body is cut off, or reports an error that passes.
        BadCredentials: it says so.
        NotPermitted: it says so, or gives no log.
        BadResponse: it is not JSON, not a page, or reports any other error, with or without a page beside it.
    """
    try:
        reply = _REPLY.decode(body)
    except msgspec.ValidationError as error:
        if found := problems(body, redact):
            raise from_problems(found, scope) from error
        raise BadResponse(f"Mondoo's answer is not an audit log: {error}") from error
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            raise Unavailable("Mondoo's answer broke off") from error
        raise Garbled("Mondoo's answer is not JSON") from error
    except UnicodeDecodeError:
        # The cause would hold the body.
        raise Garbled("Mondoo's answer is not JSON") from None
    if reply.errors:
        raise from_problems([error.problem(redact) for error in reply.errors], scope)
    if reply.data is None:
        raise BadResponse("Mondoo's answer holds no data")
    if reply.data.auditlog is None:
        raise NotPermitted(f"Mondoo gave no audit log for {scope}")
    log = reply.data.auditlog
    edges = log.edges or []
    end, more = _cursor(log.page_info.end_cursor), log.page_info.has_next_page
    if more is None:
        more = end is not None and len(edges) >= first
    return Page(
        [_event(edge.node, scope) for edge in edges],
        [_cursor(edge.cursor) for edge in edges],
        log.total_count,
        end,
        more,
    )


def problems(body: bytes | bytearray, redact: Redact) -> list[Problem]:
    """The GraphQL errors that a body reports; empty where it reports none, or is nothing like that."""
    try:
        return [error.problem(redact) for error in _ERRORS.decode(body).errors or ()]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []


def _cursor(cursor: str | int | None) -> str | None:
    return str(cursor) if isinstance(cursor, int) else cursor


def _event(node: _Node, scope: Scope) -> AuditEvent:
    # Few people do few things to few resources: of what is read ahead each text is held once.
    identity = node.identity
    return AuditEvent(
        scope,
        _moment(node.timestamp),
        node.timestamp,
        intern(node.action or ""),
        intern(identity.name or "") if identity else "",
        intern(identity.mrn or "") if identity else "",
        intern(node.resource or ""),
        node.msg or "",
        node.ip,
        node.parent and intern(node.parent),
    )


def _moment(timestamp: str) -> datetime:
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        # RFC 3339 allows small letters. The cause would quote the text.
        try:
            moment = datetime.fromisoformat(timestamp.upper())
        except ValueError:
            raise BadResponse("Mondoo's answer holds an event with a time that is not RFC 3339") from None
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise BadResponse("Mondoo's answer holds an event with a time without a zone")
    return moment.astimezone(UTC)
