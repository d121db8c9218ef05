from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from aiohttp import web

from bot.domain.errors import SettingsError
from bot.entrypoints.health import HealthServer, Pulse
from bot.entrypoints.metrics import Metrics


@pytest.fixture
def connected() -> list[bool]:
    """Whether Slack is there; to be changed."""
    return [True]


@pytest.fixture
def pulse(connected: list[bool]) -> Pulse:
    pulse = Pulse(lambda: connected[0])
    pulse.started = True
    return pulse


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("1.2.3", lambda: 4)


@pytest.fixture
async def client(pulse: Pulse, metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    async def slack(_request: web.Request) -> web.Response:
        return web.Response(text="for Slack")

    server = HealthServer(pulse, metrics, [web.post("/slack/events", slack)])
    host, port = await server.start("127.0.0.1", 0)
    async with httpx.AsyncClient(base_url=f"http://{host}:{port}", trust_env=False) as client:
        yield client
    await server.close()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_healthy_bot_says_so(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "reason": None, "notes": []})


async def test_a_bot_that_is_not_ready_says_why(client: httpx.AsyncClient, connected: list[bool]) -> None:
    connected[0] = False
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "reason": "not connected to Slack", "notes": []})
    assert (await client.get("/healthz")).status_code == 200


async def test_figures_are_counted_by_what_was_asked_and_how_it_ended(
    client: httpx.AsyncClient, metrics: Metrics
) -> None:
    metrics.request_ended("search", "answered", timedelta(seconds=0.3))
    metrics.request_ended("search", "error 1a2b3c4d", timedelta(seconds=0.3))
    metrics.request_ended("search", "error 5e6f7a8b", timedelta(seconds=0.3))
    metrics.page_ended("rate limited", timedelta(seconds=20))
    metrics.retried("mondoo", "unavailable")
    lines = (await client.get("/metrics")).text.splitlines()
    for line in (
        'mondoo_audit_bot_info{version="1.2.3"} 1.0',
        "mondoo_audit_bot_requests_in_flight 4.0",
        'mondoo_audit_bot_requests_total{outcome="answered",verb="search"} 1.0',
        'mondoo_audit_bot_requests_total{outcome="error",verb="search"} 2.0',
        'mondoo_audit_bot_request_seconds_bucket{le="0.5",verb="search"} 3.0',
        'mondoo_audit_bot_mondoo_pages_total{outcome="rate limited"} 1.0',
        'mondoo_audit_bot_mondoo_page_seconds_bucket{le="30.0"} 1.0',
        'mondoo_audit_bot_retries_total{reason="unavailable",service="mondoo"} 1.0',
    ):
        assert line in lines


async def test_the_way_in_for_slack_is_on_the_same_port(client: httpx.AsyncClient) -> None:
    assert (await client.post("/slack/events")).text == "for Slack"


async def test_a_port_that_is_taken_is_a_sentence(pulse: Pulse, metrics: Metrics) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Port {port} is taken: set PORT to another one"):
            await HealthServer(pulse, metrics).start("127.0.0.1", port)


async def test_an_address_of_another_machine_is_a_sentence(pulse: Pulse, metrics: Metrics) -> None:
    with pytest.raises(SettingsError, match=r"192\.0\.2\.1 is no address of this machine: set LISTEN_HOST"):
        await HealthServer(pulse, metrics).start("192.0.2.1", 0)


async def test_closing_what_never_started_is_no_error(pulse: Pulse, metrics: Metrics) -> None:
    await HealthServer(pulse, metrics).close()
