"""The documents fit the published schema, and say what the documentation says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from bot.adapters.mondoo import queries
from bot.adapters.mondoo.pages import Bound, Operator, PageRequest, before, from_second_of, through_second_of
from bot.domain.query import Order
from bot.domain.scopes import Scope, ScopeKind

SPACE = Scope(ScopeKind.SPACE, "acme-production")


def variables(request: PageRequest) -> dict[str, Any]:
    content = json.loads(queries.body(queries.FULL, SPACE, request))
    assert content["query"] == queries.FULL
    assert set(content) == {"query", "variables"}
    found: dict[str, Any] = content["variables"]
    return found


@pytest.mark.parametrize("document", [queries.FULL, queries.DOCUMENTED])
def test_the_schema_allows_the_document(document: str) -> None:
    schema = build_schema((files("bot.sandbox.mondoo") / "schema.graphql").read_text())
    assert validate(schema, parse(document)) == []


def test_the_full_document_only_adds_the_newer_fields() -> None:
    added = [line for line in queries.FULL.splitlines() if line not in queries.DOCUMENTED.splitlines()]
    assert [line.strip() for line in added] == ["ip", "parent"]


def test_a_plain_request_names_the_log_the_order_and_the_size() -> None:
    assert variables(PageRequest(Order.NEWEST_FIRST, 100)) == {
        "first": 100,
        "orderBy": {"direction": "DESC", "field": "TIMESTAMP"},
        "resourceMrn": "//captain.api.mondoo.app/spaces/acme-production",
    }


def test_cursor_and_bound_are_sent_where_there_are_any() -> None:
    moment = datetime(2024, 5, 6, 13, 48, 33, tzinfo=timezone(timedelta(hours=3)))
    sent = variables(PageRequest(Order.OLDEST_FIRST, 1, Bound(Operator.AFTER, moment), "143156"))
    assert sent["after"] == "143156"
    assert sent["orderBy"]["direction"] == "ASC"
    assert sent["timestampFilter"] == {"timestamp": "2024-05-06T10:48:33Z", "operator": "GT"}


def test_years_have_four_digits() -> None:
    request = PageRequest(Order.OLDEST_FIRST, 1, Bound(Operator.BEFORE, datetime(1, 1, 2, tzinfo=UTC)))
    assert variables(request)["timestampFilter"] == {"timestamp": "0001-01-02T00:00:00Z", "operator": "LT"}


def test_bounds_are_whole_seconds_around_what_is_wanted() -> None:
    moment = datetime(2024, 5, 6, 10, 48, 33, 500_000, tzinfo=UTC)
    second = moment.replace(microsecond=0)
    assert from_second_of(moment) == Bound(Operator.AFTER, second - timedelta(seconds=1))
    assert through_second_of(moment) == Bound(Operator.BEFORE, second + timedelta(seconds=1))
    assert before(moment) == Bound(Operator.BEFORE, second + timedelta(seconds=1))
    assert before(second) == Bound(Operator.BEFORE, second)


def test_there_is_no_bound_beyond_the_calendar() -> None:
    assert from_second_of(datetime.min.replace(tzinfo=UTC)) is None
    assert through_second_of(datetime.max.replace(tzinfo=UTC)) is None
