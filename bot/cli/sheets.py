"""The forms an answer can be written in, each piece by piece as pages arrive, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

import msgspec

from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent
from bot.domain.query import AuditQuery, Window
from bot.domain.records import COLUMNS, as_csv, as_json, csv_row, harmless, record

_JSON: Final = msgspec.json.Encoder()


class Sheet(Protocol):
    """An answer being written down: first ``begin``, then ``add`` for each page, then ``end``.

    An answer of which nothing could be read is not begun, so that a failure never looks like an empty log.
    """

    def begin(self) -> str:
        """What stands before the first event."""

    def add(self, events: Iterable[AuditEvent]) -> str:
        """The next events."""

    def end(self, coverage: Coverage) -> str:
        """What stands after the last event."""


class NdjsonSheet:
    """A JSON object a line, with the values as Mondoo sent them."""

    def begin(self) -> str:
        """Nothing: the first line is the first event."""
        return ""

    def add(self, events: Iterable[AuditEvent]) -> str:
        """A line for each event, as :func:`~bot.domain.records.as_json` has it."""
        records = [record(event) for event in events]
        try:
            text = _JSON.encode_lines(records).decode()
        except UnicodeEncodeError:  # halves of characters, which UTF-8 has none for
            text = "".join(f"{as_json(each)}\n" for each in records)
        return text if text.isascii() else "\n".join(map(harmless, text.split("\n")))

    def end(self, coverage: Coverage) -> str:  # noqa: ARG002 — lines of one kind only
        """Nothing: every line is an event."""
        return ""


class CsvSheet:
    """A line of headings, then a line for each event."""

    def begin(self) -> str:
        """The headings."""
        return f"{csv_row(COLUMNS)}\n"

    def add(self, events: Iterable[AuditEvent]) -> str:
        """A line for each event."""
        return "".join(f"{as_csv(event)}\n" for event in events)

    def end(self, coverage: Coverage) -> str:  # noqa: ARG002 — lines of one kind only
        """Nothing: every line is an event."""
        return ""


class JsonSheet:
    """One JSON document: the scope and the question's window, the events, and last how complete they are."""

    def __init__(self, query: AuditQuery) -> None:
        self._query = query
        self._any = False

    def begin(self) -> str:
        """The scope and the window."""
        head = as_json({"scope": self._query.scope.mrn, "window": _window(self._query.window)})
        return f'{head[:-1]},"events":['

    def add(self, events: Iterable[AuditEvent]) -> str:
        """A line for each event."""
        written = []
        for event in events:
            written.append(f"{',' if self._any else ''}\n{as_json(record(event))}")
            self._any = True
        return "".join(written)

    def end(self, coverage: Coverage) -> str:
        """The coverage."""
        said = {
            "complete": coverage.complete,
            "matched": coverage.matched,
            "read": coverage.events,
            "total": coverage.total,
            "pages": coverage.pages,
            "limited": coverage.limited,
            "stopped": coverage.stopped or None,
        }
        return f'\n],"coverage":{as_json(said)}}}\n'


def _window(window: Window) -> dict[str, str | None]:
    return {"since": _moment(window.since), "until": _moment(window.until)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
