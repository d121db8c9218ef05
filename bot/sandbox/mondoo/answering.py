"""From the bytes of a request to the answer that it deserves, before any fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from bot.sandbox.mondoo.conditions import Conditions
from bot.sandbox.mondoo.credentials import UnauthenticatedError
from bot.sandbox.mondoo.faults import Target
from bot.sandbox.mondoo.reading import Reading
from bot.sandbox.mondoo.regions import Region
from bot.sandbox.mondoo.schema import execute
from bot.sandbox.mondoo.wire import Answer

# Codes of gRPC, in the shape in which its gateways put them; Mondoo's true bodies are not documented.
_REFUSALS = {
    400: (3, "malformed request"),
    401: (16, "request permission unauthenticated"),
    403: (7, "permission denied"),
    404: (5, "not found"),
    429: (8, "rate limit exceeded"),
    500: (13, "internal error"),
    502: (14, "bad gateway"),
    503: (14, "unavailable"),
    504: (4, "context deadline exceeded"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A POST as it came in."""

    number: int
    at: datetime
    authorization: str | None
    content_type: str | None
    body: bytes


@dataclass(slots=True)
class Reply:
    """What a call gets, and what was learnt about it on the way.

    Attributes:
        answer: The answer.
        target: Region, log and page, as the faults look at them.
        data: The answer's JSON if it is a page of a log, else None.
        cursor: The `after` that was sent.
        events: How many events the page holds.
        principal: Who asked, as far as known.
        request: The request's JSON, None if that is no object or nobody looked at it.
    """

    answer: Answer
    target: Target
    data: dict[str, Any] | None = None
    cursor: str | None = None
    events: int = 0
    principal: str | None = None
    request: dict[str, Any] | None = None


def refuse(status: int, *headers: tuple[str, str]) -> Answer:
    """Gives an HTTP error as JSON."""
    code, message = _REFUSALS.get(status, (2, "unknown"))
    return as_json({"code": code, "message": message}, status, *headers)


def as_json(content: object, status: int = 200, *headers: tuple[str, str]) -> Answer:
    """Gives an answer that holds JSON."""
    return Answer(status, msgspec.json.encode(content), headers=headers)


def reply_to(call: Call, region: Region, conditions: Conditions) -> Reply:
    """Answers a call: who is it, may it ask again so soon, does it speak GraphQL, and what does it want."""
    reply = Reply(refuse(400), Target(region.name))
    try:
        principal = region.keys.principal(call.authorization, call.at)
    except UnauthenticatedError:
        reply.answer = refuse(401)
        return reply
    reply.principal = principal.name
    wait = conditions.limits.take(principal.name, call.at, conditions.settings.requests_per_minute)
    if wait is not None:
        reply.answer = refuse(429, ("retry-after", str(int(wait.total_seconds()))))
        return reply
    reply.request = _decode(call)
    if reply.request is not None:
        _execute(reply, Reading(region, principal, conditions, call.number), conditions)
    return reply


def _decode(call: Call) -> dict[str, Any] | None:
    if (call.content_type or "").partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        return msgspec.json.decode(call.body, type=dict[str, Any])
    except msgspec.DecodeError:
        return None


def _execute(reply: Reply, reading: Reading, conditions: Conditions) -> None:
    settings = conditions.settings
    outcome = execute(
        reply.request, reading, unknown_names=settings.unknown_names, introspection=settings.introspection
    )
    reply.answer = as_json(outcome.answer, 200 if outcome.valid else settings.invalid_query_status)
    reply.target = reading.target
    reply.cursor = reading.cursor
    if reading.page is not None and outcome.answer.get("data"):
        reply.data = outcome.answer
        reply.events = len(reading.page.edges)
