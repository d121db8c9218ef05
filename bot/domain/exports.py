"""Answers as files: what stands in each format, and what the file is called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from bot.domain.events import AuditEvent
from bot.domain.formats import FileFormat
from bot.domain.ocsf import ocsf
from bot.domain.query import AuditQuery
from bot.domain.records import COLUMNS, as_csv, as_json, csv_row, record


def heading(form: FileFormat) -> str:
    """What stands before the first event: the names of the columns, or nothing."""
    return f"{csv_row(COLUMNS)}\n" if form is FileFormat.CSV else ""


def lines(form: FileFormat, events: Iterable[AuditEvent]) -> str:
    """The events, a line each."""
    return "".join(f"{_line(form, event)}\n" for event in events)


def file_name(query: AuditQuery, form: FileFormat, now: datetime, *, complete: bool) -> str:
    """The file's name: whose log, when it was read, and whether something is missing."""
    ending = {FileFormat.CSV: "csv", FileFormat.NDJSON: "ndjson", FileFormat.OCSF: "ocsf.ndjson"}[form]
    missing = "" if complete else ".partial"
    return f"mondoo-audit-{query.scope.kind.word}-{query.scope.id}-{now:%Y%m%dT%H%M%SZ}{missing}.{ending}"


def _line(form: FileFormat, event: AuditEvent) -> str:
    match form:
        case FileFormat.CSV:
            return as_csv(event)
        case FileFormat.NDJSON:
            return as_json(record(event))
        case FileFormat.OCSF:
            return as_json(ocsf(event))
        case _:
            assert_never(form)
