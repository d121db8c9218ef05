from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.cli.sheets import CsvSheet, JsonSheet, NdjsonSheet, Sheet
from bot.cli.table import TableSheet
from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent
from bot.domain.query import AuditQuery, Window
from bot.domain.records import COLUMNS, as_csv, as_json, record
from tests.unit.services.fakes import ACME, NOON, event, history

HOSTILE = "=cmd()\x1b[2J\n\u202e\ud800, \"quoted\" 'and' <!channel>"
QUERY = AuditQuery(ACME, Window(NOON - timedelta(days=1)))
DONE = Coverage(QUERY.window, pages=1, events=2, matched=2, total=2, exhausted=True)


def written(sheet: Sheet, *pages: list[AuditEvent], coverage: Coverage = DONE) -> str:
    return sheet.begin() + "".join(sheet.add(page) for page in pages) + sheet.end(coverage)


def sheets() -> dict[str, Sheet]:
    return {
        "ndjson": NdjsonSheet(),
        "csv": CsvSheet(),
        "json": JsonSheet(QUERY),
        "table": TableSheet(120, colours=False),
    }


def test_a_line_of_ndjson_has_the_promised_keys_in_their_order() -> None:
    (line,) = written(NdjsonSheet(), [replace(event(NOON), ip="192.0.2.1")]).splitlines()
    found = json.loads(line)
    assert list(found) == [
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
    ]
    assert found == {
        "timestamp": "2024-05-06T12:00:00Z",
        "action": "mondoo.captain.Captain.SetOrganizationMembership",
        "category": "membership",
        "risk": "high",
        "actor_name": "Ada",
        "actor_mrn": "//captain.api.mondoo.app/users/ada",
        "resource": "//captain.api.mondoo.app/users/grace",
        "message": "owner added",
        "ip": "192.0.2.1",
        "parent": None,
        "scope": "//captain.api.mondoo.app/organizations/acme",
    }


def test_the_timestamp_is_the_one_that_mondoo_wrote() -> None:
    odd = replace(event(NOON), timestamp="2024-05-06T14:00:00.000+02:00")
    assert record(odd)["timestamp"] == "2024-05-06T14:00:00.000+02:00"


@given(st.text(st.characters()), st.none() | st.text(st.characters()))
def test_values_come_back_from_ndjson_as_mondoo_sent_them(message: str, parent: str | None) -> None:
    sent = replace(event(NOON), message=message, parent=parent)
    line = as_json(record(sent))
    assert len(line.splitlines()) == 1
    assert json.loads(line) == record(sent)


@given(st.lists(st.text(st.characters()), max_size=3))
def test_a_sheet_of_ndjson_has_the_same_lines_as_records_written_one_by_one(messages: list[str]) -> None:
    sent = [replace(event(NOON), message=message) for message in messages]
    assert NdjsonSheet().add(sent) == "".join(f"{as_json(record(each))}\n" for each in sent)


@given(st.text(st.characters()))
def test_a_row_of_csv_is_one_line_with_every_column(message: str) -> None:
    row = as_csv(replace(event(NOON), message=message))
    (cells,) = csv.reader([row])
    assert len(row.splitlines()) == 1
    assert len(cells) == len(COLUMNS)


@pytest.mark.parametrize("message", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_spreadsheet_runs_nothing_of_a_csv(message: str) -> None:
    row = as_csv(replace(event(NOON), message=message))
    assert next(csv.reader([row]))[COLUMNS.index("message")] == f"'{message}"


def test_csv_begins_with_its_columns_and_leaves_out_what_is_not_known() -> None:
    found = list(csv.DictReader(io.StringIO(written(CsvSheet(), [event(NOON)], [event(NOON)]))))
    assert len(found) == 2
    assert found[0] == {key: value or "" for key, value in record(event(NOON)).items()}


@pytest.mark.parametrize("pages", [[], [[]], [history(1)], [history(2), [], history(3)]])
def test_json_is_one_document_with_its_window_events_and_coverage(pages: list[list[AuditEvent]]) -> None:
    found: dict[str, Any] = json.loads(written(JsonSheet(QUERY), *pages))
    assert list(found) == ["scope", "window", "events", "coverage"]
    assert found["scope"] == ACME.mrn
    assert found["window"] == {"since": "2024-05-05T12:00:00Z", "until": None}
    assert found["events"] == [record(each) for page in pages for each in page]
    assert found["coverage"] == {
        "complete": True,
        "matched": 2,
        "read": 2,
        "total": 2,
        "pages": 1,
        "limited": False,
        "stopped": None,
    }


def test_json_that_stops_half_way_says_so() -> None:
    stopped = Coverage(QUERY.window, pages=1, events=2, matched=2, stopped="Mondoo answered 503")
    found = json.loads(written(JsonSheet(QUERY), history(2), coverage=stopped))
    assert (found["coverage"]["complete"], found["coverage"]["stopped"]) == (False, "Mondoo answered 503")


@pytest.mark.parametrize("form", sheets())
def test_no_form_lets_an_event_steer_the_terminal(form: str) -> None:
    sent = replace(event(NOON), actor_name=HOSTILE, message=HOSTILE, resource=HOSTILE, action=HOSTILE)
    text = written(sheets()[form], [sent])
    assert not set(text) & set("\x1b\x9b\u202e\ud800\r")
    assert "<!channel>" in text


TABLE = """\
Monday 6 May 2024 (UTC)
12:00:00  high    Ada                       made user grace an owner of the             SetOrganizationMembership
                                            organization
11:00:00  medium  Ada                       changed the role of user grace · it was     SetOrganizationMembership
                                            time

Sunday 5 May 2024 (UTC)
12:00:00          Ada                       logged in · user grace                      Login
"""


def three_events() -> list[AuditEvent]:
    return [
        event(NOON),
        event(NOON - timedelta(hours=1), "it was time"),
        replace(event(NOON - timedelta(days=1), ""), action="mondoo.captain.Captain.Login"),
    ]


def test_a_table_tells_in_plain_words_under_a_heading_for_each_day() -> None:
    assert written(TableSheet(120, colours=False), three_events()) == TABLE


def test_a_table_is_the_same_however_its_pages_fall() -> None:
    first, second, third = three_events()
    assert written(TableSheet(120, colours=False), [first], [], [second, third]) == TABLE


def test_a_narrow_table_leaves_the_raw_action_out() -> None:
    assert "SetOrganizationMembership" not in written(TableSheet(80, colours=False), three_events())


def test_colours_are_for_terminals() -> None:
    assert "\x1b[1;31mhigh" in written(TableSheet(120, colours=True), three_events())
    assert "\x1b" not in written(TableSheet(120, colours=False), three_events())


def test_a_message_of_any_length_does_not_fill_the_table() -> None:
    text = written(TableSheet(120, colours=False), [event(NOON, "word " * 10_000)])
    assert len(text.splitlines()) < 30
    assert "…" in text


@given(st.integers(1, 200), st.text(st.characters(), max_size=80))
def test_no_line_of_a_table_is_wider_than_the_window(width: int, words: str) -> None:
    sent = replace(event(NOON), actor_name=words, message=words, resource=words)
    text = written(TableSheet(width, colours=False), [sent])
    assert max(cell_len(line) for line in text.splitlines()) <= max(width, 40)
