from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack import ids
from bot.adapters.slack.text import has_unseen
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.limits import violations
from bot.adapters.slack.views.results import view
from bot.adapters.slack.views.tickets import Ticket, decode
from bot.domain.access import UserId
from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent, Category, Risk
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.scopes import Region, Scope, ScopeKind
from bot.sandbox.slack.blocks.active import Activity, active_content
from bot.sandbox.slack.blocks.validator import check_message

from .pages import PER_PAGE, SCOPE, WINDOW, FakePage, all_read, history, service_account

PARTIAL = Coverage(
    WINDOW,
    pages=3,
    events=300,
    matched=7,
    stopped="Mondoo answered 503",
    advice="It usually passes: try again in a minute.",
)
FAILED = replace(PARTIAL, pages=0, events=0, matched=0)
UNFINISHED = Coverage(WINDOW, filtered=True, pages=4, pages_total=20, events=400, matched=4, total=2000)
ASC = AuditQuery(SCOPE, WINDOW, order=Order.OLDEST_FIRST)
HOSTILE = replace(
    service_account(datetime(2024, 3, 22, tzinfo=UTC)),
    actor_name="<!channel> *bold* <@U0OLIVIAOWN>",
    action="`mondoo`.<https://evil.example|Login>",
    resource="<!subteam^S0ONCALLGRP> https://evil.example",
    message=":rotating_light: _x_ ~y~ \u202edeton\u202c <!here|here>\n\n@everyone",
    ip="<#C0GENERAL00>",
)

STATES = {
    "first": FakePage(history(10), replace(all_read(36), exhausted=False, total=36, pages=1), has_next=True),
    "middle": FakePage(history(10), all_read(36), number=1, has_previous=True, has_next=True),
    "last": FakePage(history(6), all_read(36), number=3, has_previous=True),
    "only": FakePage(history(2), all_read(2)),
    "oldest-first": FakePage(history(10)[::-1], all_read(36), query=ASC, number=1, has_previous=True, has_next=True),
    "empty": FakePage((), all_read(0)),
    "nothing-matches": FakePage(
        (),
        replace(all_read(36), matched=0, filtered=True),
        query=AuditQuery(
            SCOPE,
            WINDOW,
            Filters(
                actor="jane",
                text="<b>owner</b>",
                categories=frozenset({Category.TOKEN, Category.AGENT}),
                risks=frozenset({Risk.LOW, Risk.HIGH}),
            ),
        ),
    ),
    "failed": FakePage((), FAILED),
    "partial": FakePage(history(7), PARTIAL),
    "partial-without-events": FakePage((), replace(PARTIAL, matched=0)),
    "unfinished": FakePage(history(4), UNFINISHED, has_next=True),
    "unfinished-without-events": FakePage((), replace(UNFINISHED, matched=0), has_next=True),
    "hostile": FakePage((HOSTILE,), all_read(1)),
}


def shown(page: FakePage, alias: str | None = None, zone: str = "Europe/Berlin") -> Json:
    return view(page, alias=alias, zone=zone, per_page=PER_PAGE)


def buttons(message: Json) -> dict[str, str]:
    """The labels of a message's buttons with their values, in reading order."""
    return {piece["text"]["text"]: piece["value"] for piece in pieces(message) if piece.get("type") == "button"}


OTHERS = {"Change filters", "Share…", "Export…", "Table", "Charts"}
"""The labels of the buttons that do not turn pages."""


@pytest.mark.parametrize("state", STATES)
def test_only_what_shows_events_can_be_shown_otherwise(state: str) -> None:
    page = STATES[state]
    assert OTHERS - {"Change filters"} <= buttons(shown(page)).keys() or not page.events


def test_a_shared_page_says_whose_it_is_and_has_no_pages(snapshot: SnapshotAssertion) -> None:
    page = STATES["middle"]
    message = view(page, alias="prod", zone="Europe/Berlin", per_page=PER_PAGE, shared_by=UserId("U0OLIVIAOWN"))
    assert {label: decode(value) for label, value in buttons(message).items()} == {
        "Ask again": Ticket(page.query, page.number)
    }
    assert violations(message) == []
    assert message == snapshot


