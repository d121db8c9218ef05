"""What a body holds becomes a page or an error, never a part of either."""

from __future__ import annotations

import json
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.mondoo import wire
from bot.adapters.mondoo.faults import Garbled, OlderServer, QueryRefused
from bot.domain.errors import BadCredentials, BadResponse, NotPermitted, Unavailable, UpstreamError
from bot.domain.events import AuditEvent
from bot.domain.scopes import Scope, ScopeKind

SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
NODE = {
    "identity": {"name": "Jane Doe", "mrn": "//captain.api.mondoo.app/users/1"},
    "resource": "//captain.api.mondoo.app/users/2",
    "action": "mondoo.captain.Captain.SetOrganizationMembership",
    "timestamp": "2024-01-30T00:01:04Z",
    "msg": "owner added",
    "ip": "192.0.2.1",
    "parent": "//captain.api.mondoo.app/organizations/acme",
}


def answer(*nodes: dict[str, Any], **connection: Any) -> dict[str, Any]:  # noqa: ANN401 — JSON
    edges = [{"cursor": str(number), "node": node} for number, node in enumerate(nodes)]
    page_info = {"startCursor": "0", "endCursor": "7", "hasNextPage": True}
    log = {"totalCount": 36, "edges": edges, "pageInfo": page_info} | connection
    return {"data": {"auditlog": log}}


def read(content: object) -> AuditEvent:
    return wire.page(json.dumps(content).encode(), SCOPE, str, 100).events[0]


def test_a_page_holds_events_cursors_count_and_how_to_go_on() -> None:
    page = wire.page(json.dumps(answer(NODE)).encode(), SCOPE, str, 100)
    assert page.events == [
        AuditEvent(
            scope=SCOPE,
            at=datetime(2024, 1, 30, 0, 1, 4, tzinfo=UTC),
            timestamp="2024-01-30T00:01:04Z",
            action="mondoo.captain.Captain.SetOrganizationMembership",
            actor_name="Jane Doe",
            actor_mrn="//captain.api.mondoo.app/users/1",
            resource="//captain.api.mondoo.app/users/2",
            message="owner added",
            ip="192.0.2.1",
            parent="//captain.api.mondoo.app/organizations/acme",
        )
    ]
    assert (page.cursors, page.total, page.cursor, page.more) == (["0"], 36, "7", True)


def test_unknown_fields_are_no_error() -> None:
    content = answer(NODE | {"severity": {"level": 3}}, facets=[1])
    assert read(content | {"extensions": {"tracing": 1}, "errors": []}).message == "owner added"


def test_a_cursor_may_be_a_number() -> None:
    content = answer(edges=[{"cursor": 12, "node": NODE}], pageInfo={"endCursor": 12, "hasNextPage": True})
    page = wire.page(json.dumps(content).encode(), SCOPE, str, 100)
    assert (page.cursors, page.cursor) == (["12"], "12")


def test_a_count_that_is_null_or_missing_is_unknown() -> None:
    content = answer(NODE, totalCount=None)
    assert wire.page(json.dumps(content).encode(), SCOPE, str, 100).total is None
    del content["data"]["auditlog"]["totalCount"]
    assert wire.page(json.dumps(content).encode(), SCOPE, str, 100).total is None


@pytest.mark.parametrize(
    ("page_info", "first", "more"),
    [
        ({"endCursor": "7"}, 1, True),
        ({"endCursor": "7", "hasNextPage": None}, 1, True),
        ({"endCursor": "7", "hasNextPage": None}, 2, False),
        ({"endCursor": "7", "hasNextPage": False}, 1, False),
        ({"endCursor": None, "hasNextPage": None}, 1, False),
        ({}, 1, False),
    ],
)
def test_where_nobody_says_whether_there_is_more_a_full_page_with_a_cursor_does(
    page_info: dict[str, Any], first: int, *, more: bool
) -> None:
    assert wire.page(json.dumps(answer(NODE, pageInfo=page_info)).encode(), SCOPE, str, first).more is more


def test_null_edges_are_an_empty_page() -> None:
    assert wire.page(json.dumps(answer(edges=None)).encode(), SCOPE, str, 100).events == []


@pytest.mark.parametrize("field", ["identity", "resource", "action", "msg", "ip", "parent"])
def test_a_text_that_is_null_or_missing_does_not_lose_the_event(field: str) -> None:
    for node in (NODE | {field: None}, {name: value for name, value in NODE.items() if name != field}):
        assert read(answer(node)).timestamp == NODE["timestamp"]


