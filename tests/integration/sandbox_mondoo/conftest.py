"""A Mondoo that is served over HTTP, as new for each test, and a client to ask it with."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.mondoo import LentTransportProtocol, MondooCloud

NOW = datetime(2024, 6, 3, 12, tzinfo=UTC)
ALL_US = "sandbox-us-all"
QUERY = """
query Log($first: Int, $after: String, $orderBy: AuditLogOrder, $resourceMrn: String!,
          $timestampFilter: TimestampFilter, $identityFilter: IdentityFilter, $actionFilter: String) {
  auditlog(first: $first, after: $after, orderBy: $orderBy, resourceMrn: $resourceMrn,
           timestampFilter: $timestampFilter, identityFilter: $identityFilter, actionFilter: $actionFilter) {
    totalCount
    edges { cursor node { identity { name mrn } resource action timestamp msg ip parent } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  }
}
"""


@pytest.fixture(scope="session")
def served_cloud() -> MondooCloud:
    return MondooCloud(NOW)


@pytest.fixture
def cloud(served_cloud: MondooCloud) -> MondooCloud:
    """The cloud behind `base_url`, as it was at the beginning."""
    served_cloud.reset()
    return served_cloud


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def base_url(served_cloud: MondooCloud) -> AsyncIterator[str]:
    """Where one server for all tests listens, since a server takes longer to stop than most tests to run."""
    cloud = served_cloud
    app = Starlette(routes=[*cloud.routes(), Mount("/_sandbox/mondoo", routes=cloud.control_routes())])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, http=LentTransportProtocol, ws="none", lifespan="off", log_config=None, access_log=False)
    )
    # The socket listens already: a client that comes before the server is up waits in its queue.
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    cloud.close()
    server.should_exit = True
    await serving


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lasting_client(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=base_url, timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture
def client(lasting_client: httpx.AsyncClient, cloud: MondooCloud) -> httpx.AsyncClient:
    """A client for a cloud as it was at the beginning."""
    return lasting_client


@pytest.fixture
def control(client: httpx.AsyncClient) -> Callable[..., Awaitable[Any]]:
    """Calls the control port and gives the JSON: `await control("PATCH", "settings", {"cursors": "offset"})`."""

    async def call(method: str, path: str, content: object = None) -> Any:  # noqa: ANN401 — JSON
        answer = await client.request(method, f"/_sandbox/mondoo/{path}", json=content)
        return answer.raise_for_status().json()

    return call


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Callable[..., Awaitable[httpx.Response]]:
    """Sends a query: `await ask(mrn, first=10)`; `token`, `path` and `query` are the request's, the rest variables."""

    async def call(
        mrn: str | None, *, token: str = ALL_US, path: str = "/query", query: str = QUERY, **variables: object
    ) -> httpx.Response:
        return await client.post(
            path,
            headers={"authorization": f"Bearer {token}"},
            json={"query": query, "variables": {"resourceMrn": mrn, **variables}},
        )

    return call


@pytest.fixture
def read(ask: Callable[..., Awaitable[httpx.Response]]) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Sends a query and gives the connection that it is answered with."""

    async def call(mrn: str, **variables: object) -> dict[str, Any]:
        answer = (await ask(mrn, **variables)).json()
        assert "errors" not in answer, answer
        connection: dict[str, Any] = answer["data"]["auditlog"]
        return connection

    return call


@pytest.fixture
def read_all(read: Callable[..., Awaitable[dict[str, Any]]]) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """Follows the cursors to the end, and gives the nodes."""

    async def call(mrn: str, **variables: object) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = []
        after = None
        while True:
            page = await read(mrn, after=after, **variables)
            nodes += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                return nodes
            after = page["pageInfo"]["endCursor"]

    return call