def pieces(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from pieces(inner)


def words(message: Json) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


@pytest.mark.parametrize("state", STATES)
def test_each_state_looks_as_agreed(state: str, snapshot: SnapshotAssertion) -> None:
    assert shown(STATES[state]) == snapshot


def test_an_alias_stands_before_the_id(snapshot: SnapshotAssertion) -> None:
    assert shown(STATES["only"], alias="prod", zone="America/New_York") == snapshot


@pytest.mark.parametrize("state", STATES)
def test_slack_would_take_each_state(state: str) -> None:
    message = shown(STATES[state])
    assert violations(message) == []
    assert check_message(message["blocks"]).complaints == ()


def test_a_failure_does_not_look_like_an_empty_log() -> None:
    for state in ("failed", "partial-without-events"):
        assert "No events" not in words(shown(STATES[state]))
        assert "Mondoo answered 503" in words(shown(STATES[state]))
    assert "Could not read" in words(shown(STATES["failed"]))
    assert "nothing could be read" in str(shown(STATES["failed"])["text"])


def test_a_page_that_is_incomplete_says_so_before_its_first_event() -> None:
    text = words(shown(STATES["partial"]))
    assert text.index("These are not all events") < text.index("Jane Doe")


def test_only_a_log_that_was_read_to_its_end_is_called_empty() -> None:
    for state, page in STATES.items():
        assert ("No events" in words(shown(page))) is (state in {"empty", "nothing-matches"})


@pytest.mark.parametrize(
    ("state", "pages"),
    [
        ("first", {"Older": 1}),
        ("middle", {"Newer": 0, "Older": 2}),
        ("last", {"Newer": 2}),
        ("oldest-first", {"Older": 0, "Newer": 2}),
        ("only", {}),
        ("failed", {"Try again": 0}),
        ("partial", {"Try again": 0}),
        ("unfinished", {"Read on": 0}),
    ],
)
def test_each_button_leads_to_the_page_that_its_label_says(state: str, pages: dict[str, int]) -> None:
    page = STATES[state]
    found = buttons(shown(page))
    assert [label for label in found if label not in OTHERS] == list(pages)
    for label in OTHERS & found.keys():
        assert decode(found[label]) == Ticket(page.query, page.number)
    for label, value in ((label, value) for label, value in found.items() if label in pages):
        assert decode(value).query == page.query
        assert decode(value).page == pages[label]


def test_older_leads_back_in_time_in_either_order() -> None:
    for state in ("middle", "oldest-first"):
        found = [piece for piece in pieces(shown(STATES[state])) if piece.get("type") == "button"]
        actions = {piece["action_id"]: piece["text"] for piece in found if piece["text"]["text"] not in OTHERS}
        assert {name: label["text"] for name, label in actions.items()} == {
            ids.PAGE_OLDER: "Older",
            ids.PAGE_NEWER: "Newer",
        }


def test_a_question_too_long_for_buttons_is_answered_without_them() -> None:
    query = AuditQuery(SCOPE, WINDOW, Filters(text="é" * 3000))
    message = shown(replace(STATES["middle"], query=query))
    assert buttons(message) == {}
    assert "too long to be carried by buttons" in words(message)
    assert violations(message) == []


def test_events_are_grouped_by_the_days_of_the_readers_zone() -> None:
    page = FakePage((service_account(datetime(2024, 3, 22, 23, 30, tzinfo=UTC)),), all_read(1))
    assert "Friday 22 March 2024" in words(shown(page, zone="UTC"))
    assert "Saturday 23 March 2024" in words(shown(page, zone="Europe/Berlin"))


def test_a_zone_that_nobody_knows_is_utc() -> None:
    assert "(UTC)" in words(shown(STATES["only"], zone="Mars/Olympus"))


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_an_event_of_a_year_that_slack_cannot_show_is_shown_all_the_same(year: int) -> None:
    page = FakePage((service_account(datetime(year, 1, 1, tzinfo=UTC)),), all_read(1))
    for zone in ("America/New_York", "Asia/Tokyo"):
        message = shown(page, zone=zone)
        assert "Jane Doe" in words(message)
        assert violations(message) == []


def test_nothing_hostile_becomes_active() -> None:
    message = shown(STATES["hostile"])
    found = active_content(message["blocks"], str(message["text"]))  # type: ignore[arg-type]
    assert {piece.activity for piece in found} == {Activity.DATE}
    assert "<!channel> *bold* <@U0OLIVIAOWN>" in words(message)


TEXTS = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text(st.sampled_from("<>&*_~`@#!|:/\n\u202e\u200b\u0300👍🏽\ud83dé"), max_size=60),
    st.sampled_from(
        ["<!channel>", "https://evil.example/", "&lt;", "x" * 5000, "\u0300" * 5000, "👍" * 5000, "a b " * 999]
    ),
)
EVENTS = st.builds(
    AuditEvent,
    scope=st.just(SCOPE),
    at=st.datetimes(timezones=st.just(UTC)),
    timestamp=TEXTS,
    action=TEXTS | st.sampled_from(["mondoo.captain.Captain.SetOrganizationMembership", "x.Delete" + "Y" * 3000]),
    actor_name=TEXTS,
    actor_mrn=TEXTS,
    resource=TEXTS,
    message=TEXTS,
    ip=st.none() | TEXTS,
    parent=st.none() | TEXTS,
)
COUNTS = st.integers(0, 10**12)
PAGES = st.builds(
    FakePage,
    events=st.lists(EVENTS, max_size=PER_PAGE).map(tuple),
    coverage=st.builds(
        Coverage,
        window=st.just(WINDOW),
        filtered=st.booleans(),
        pages=COUNTS,
        pages_total=st.none() | COUNTS,
        events=COUNTS,
        matched=COUNTS,
        total=st.none() | COUNTS,
        exhausted=st.booleans(),
        limited=st.booleans(),
        stopped=TEXTS,
        advice=TEXTS,
    ),
    query=st.builds(
        AuditQuery,
        scope=st.builds(
            Scope,
            kind=st.sampled_from(ScopeKind),
            id=st.sampled_from(["a", "a" * 128]),
            region=st.sampled_from(Region),
        ),
        window=st.sampled_from([WINDOW, Window(None, WINDOW.until)]),
        filters=st.builds(Filters, actor=TEXTS, action=TEXTS, resource=TEXTS, text=TEXTS),
        order=st.sampled_from(Order),
    ),
    number=st.integers(0, 10**6),
    has_previous=st.booleans(),
    has_next=st.booleans(),
)