def test_an_identity_may_have_gaps() -> None:
    event = read(answer(NODE | {"identity": {"name": None}}))
    assert (event.actor_name, event.actor_mrn) == ("", "")


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        ("2024-05-06T13:48:33+03:00", datetime(2024, 5, 6, 10, 48, 33, tzinfo=UTC)),
        ("2024-05-06t10:48:33z", datetime(2024, 5, 6, 10, 48, 33, tzinfo=UTC)),
        ("2024-05-06T10:48:33-00:00", datetime(2024, 5, 6, 10, 48, 33, tzinfo=UTC)),
        ("2024-05-06T10:48:33.123456789Z", datetime(2024, 5, 6, 10, 48, 33, 123456, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_rfc_3339_and_kept_as_they_came(timestamp: str, expected: datetime) -> None:
    event = read(answer(NODE | {"timestamp": timestamp}))
    assert event.at == expected
    assert event.at.tzinfo is UTC
    assert event.timestamp == timestamp


@pytest.mark.parametrize(
    ("content", "expected", "words"),
    [
        ({}, BadResponse, "holds no data"),
        ({"data": None}, BadResponse, "holds no data"),
        ({"data": {}}, BadResponse, "`auditlog` - at `$.data`"),
        ({"data": {"auditlog": None}}, NotPermitted, "Mondoo gave no audit log for organization acme (US)"),
        (["data"], BadResponse, "Expected `object`, got `array`"),
        ("quote-me-not", BadResponse, "Expected `object`, got `str`"),
        (answer(totalCount="quote-me-not"), BadResponse, "at `$.data.auditlog.totalCount`"),
        (answer(edges="quote-me-not"), BadResponse, "at `$.data.auditlog.edges`"),
        (answer(edges=[None]), BadResponse, "at `$.data.auditlog.edges[0]`"),
        (answer(edges=[{"cursor": "1", "node": None}]), BadResponse, "at `$.data.auditlog.edges[0].node`"),
        (answer(pageInfo=None), BadResponse, "at `$.data.auditlog.pageInfo`"),
        (answer(pageInfo={"hasNextPage": "quote-me-not"}), BadResponse, "pageInfo.hasNextPage`"),
        (answer(NODE, NODE | {"msg": 42}), BadResponse, "at `$.data.auditlog.edges[1].node.msg`"),
        (answer(NODE | {"timestamp": None}), BadResponse, "node.timestamp`"),
        (answer({"msg": "quote-me-not"}), BadResponse, "`timestamp`"),
        (answer(NODE | {"timestamp": "quote-me-not"}), BadResponse, "a time that is not RFC 3339"),
        (answer(NODE | {"timestamp": "2024-05-06T10:48:33"}), BadResponse, "a time without a zone"),
        (answer(NODE) | {"errors": [{"message": "internal error"}]}, Unavailable, "reported an error: internal error"),
        ({"errors": [{"message": "boom"}]}, QueryRefused, "refused the query: boom"),
        ({"errors": [{}], "data": None}, QueryRefused, "refused the query"),
        ({"errors": [{"message": "x", "extensions": {"code": "UNAUTHENTICATED"}}]}, BadCredentials, "not accept"),
        ({"errors": [{"message": "permission denied", "extensions": [1]}]}, NotPermitted, "permission denied"),
        ({"errors": [{"message": 'Cannot query field "ip" on type "X"'}]}, OlderServer, "Cannot query field"),
        ({"errors": [{"message": "timeout"}], "data": {"auditlog": {"edges": 3}}}, Unavailable, "timeout"),
    ],
)
def test_anything_else_is_an_error_with_its_place_and_not_its_content(
    content: object, expected: type[UpstreamError], words: str
) -> None:
    with pytest.raises(expected) as caught:
        wire.page(json.dumps(content).encode(), SCOPE, str, 100)
    assert type(caught.value) is expected
    assert words in str(caught.value)
    assert "quote-me-not" not in "".join(traceback.format_exception_only(caught.value))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", Unavailable),
        (b'{"data": {"auditlog"', Unavailable),
        (b"<html>quote-me-not</html>", Garbled),
        (b'{"data": null} and more', Garbled),
        (b'{"data": {"auditlog": {"totalCount": 1, "edges": [{"cursor": "\xff quote-me-not"}]}}}', Garbled),
    ],
)
def test_a_body_that_is_not_json_is_cut_off_or_garbled(body: bytes, expected: type[UpstreamError]) -> None:
    with pytest.raises(expected) as caught:
        wire.page(body, SCOPE, str, 100)
    assert "quote-me-not" not in "".join(traceback.format_exception(caught.value))


def test_a_token_that_a_server_echoes_is_taken_out() -> None:
    body = json.dumps({"errors": [{"message": "what is made-up to me?"}]}).encode()
    with pytest.raises(BadResponse, match="what is to me"):
        wire.page(body, SCOPE, lambda text: text.replace("made-up ", ""), 100)


values = st.recursive(st.none() | st.text() | st.integers(), st.lists)


@given(st.binary() | values.map(lambda value: json.dumps(value).encode()))
def test_no_body_gets_past_the_error_tree(body: bytes) -> None:
    with pytest.raises(UpstreamError):
        wire.page(body, SCOPE, str, 100)
    assert wire.problems(body, str) == []
