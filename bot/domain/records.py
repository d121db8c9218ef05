"""Events as records, the same in every format and in this order: what scripts rely on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Final

from bot.domain.events import AuditEvent
from bot.domain.plain import STEERING, plain

COLUMNS: Final = (
    "timestamp",
    "action",
    "category",
    "risk",
    "actor_name",
    "actor_mrn",
    "resource",
    "message",
    "ip",
    "parent",
    "scope",
)

_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FORMULA: Final = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet would run. Source: https://owasp.org/www-community/attacks/CSV_Injection"""


def record(event: AuditEvent) -> dict[str, str | None]:
    """The event's values as Mondoo sent them, with its category and risk, by column; None where Mondoo did not say."""
    return {
        "timestamp": event.timestamp,
        "action": event.action,
        "category": event.category.value,
        "risk": event.risk.value,
        "actor_name": event.actor_name,
        "actor_mrn": event.actor_mrn,
        "resource": event.resource,
        "message": event.message,
        "ip": event.ip,
        "parent": event.parent,
        "scope": event.scope.mrn,
    }


def as_sent(event: AuditEvent) -> dict[str, object]:
    """The event in the form in which Mondoo sends it; None for what it did not say."""
    return {
        "identity": {"name": event.actor_name, "mrn": event.actor_mrn},
        "resource": event.resource,
        "action": event.action,
        "timestamp": event.timestamp,
        "msg": event.message,
        "ip": event.ip,
        "parent": event.parent,
    }


def as_json(value: Mapping[str, object]) -> str:
    """The value as JSON on one line, in which nothing steers a terminal: it is written as an escape of JSON's own."""
    return harmless(_JSON.encode(value))


def harmless(line: str) -> str:
    """A line of JSON in which what would steer a terminal is written as an escape of JSON's own."""
    return line if line.isascii() else STEERING.sub(lambda match: json.dumps(match[0])[1:-1], line)


def as_csv(event: AuditEvent) -> str:
    """The event as a row of CSV, without its line break.

    It is for spreadsheets and for eyes: a cell that a spreadsheet would run as a formula begins with an apostrophe, and
    control characters are spelled out, so that an event is one line.
    """
    return csv_row(_cell(value or "") for value in record(event).values())


def csv_row(cells: Iterable[str]) -> str:
    """Cells as a row of CSV, quoted where they have to be."""
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow(cells)
    return row.getvalue()


def _cell(value: str) -> str:
    shown = plain(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