@given(PAGES, st.none() | TEXTS, st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]))
def test_no_input_makes_an_invalid_or_active_message(page: FakePage, alias: str | None, zone: str) -> None:
    message = shown(page, alias, zone)
    assert violations(message) == []
    verdict = check_message(message["blocks"])
    assert verdict.error is None, verdict.complaints
    found = active_content(message["blocks"], str(message["text"]))  # type: ignore[arg-type]
    assert {piece.activity for piece in found} <= {Activity.DATE}
    assert not has_unseen(words(message))


def longest(count: int) -> FakePage:
    """Events of which everything is as long as it gets, each on a day of its own, with every warning and button."""
    wide = "W" * 10_000
    event = AuditEvent(SCOPE, WINDOW.until or datetime.now(UTC), wide, wide, wide, wide, wide, wide, wide, wide)
    return FakePage(
        tuple(replace(event, at=event.at - timedelta(days=n)) for n in range(count)),
        replace(PARTIAL, stopped=wide, advice=wide),
        query=AuditQuery(SCOPE, WINDOW, Filters(wide, wide, wide, wide, frozenset(Category), frozenset(Risk))),
        number=10**6,
        has_previous=True,
        has_next=True,
    )


def test_a_page_of_the_longest_events_stays_within_the_budget() -> None:
    message = shown(longest(PER_PAGE), alias="W" * 10_000)
    assert violations(message) == []
    assert words(message).count("WWW…") >= PER_PAGE
