"""What a button carries: the question and the page that a click on it asks for.

A message outlives the process that wrote it, so all that a click needs stands in the button's ``value``: compact JSON
of at most 2,000 characters, with a version. Reading one checks everything, and trusts nothing that it did not check.

Source: https://docs.slack.dev/reference/block-kit/block-elements/button-element
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.adapters.slack.text import is_unseen, width
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.scopes import Region, Scope, ScopeKind

VERSION: Final = 1
VALUE_LIMIT: Final = 2000
_LAST_PAGE: Final = 1_000_000
_ESCAPED_BY_SLACK: Final = frozenset("&<>")
"""Slack escapes these three in some payloads and not in others."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A page of an answer: the question with its end fixed, and the page's number from 0."""

    query: AuditQuery
    page: int


def encode(ticket: Ticket) -> str | None:
    """The ticket as a button's value; None where it does not fit into one."""
    query = ticket.query
    fields = {
        "v": VERSION,
        "kind": query.scope.kind.value,
        "id": query.scope.id,
        "region": query.scope.region.value,
        "since": _iso(query.window.since),
        "until": _iso(query.window.until),
        "actor": query.filters.actor,
        "action": query.filters.action,
        "resource": query.filters.resource,
        "text": query.filters.text,
        "categories": sorted(category.value for category in query.filters.categories),
        "risks": sorted(risk.value for risk in query.filters.risks),
        "order": query.order.value,
        "limit": query.limit,
        "page": ticket.page,
    }
    kept = {key: value for key, value in fields.items() if value not in (None, "", [])}
    written = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    value = "".join(_escaped(char) if char in _ESCAPED_BY_SLACK or is_unseen(char) else char for char in written)
    return value if width(value) <= VALUE_LIMIT else None


def decode(value: str) -> Ticket:
    """The ticket that a button's value carries.

    Raises:
        UserError: the value is not one that this version of the bot writes.
    """
    try:
        return _read(json.loads(value))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UserError(
            "This message is from another version of the bot, and its buttons no longer work.",
            advice="Please ask again with the command.",
        ) from error


def _escaped(char: str) -> str:
    """A character as JSON's escapes, so that it comes back as it was sent."""
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _read(fields: dict[str, object]) -> Ticket:
    if fields["v"] != VERSION:
        raise ValueError("another version's ticket")
    query = AuditQuery(
        scope=Scope(ScopeKind(fields["kind"]), _string(fields["id"]), Region(fields["region"])),
        window=Window(_moment(fields.get("since")), _moment(fields.get("until"))),
        filters=Filters(
            actor=_string(fields.get("actor", "")),
            action=_string(fields.get("action", "")),
            resource=_string(fields.get("resource", "")),
            text=_string(fields.get("text", "")),
            categories=frozenset(Category(word) for word in _list(fields.get("categories", []))),
            risks=frozenset(Risk(word) for word in _list(fields.get("risks", []))),
        ),
        order=Order(fields["order"]),
        limit=None if fields.get("limit") is None else _whole(fields["limit"]),
    )
    page = _whole(fields["page"])
    if not 0 <= page <= _LAST_PAGE:
        raise ValueError("no such page")
    return Ticket(query, page)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(_string(value))


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value
