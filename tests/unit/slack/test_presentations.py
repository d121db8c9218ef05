"""Tables, charts, exports and whole events, as they look and whatever they hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack import ids
from bot.adapters.slack.text import has_unseen
from bot.adapters.slack.views import breakdowns, export_window, exports, tables, windows
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.charts import BUCKETS, chart_over
from bot.adapters.slack.views.event import whole
from bot.adapters.slack.views.limits import violations
from bot.adapters.slack.views.references import dereference, references
from bot.adapters.slack.views.tickets import Ticket, encode
from bot.adapters.slack.views.window_limits import window_violations
from bot.domain.access import ChannelId
from bot.domain.errors import UserError
from bot.domain.events import AuditEvent
from bot.domain.query import AuditQuery, Filters
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.tallies import By, Tally
from bot.domain.traces import traces
from bot.sandbox.slack.blocks.active import Activity, active_content
from bot.sandbox.slack.blocks.validator import check_message

from .pages import SCOPE, WINDOW, FakePage, all_read, history, service_account
from .test_results import EVENTS, FAILED, HOSTILE, PARTIAL, TEXTS

NOON = datetime(2024, 3, 22, 12, tzinfo=UTC)
QUERY = AuditQuery(SCOPE, WINDOW)
PAGES = {
    "few": FakePage(history(4), all_read(4)),
    "none": FakePage((), all_read(0)),
    "failed": FakePage((), FAILED),
    "partial": FakePage(history(7), PARTIAL),
    "hostile": FakePage((HOSTILE,), all_read(1)),
}


def table(page: FakePage) -> tuple[Json, ...]:
    return tables.forms(page, alias="prod", zone="Europe/Berlin", back=3)


def charts(events: tuple[AuditEvent, ...], by: By, page: FakePage | None = None) -> tuple[Json, ...]:
    counted = Tally(UTC)
    counted.add(events)
    coverage = (page or FakePage(events, all_read(len(events)))).coverage
    return breakdowns.forms(counted, coverage, QUERY, by, alias=None, zone="UTC", back=0)


def in_full(event: AuditEvent) -> Json:
    return whole(event, all_read(1), alias="prod", zone="Europe/Berlin", reference=references([event])[0])


def is_good(message: Json) -> None:
    assert violations(message) == []
    verdict = check_message(message["blocks"])
    assert verdict.error is None, verdict.complaints
    found = active_content(message["blocks"], str(message["text"]))  # type: ignore[arg-type]
    assert {piece.activity for piece in found} <= {Activity.DATE}
    assert not has_unseen(json.dumps(message["blocks"], ensure_ascii=False))


@pytest.mark.parametrize("state", PAGES)
def test_each_table_looks_as_agreed(state: str, snapshot: SnapshotAssertion) -> None:
    forms = table(PAGES[state])
    for form in forms:
        is_good(form)
    assert list(forms) == snapshot


@pytest.mark.parametrize("by", By)
def test_charts_look_as_agreed(by: By, snapshot: SnapshotAssertion) -> None:
    forms = charts(history(12), by)
    for form in forms:
        is_good(form)
    assert list(forms) == snapshot


@pytest.mark.parametrize("state", ["none", "failed"])
def test_charts_of_nothing_say_why(state: str, snapshot: SnapshotAssertion) -> None:
    (form,) = charts((), By.ACTOR, PAGES[state])
    is_good(form)
    assert form == snapshot


def test_an_event_in_full_looks_as_agreed(snapshot: SnapshotAssertion) -> None:
    message = in_full(service_account(NOON))
    is_good(message)
    window = windows.window("Event", message, ChannelId("C0GENERAL00"))
    assert window_violations(window) == []
    assert window == snapshot


@pytest.mark.parametrize("state", ["few", "none", "failed", "partial"])
def test_each_end_of_an_export_looks_as_agreed(state: str, snapshot: SnapshotAssertion) -> None:
    message = exports.ended("prod", PAGES[state].coverage, place="in your messages with the bot")
    is_good(message)
    assert message == snapshot


def test_an_export_under_way_says_how_far_it_has_come() -> None:
    message = exports.under_way("prod", replace(all_read(300), events=300, total=1234))
    is_good(message)
    assert "300 of 1,234 events read" in str(message["text"])
    assert "300 of ?" in str(exports.under_way("prod", replace(all_read(300), total=None))["text"])
    for notice in (exports.interrupted("prod"), exports.not_sent("prod")):
        is_good(notice)


def test_a_part_is_called_so_beside_its_file() -> None:
    assert exports.comment("prod", PARTIAL, "everything").startswith("PARTIAL: ")
    assert exports.comment("prod", all_read(3), "everything") == "Audit log of prod, everything: 1–3 of 3, all read"


def test_the_window_of_an_export_looks_as_agreed(snapshot: SnapshotAssertion) -> None:
    value = encode(Ticket(AuditQuery(SCOPE, WINDOW, Filters(actor="jane"), limit=50), 2))
    assert value is not None
    catalog = ScopeCatalog((SCOPE,), (("prod", SCOPE),))
    window = export_window.window(value, ChannelId("C0GENERAL00"), catalog=catalog, zone="UTC")
    assert window_violations(window) == []
    assert window == snapshot
    wish = export_window.wish(str(window["private_metadata"]))
    assert (wish.channel, wish.ticket.query.limit) == ("C0GENERAL00", 50)


@pytest.mark.parametrize("metadata", ["", "{}", "[1]", '["C1","{}"]', "null"])
def test_metadata_that_is_no_wish_is_refused_with_words(metadata: str) -> None:
    with pytest.raises(UserError, match="another version"):
        export_window.wish(metadata)


@given(st.lists(EVENTS, max_size=5), TEXTS, st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]))
def test_no_event_makes_an_invalid_or_active_table_or_chart(events: list[AuditEvent], alias: str, zone: str) -> None:
    page = FakePage(tuple(events), all_read(len(events)))
    for form in tables.forms(page, alias=alias, zone=zone, back=0):
        is_good(form)
    for by in By:
        for form in charts(tuple(events), by):
            is_good(form)


@given(EVENTS)
def test_no_event_makes_an_invalid_or_active_window(event: AuditEvent) -> None:
    message = in_full(event)
    is_good(message)
    assert window_violations(windows.window("Event", message, ChannelId("C1"))) == []


def test_the_longest_event_fits_into_a_window() -> None:
    wide = "W" * 10_000
    is_good(in_full(AuditEvent(SCOPE, NOON, wide, wide, wide, wide, wide, wide, wide, wide)))


def test_a_table_holds_as_many_rows_as_fit_and_says_which() -> None:
    wide = replace(service_account(NOON), message="W" * 500, actor_name="W" * 500)
    sortable, still, listed = table(FakePage((wide,) * 200, all_read(200)))
    for form in (sortable, still, listed):
        is_good(form)
        assert "The table holds no more" in json.dumps(form["blocks"])
    thin = replace(service_account(NOON), resource="", message="", actor_name="A", ip=None, action="Login")
    sortable, still, _ = table(FakePage((thin,) * 200, all_read(200)))
    assert [len(rows(form)) for form in (sortable, still)] == [201, 100]


def rows(form: Json) -> list[Any]:
    blocks: Any = form["blocks"]
    found: list[Any] = next(block["rows"] for block in blocks if "rows" in block)
    return found


@given(st.lists(st.datetimes(), min_size=1, max_size=20))
def test_counts_over_time_fit_into_a_chart_and_none_is_lost(hours: list[datetime]) -> None:
    counted = Tally(UTC)
    counted.add(replace(service_account(NOON), at=hour.replace(tzinfo=UTC)) for hour in hours)
    chart = chart_over(counted.hours)
    assert chart is not None
    assert 1 <= len(chart.counts) <= BUCKETS
    assert sum(count.total() for count in chart.counts) == len(hours)


@pytest.mark.parametrize(
    ("hours", "title"),
    [
        (2, "Events every 1 h"),
        (48, "Events every 3 h"),
        (24 * 10, "Events a day"),
        (24 * 100, "Events a week"),
        (24 * 1000, "Events every 13 weeks"),
    ],
)
def test_a_chart_of_a_window_is_of_days_unless_it_is_short(hours: int, title: str) -> None:
    counted = Tally(UTC)
    counted.add(replace(service_account(NOON), at=NOON + timedelta(hours=hour)) for hour in (0, hours))
    chart = chart_over(counted.hours)
    assert chart is not None
    assert chart.drawn()["title"] == title


def test_names_that_are_cut_alike_stay_apart_and_the_rest_is_counted() -> None:
    events = tuple(replace(service_account(NOON), actor_name=f"{'W' * 40} {n}") for n in range(30))
    drawn, written = charts(events, By.ACTOR)
    is_good(drawn)
    is_good(written)
    assert "21 others" in json.dumps(drawn["blocks"])


# References


@given(st.lists(EVENTS, max_size=5), st.sampled_from(Region), st.sampled_from(["a", "a" * 128, "a-b.c_d"]))
def test_a_reference_leads_back_to_its_event_and_fits(events: list[AuditEvent], region: Region, name: str) -> None:
    scope = Scope(ScopeKind.SPACE, name, region)
    found = [replace(event, scope=scope) for event in events]
    named = references(found)
    assert len(set(named)) == len(named)
    assert all(len(each) <= 255 for each in named)
    assert [dereference(each) for each in named] == traces(found)


@pytest.mark.parametrize(
    "text",
    ["", "e2:org:us:acme:1:0:0", "e1:org:us:acme:1:" + "0" * 32, "e1:moon:us:acme:1:" + "0" * 32 + ":0"]
    + [f"e1:org:us:{name}:{second}:{'0' * 32}:0" for name, second in (("a/b", 1), ("acme", 999999999999))],
)
def test_what_is_no_reference_is_refused_with_words(text: str) -> None:
    with pytest.raises(UserError, match="another version"):
        dereference(text)


# The guard


MENU: Json = {
    "text": "Words",
    "unfurl_links": False,
    "unfurl_media": False,
    "blocks": [*(block for block in table(PAGES["few"])[0]["blocks"] if "rows" in block)],  # type: ignore[attr-defined]
}


def listed() -> Any:  # noqa: ANN401 — to be spoilt
    from bot.adapters.slack.views.results import view  # noqa: PLC0415 — for this alone

    return deepcopy(view(FakePage(history(2), all_read(2)), alias=None, zone="UTC", per_page=10))


def sections(message: Any) -> list[Any]:  # noqa: ANN401 — likewise
    return [block for block in message["blocks"] if "accessory" in block]


def confirmation(message: Any) -> Any:  # noqa: ANN401 — likewise
    found = [element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]]
    return next(element["confirm"] for element in found if "confirm" in element)


FAULTS: dict[str, Callable[[Any], object]] = {
    "two of one block_id": lambda m: sections(m)[0].update(block_id=sections(m)[1]["block_id"]),
    "a block_id of 256 characters": lambda m: sections(m)[0].update(block_id="x" * 256),
    "a menu of nothing": lambda m: sections(m)[0]["accessory"].update(options=[]),
    "a menu of six": lambda m: sections(m)[0]["accessory"].update(options=[{"text": {}, "value": "x"}] * 6),
    "an option twice": lambda m: sections(m)[0]["accessory"].update(
        options=sections(m)[0]["accessory"]["options"][:1] * 2
    ),
    "an option that is a link": lambda m: sections(m)[0]["accessory"]["options"][0].update(url="https://evil.example"),
    "an option that is none": lambda m: sections(m)[0]["accessory"].update(options=["x"]),
    "an option that carries too much": lambda m: sections(m)[0]["accessory"]["options"][0].update(value="x" * 76),
    "an image beside words": lambda m: sections(m)[0].update(accessory={"type": "image"}),
    "a menu without an action": lambda m: sections(m)[0]["accessory"].pop("action_id"),
    "a question without a way out": lambda m: confirmation(m).pop("deny"),
    "a question of 301 characters": lambda m: confirmation(m)["text"].update(text="x" * 301),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_menus_and_questions_are_found(name: str) -> None:
    message = listed()
    assert violations(message) == []
    FAULTS[name](message)
    assert len(violations(message)) >= 1


def cell(text: object) -> dict[str, object]:
    return {"type": "raw_text", "text": text}


TABLE_FAULTS: dict[str, Callable[[Any], object]] = {
    "no caption": lambda b: b.pop("caption"),
    "pages of 101": lambda b: b.update(page_size=101),
    "a heading alone": lambda b: b.update(rows=b["rows"][:1]),
    "202 rows": lambda b: b.update(rows=b["rows"][:1] * 202),
    "a row that is short": lambda b: b["rows"][1].pop(),
    "a row that is none": lambda b: b["rows"].append("x"),
    "21 columns": lambda b: b.update(rows=[[cell("x")] * 21] * 2),
    "a cell of nothing": lambda b: b["rows"][1].__setitem__(0, cell("")),
    "a cell that turns": lambda b: b["rows"][1].__setitem__(0, cell("a\u202eb")),
    "a cell that is rich": lambda b: b["rows"][1].__setitem__(0, {"type": "rich_text", "elements": []}),
    "more than 20,000 characters": lambda b: b.update(rows=[[cell("x" * 15_000)]] * 2),
    "a plain one with a caption": lambda b: b.update(type="table"),
}


@pytest.mark.parametrize("name", TABLE_FAULTS)
def test_faults_of_tables_are_found(name: str) -> None:
    message: Any = deepcopy(MENU)
    assert violations(message) == []
    TABLE_FAULTS[name](message["blocks"][0])
    assert len(violations(message)) >= 1


def test_the_names_of_buttons_are_their_own() -> None:
    names = [value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)]
    assert len(set(names)) == len(names)
