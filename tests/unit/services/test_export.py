from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from bot.domain.coverage import Coverage
from bot.domain.errors import Unavailable
from bot.domain.formats import FileFormat
from bot.domain.query import AuditQuery, Filters
from bot.domain.records import record
from bot.services.export import export

from .fakes import ACME, NOON, FakeAuditLog, event, history


async def exported(
    log: FakeAuditLog, form: FileFormat, query: AuditQuery | None = None, most_bytes: int = 10**6
) -> tuple[str, Coverage, list[int]]:
    """What was written, how much of it that is, and how far it had come each time somebody was told."""
    sheet, told = io.BytesIO(), list[int]()

    async def progress(coverage: Coverage) -> None:
        told.append(coverage.events)

    query = query or AuditQuery(ACME)
    coverage = await export(log, query, form, sheet, progress, page_size=log.page_size, most_bytes=most_bytes)
    return sheet.getvalue().decode(), coverage, told


async def test_every_event_is_written_and_each_page_is_told_of() -> None:
    text, coverage, told = await exported(FakeAuditLog(history(25), page_size=10), FileFormat.NDJSON)
    assert [json.loads(line) for line in text.splitlines()] == [record(each) for each in history(25)]
    assert coverage.exhausted
    assert told == [10, 20, 25]


async def test_csv_has_one_heading() -> None:
    text, _, _ = await exported(FakeAuditLog(history(25), page_size=10), FileFormat.CSV)
    assert text.count("timestamp,action") == 1
    assert len(text.splitlines()) == 26


async def test_only_what_was_asked_for_is_written() -> None:
    log = FakeAuditLog([*history(10), event(NOON, actor="Bob")])
    text, coverage, _ = await exported(log, FileFormat.OCSF, AuditQuery(ACME, filters=Filters(actor="bob")))
    assert len(text.splitlines()) == coverage.matched == 1


async def test_what_was_read_before_a_failure_is_written_and_the_coverage_says_why_no_more() -> None:
    log = FakeAuditLog(history(25), page_size=10, fails={2: Unavailable("Mondoo answered 503.")})
    text, coverage, _ = await exported(log, FileFormat.NDJSON)
    assert len(text.splitlines()) == coverage.matched == 20
    assert coverage.stopped == "Mondoo answered 503"


async def test_nothing_is_written_of_what_cannot_be_read() -> None:
    log = FakeAuditLog(history(25), fails={0: Unavailable("Mondoo answered 503.")})
    text, coverage, told = await exported(log, FileFormat.CSV)
    assert (text, told) == ("", [])
    assert coverage.failed


@pytest.mark.parametrize(("most_bytes", "lines"), [(10, 0), (5000, 10)])
async def test_a_file_ends_before_it_is_too_large_and_the_reading_with_it(most_bytes: int, lines: int) -> None:
    log = FakeAuditLog(history(25), page_size=10)
    text, coverage, _ = await exported(log, FileFormat.NDJSON, most_bytes=most_bytes)
    assert len(text.splitlines()) == lines
    assert coverage.matched == lines
    assert "bytes at the most" in coverage.stopped
    assert log.open == 0


async def test_halves_of_characters_do_not_end_an_export() -> None:
    text, _, _ = await exported(FakeAuditLog([replace(event(NOON), message="\ud83d")]), FileFormat.NDJSON)
    assert json.loads(text)["message"] == "\ud83d"
