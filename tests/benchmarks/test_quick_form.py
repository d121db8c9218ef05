"""What must not become many times slower, each beside its baseline in the same run; machines differ, so no seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.context.ack.async_ack import AsyncAck

from benchmarks import decoding, reading, scaling
from benchmarks.__main__ import measured
from benchmarks.figures import Failure
from benchmarks.measurements import MEASUREMENTS, Measurement
from bot.adapters.mondoo.client import MondooClient
from bot.adapters.mondoo.credentials import ApiToken
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.parallel import ParallelAuditLog
from bot.adapters.mondoo.reader import MondooAuditLog
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope, ScopeKind
from bot.entrypoints.slack.line import Bounds
from bot.ports import AuditLog
from bot.sandbox.server import serve
from bot.sandbox.slack import cast
from bot.wiring.mondoo import SystemClock
from tests.integration.slack_app.fakes import FakeAuditLog
from tests.integration.slack_app.harness import Setup, running

pytestmark = pytest.mark.slow

EVENTS = 10_000
COMMANDS = 100
"""In each of some rounds: more than the bot takes on."""


async def test_while_mondoo_hangs_an_acknowledgement_costs_what_it_costs_bolt() -> None:
    log = FakeAuditLog(gate=asyncio.Event())
    async with (
        serve(port=0, page=False) as sandbox,
        running(sandbox.slack, Setup(log=log, bounds=Bounds(room=32))) as bot,
    ):
        bare = AsyncApp(client=bot.app.client, signing_secret="-", request_verification_enabled=False)
        bare.command("/mondoo-audit")(_acknowledge)
        reply_to = f"{sandbox.base_url}/nowhere"
        await _cost_s(bot.app, reply_to)
        costs = [(await _cost_s(bot.app, reply_to), await _cost_s(bare, reply_to)) for _ in range(3)]
        assert log.gate is not None
        log.gate.set()
        await bot.in_flight.settled()
    assert min(cost for cost, _ in costs) < 2 * min(cost for _, cost in costs)


async def _acknowledge(ack: AsyncAck) -> None:
    await ack("Reading …")


async def _cost_s(app: AsyncApp, reply_to: str) -> float:
    """The CPU time of a volley."""
    command = {
        "team_id": cast.TEAM,
        "channel_id": cast.GENERAL,
        "user_id": cast.OWNER,
        "command": "/mondoo-audit",
        "text": "org=acme since=7d",
        "response_url": reply_to,
    }
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/x-www-form-urlencoded"]}
    began = time.process_time()
    for _ in range(COMMANDS):
        response = await app.async_dispatch(AsyncBoltRequest(body=urlencode(command), headers=headers))
        assert response.status == 200
    return time.process_time() - began


async def test_a_whole_log_is_read_sooner_than_page_by_page_for_few_more_requests() -> None:
    async with (
        reading.long_log(EVENTS, max(reading.DELAYS)) as mondoo,
        MondooClient(SystemClock()) as client,
        httpx.AsyncClient(trust_env=False) as counter,
    ):
        endpoint = Endpoint(f"{mondoo.listening}/query", ApiToken("made-up"))

        async def read(log: AuditLog) -> tuple[float, int]:
            asked, began = int((await counter.get(mondoo.listening)).text), time.perf_counter()
            scope = Scope(ScopeKind.ORGANIZATION, reading.ORGANIZATION)
            pages = [page async for page in log.read(scope, Window(), Order.NEWEST_FIRST)]
            took = time.perf_counter() - began
            assert sum(len(page.events) for page in pages) == EVENTS
            return took, int((await counter.get(mondoo.listening)).text) - asked

        took, requests = await read(MondooAuditLog(client, lambda _: endpoint))
        sooner, more = await read(ParallelAuditLog(client, lambda _: endpoint))
    assert took > 1.5 * sooner
    assert more <= 1.15 * requests + 4  # of a short log, what finding the cuts costs weighs more


def test_an_event_costs_a_few_times_what_decoding_it_costs() -> None:
    cost = decoding.measure(rounds=2)
    assert cost.whole_us < 10 * cost.json_loads_us


async def test_a_quiet_poll_asks_once() -> None:
    _, _, requests, _ = await scaling.polls(20)
    assert requests.good


async def test_a_digest_costs_what_is_new_rather_than_what_is_old() -> None:
    found = await scaling.digests((1_000, 10_000))
    assert found.ratio < 5


async def test_what_cannot_be_measured_is_a_row_that_says_why() -> None:
    none = Measurement("nothing", MEASUREMENTS["events"].figures, within=timedelta(minutes=1))
    [row] = await measured("no such name", none)
    assert row == Failure("nothing", "KeyError: 'no such name'")


async def test_what_takes_too_long_is_ended() -> None:
    endless = Measurement("endless", MEASUREMENTS["events"].figures, within=timedelta(milliseconds=1))
    [row] = await measured("events", endless)
    assert row == Failure("endless", "not within 0 s")
