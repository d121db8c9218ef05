from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.views.tickets import VALUE_LIMIT, Ticket, decode, encode
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.scopes import Region, Scope, ScopeKind

ACME = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — bounds are naive


@st.composite
def windows(draw: st.DrawFn) -> Window:
    bounds = sorted(draw(st.lists(MOMENTS, min_size=2, max_size=2, unique=True)))
    return Window(draw(st.sampled_from([None, bounds[0]])), draw(st.sampled_from([None, bounds[1]])))


def queries(words: st.SearchStrategy[str]) -> st.SearchStrategy[AuditQuery]:
    return st.builds(
        AuditQuery,
        scope=st.builds(
            Scope,
            kind=st.sampled_from(ScopeKind),
            id=st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?", fullmatch=True),
            region=st.sampled_from(Region),
        ),
        window=windows(),
        filters=st.builds(
            Filters,
            actor=words,
            action=words,
            resource=words,
            text=words,
            categories=st.frozensets(st.sampled_from(Category)),
            risks=st.frozensets(st.sampled_from(Risk)),
        ),
        order=st.sampled_from(Order),
        limit=st.none() | st.integers(1, 1_000_000),
    )


@given(queries(st.text(max_size=40)), st.integers(0, 1_000_000))
def test_a_click_asks_for_exactly_the_page_that_the_button_was_made_for(query: AuditQuery, page: int) -> None:
    value = encode(Ticket(query, page))
    assert value is not None
    assert decode(value) == Ticket(query, page)


@given(queries(st.text(max_size=1000)))
def test_a_value_fits_into_a_button_or_there_is_none(query: AuditQuery) -> None:
    value = encode(Ticket(query, 3))
    assert value is None or 0 < len(value.encode("utf-16-le")) // 2 <= VALUE_LIMIT


@given(queries(st.text(st.sampled_from("&<>@#!|"), max_size=50)))
def test_a_value_holds_nothing_that_slack_escapes(query: AuditQuery) -> None:
    value = encode(Ticket(query, 0))
    assert value is not None
    assert not set("&<>") & set(value)
    assert decode(value).query == query


def test_the_longest_filters_of_the_grammar_still_fit() -> None:
    every = Filters("é" * 200, "é" * 200, "é" * 200, "é" * 200, frozenset(Category), frozenset(Risk))
    now = datetime(2024, 5, 1, tzinfo=UTC)
    scope = Scope(ScopeKind.ORGANIZATION, "o" * 128, Region.CUSTOM)
    query = AuditQuery(scope, Window(now, now.replace(year=2025)), every, Order.OLDEST_FIRST, 1_000_000)
    assert encode(Ticket(query, 100_000)) is not None


GOOD = {"v": 1, "kind": "org", "id": "acme", "region": "us", "order": "desc", "page": 0}


def test_the_form_of_a_value_is_the_one_that_old_messages_hold() -> None:
    assert decode(json.dumps(GOOD)) == Ticket(AuditQuery(Scope(ScopeKind.ORGANIZATION, "acme")), 0)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": "1"},
        {"kind": "galaxy"},
        {"id": "a/../b"},
        {"id": 5},
        {"region": "moon"},
        {"since": "soon"},
        {"since": 1_700_000_000},
        {"since": "2024-05-02T00:00:00+00:00", "until": "2024-05-01T00:00:00+00:00"},
        {"since": "2024-05-02T00:00:00"},
        {"actor": ["Jane"]},
        {"categories": "membership"},
        {"categories": ["parties"]},
        {"risks": [{}]},
        {"order": "sideways"},
        {"limit": 0},
        {"limit": True},
        {"page": -1},
        {"page": 1e9},
        {"page": 10_000_000},
        {"page": None},
    ],
)
def test_a_value_of_another_version_or_with_something_wrong_is_refused_with_words(change: dict[str, object]) -> None:
    with pytest.raises(UserError, match="another version") as refusal:
        decode(json.dumps(GOOD | change))
    assert "ask again" in refusal.value.advice


@pytest.mark.parametrize("value", ["", "{", "null", "[]", '"v"', "1", "[" * 100_000, "{}", '{"v":1}'])
def test_a_value_that_is_no_ticket_is_refused_with_words(value: str) -> None:
    with pytest.raises(UserError):
        decode(value)


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_nothing_but_a_ticket_is_taken_for_one(value: str) -> None:
    with pytest.raises(UserError):
        decode(value)
