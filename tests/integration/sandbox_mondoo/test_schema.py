"""The GraphQL side: execution, validation, introspection, and what an older server does not know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from ariadne import QueryType, graphql_sync, make_executable_schema
from graphql import GraphQLError, get_introspection_query, parse

from bot.sandbox.mondoo import Event, Identity, MondooCloud
from bot.sandbox.mondoo.pages import Page
from bot.sandbox.mondoo.schema import SDL, execute

pytestmark = pytest.mark.asyncio(loop_scope="session")

Ask = Callable[..., Awaitable[httpx.Response]]

MRN = "//captain.api.mondoo.app/organizations/mondoo-organization-1"
JANE = Identity("Jane Doe", "//captain.api.mondoo.app/users/1")
EVENT = Event(JANE, "r", "a.B", datetime(2024, 1, 1, tzinfo=UTC), "m", ip="192.0.2.1")
PAGE = Page((("7", EVENT), ("6", EVENT)), 0, 9)

SHAPES = {
    "aliases": """{ log: auditlog(resourceMrn: "x") {
        all: edges { at: cursor what: node { who: identity { n: name } } } } }""",
    "fragments": """
        { auditlog(resourceMrn: "x") { edges { ...E } pageInfo { ...P } } }
        fragment E on AuditLogEdge { cursor node { ...N ... on AuditLogEntry { msg } } }
        fragment N on AuditLogEntry { action identity { mrn } }
        fragment P on PageInfo { endCursor }""",
    "type names": """{ __typename auditlog(resourceMrn: "x") {
        __typename edges { __typename node { __typename identity { __typename name } } } } }""",
    "merged fields": """{ auditlog(resourceMrn: "x") {
        edges { node { identity { name } } } edges { cursor node { identity { mrn } msg } } totalCount } }""",
    "directives": """query ($yes: Boolean = true) { auditlog(resourceMrn: "x") {
        edges { cursor @skip(if: $yes) node { ip parent @include(if: $yes) msg @include(if: false) } } } }""",
}


@pytest.mark.parametrize("query", SHAPES.values(), ids=SHAPES)
async def test_the_quick_executor_answers_as_the_generic_one(query: str) -> None:
    def resolve(*_: object, **_arguments: object) -> dict[str, Any]:
        return PAGE.as_connection()

    root = QueryType()
    root.set_field("auditlog", resolve)
    _, expected = graphql_sync(make_executable_schema(SDL, root), {"query": query})
    assert execute({"query": query}, resolve).answer == expected


async def test_introspection_shows_the_published_schema(ask: Ask) -> None:
    answer = (await ask(MRN, query=get_introspection_query())).json()
    fields = {each["name"]: each["fields"] for each in answer["data"]["__schema"]["types"]}
    assert {field["name"] for field in fields["AuditLogEntry"]} >= {"ip", "parent", "msg", "timestamp"}


async def test_introspection_can_be_off(cloud: MondooCloud, ask: Ask) -> None:
    cloud.configure(introspection=False)
    answer = await ask(MRN, query=get_introspection_query())
    assert answer.status_code == 400
    assert "data" not in answer.json()


@pytest.mark.parametrize("status", [200, 400, 422])
@pytest.mark.parametrize("name", ["ip", "parent", "identityFilter", "actionFilter"])
async def test_what_the_server_has_never_heard_of_is_a_validation_error(
    cloud: MondooCloud, ask: Ask, name: str, status: int
) -> None:
    cloud.configure(unknown_names=[name], invalid_query_status=status)
    answer = await ask(MRN)
    assert answer.status_code == status
    assert "data" not in answer.json()
    (error,) = answer.json()["errors"]
    assert name in error["message"]
    assert error["locations"]


async def test_the_documented_query_needs_nothing_new(cloud: MondooCloud, ask: Ask) -> None:
    cloud.configure(unknown_names=["ip", "parent", "identityFilter", "actionFilter"])
    documented = """query ($resourceMrn: String!, $timestampFilter: TimestampFilter) {
        auditlog(resourceMrn: $resourceMrn, timestampFilter: $timestampFilter) { totalCount } }"""
    assert (await ask(MRN, query=documented)).json() == {"data": {"auditlog": {"totalCount": 36}}}


@pytest.mark.parametrize(
    "query",
    ["", "{", "{ auditlog { totalCount } }", "{ unknown }", "mutation { x }", "query A { __typename } query B { x }"],
)
async def test_a_bad_query_is_a_400_without_data(ask: Ask, query: str) -> None:
    answer = await ask(MRN, query=query)
    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", "{"),
        ("application/json", '["query"]'),
        ("application/json", '{"query": "{ __typename }\n"}'),
        ("text/plain", '{"query": "{ __typename }"}'),
    ],
)
async def test_a_body_that_is_no_json_object_is_a_400(client: httpx.AsyncClient, content_type: str, body: str) -> None:
    headers = {"authorization": "Bearer sandbox-us-all", "content-type": content_type}
    answer = await client.post("/query", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, 3)


@pytest.mark.parametrize("body", [{}, {"query": None}, {"query": "{ __typename }", "variables": []}])
async def test_a_request_without_query_or_with_odd_variables_is_a_400(
    client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await client.post("/query", json=body, headers={"authorization": "Bearer sandbox-us-all"})
    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.parametrize(("error", "logged"), [(GraphQLError("unknown scope"), 0), (ZeroDivisionError(), 1)])
async def test_a_defect_is_logged_and_a_refusal_is_not(
    caplog: pytest.LogCaptureFixture, error: Exception, logged: int
) -> None:
    def resolve(_arguments: dict[str, Any]) -> dict[str, Any]:
        raise error

    answer = execute({"query": '{ auditlog(resourceMrn: "x") { totalCount } }'}, resolve).answer
    assert len(answer["errors"]) == 1
    assert len(caplog.records) == logged


async def test_the_sdl_is_valid_by_itself() -> None:
    assert parse(SDL).definitions


@pytest.mark.parametrize("path", ["/query", "/eu/query"])
async def test_a_get_shows_an_explorer_that_loads_nothing_from_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.text
    assert "AuditLogForwardPagination" in page
    assert "src=" not in page
    assert "@import" not in page
    assert "url(" not in page
    assert 'href="http' not in page


async def test_other_methods_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.put("/query")).status_code == 405
