"""How the client speaks HTTP: as whom, over what, and within which limits."""

from __future__ import annotations

import asyncio
import json
import traceback
from datetime import datetime, timedelta
from gzip import compress
from importlib.metadata import version
from typing import Protocol

import pytest

from bot.adapters.mondoo.client import MondooClient, Timeouts
from bot.adapters.mondoo.credentials import ApiToken, Credentials, service_account
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.retries import Patience
from bot.domain.errors import BadCredentials, BadResponse, Unavailable, UpstreamError
from bot.domain.events import AuditEvent
from bot.domain.scopes import Scope, ScopeKind
from bot.sandbox.mondoo import MondooCloud
from tests.integration.mondoo.servers import (
    EMPTY,
    PLAIN,
    REQUEST,
    SCOPE,
    TOKEN,
    Answers,
    SystemClock,
    ask,
    at,
    head_of,
    serving,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOCUMENTED = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")


class Bench(Protocol):
    """The fixture of that name."""

    cloud: MondooCloud
    base_url: str
    credentials: Credentials | None
    clock: WallClock

    @property
    def asked(self) -> list[object]: ...

    async def read(self, scope: Scope) -> list[AuditEvent]: ...


class WallClock(Protocol):
    """A clock that may go wrong."""

    ahead: timedelta

    def now(self) -> datetime: ...


async def test_a_request_says_who_asks_and_keeps_its_connection() -> None:
    answers = Answers([PLAIN])
    async with serving(answers) as port, MondooClient(SystemClock()) as client:
        for _ in range(3):
            await client.page(Endpoint(f"http://127.0.0.1:{port}/query?tenant=1", ApiToken(TOKEN)), SCOPE, REQUEST)
    head = answers.heads[0].splitlines()
    assert head[0] == "post /query?tenant=1 http/1.1"
    assert [line for line in head if line.startswith("host:")] == [f"host: 127.0.0.1:{port}"]
    assert f"authorization: bearer {TOKEN}" in head
    assert "content-type: application/json" in head
    assert f"user-agent: mondoo-audit-bot/{version('mondoo-audit-bot')}" in head
    assert json.loads(answers.bodies[0])["variables"]["resourceMrn"] == SCOPE.mrn
    assert answers.connections == 1


async def test_a_redirect_is_not_followed_and_its_target_never_sees_the_token() -> None:
    elsewhere = Answers([PLAIN])
    async with serving(elsewhere) as port:
        location = (
            b"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:%d/\r\ncontent-length: 0\r\n\r\n" % port
        )
        async with serving(Answers([location])) as here:
            with pytest.raises(BadResponse, match=r"Mondoo answered 307 \(temporary redirect\), a redirect"):
                await ask(f"http://127.0.0.1:{here}/query", patience=Patience())
    assert elsewhere.heads == []


async def test_a_connection_that_is_refused_is_told_apart() -> None:
    async with serving(Answers([PLAIN])) as port:
        pass
    with pytest.raises(Unavailable, match="Mondoo could not be reached"):
        await ask(f"http://127.0.0.1:{port}/query")


async def listen_only(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept, and say nothing."""
    await writer.wait_closed()


async def test_a_handshake_that_never_comes_is_told_apart() -> None:
    async with serving(listen_only) as port:
        with pytest.raises(Unavailable, match=r"Mondoo could not be reached within 0\.1 seconds"):
            await ask(f"https://127.0.0.1:{port}/query", timeouts=Timeouts(connect=timedelta(seconds=0.1)))


async def test_a_turn_that_does_not_come_is_told_apart() -> None:
    timeouts = Timeouts(turn=timedelta(seconds=0.1))
    hours = timedelta(hours=10)  # a pause that no budget holds: whoever fails gives up at once
    patience = Patience(budget=timedelta(seconds=20), first=hours, longest=hours)
    async with serving(listen_only) as port:
        client = MondooClient(SystemClock(), timeouts=timeouts, patience=patience)
        endpoint = at(port)
        async with client:
            asking = [asyncio.create_task(client.page(endpoint, SCOPE, REQUEST)) for _ in range(65)]
            (first, *_), waiting = await asyncio.wait(asking, return_when=asyncio.FIRST_EXCEPTION)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
    with pytest.raises(Unavailable, match="All connections to Mondoo are busy"):
        first.result()


async def test_an_idle_connection_that_was_closed_costs_nothing() -> None:
    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(PLAIN)
        await writer.drain()

    async with serving(answer_once) as port, MondooClient(SystemClock()) as client:
        for _ in range(3):
            await client.page(at(port), SCOPE, REQUEST)


async def test_a_server_that_drips_is_left_after_a_while() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(drip) as port:
        with pytest.raises(Unavailable, match=r"Mondoo did not answer within 0\.3 seconds"):
            await ask(f"http://127.0.0.1:{port}/query", timeouts=Timeouts(answer=timedelta(seconds=0.3)))


async def test_what_a_body_unpacks_to_is_bounded() -> None:
    body = compress(b" " * 2**24)
    packed = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    async with serving(Answers([packed])) as port:
        with pytest.raises(BadResponse, match=r"Mondoo's answer is larger than 0\.5 MiB"):
            await ask(f"http://127.0.0.1:{port}/query", max_body_bytes=2**19)


async def test_a_body_that_does_not_unpack_is_asked_for_again() -> None:
    broken = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope"
    async with serving(Answers([broken])) as port:
        with pytest.raises(BadResponse, match="Mondoo's answer cannot be decompressed"):
            await ask(f"http://127.0.0.1:{port}/query")
    async with serving(Answers([broken, PLAIN])) as port:
        assert (await ask(f"http://127.0.0.1:{port}/query", patience=Patience(first=timedelta()))).events == []


async def test_headers_that_are_no_ascii_are_no_matter() -> None:
    odd = b"HTTP/1.1 200 OK\r\nvia: Br\xfccke\r\ndate: M\xe4rz\r\ncontent-length: %d\r\n\r\n%s" % (len(EMPTY), EMPTY)
    async with serving(Answers([odd])) as port:
        assert (await ask(f"http://127.0.0.1:{port}/query")).events == []


async def test_a_token_that_the_server_echoes_is_not_passed_on() -> None:
    body = json.dumps({"errors": [{"message": f"who is {TOKEN}?"}]}).encode()
    echo = b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%s"
    for status in (200, 400):
        async with serving(Answers([echo % (status, len(body), body)])) as port:
            with pytest.raises(BadResponse, match=r"who is \[token\]\?"):
                await ask(f"http://127.0.0.1:{port}/query")


def refusal(words: str, status: int = 200) -> bytes:
    body = json.dumps({"errors": [{"message": words}]}).encode()
    return b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)


def newer_fields_asked_for(answers: Answers) -> list[bool]:
    return ["parent" in json.loads(body)["query"] for body in answers.bodies]


async def test_a_server_that_refuses_the_newer_fields_in_its_own_words_is_asked_without_them_for_good() -> None:
    for first in (refusal("ip? never heard"), refusal("", 422), refusal('Cannot query field "ip"', 500)):
        answers = Answers([first, PLAIN])
        async with serving(answers) as port, MondooClient(SystemClock()) as client:
            for _ in range(2):
                await client.page(at(port), SCOPE, REQUEST)
        assert newer_fields_asked_for(answers) == [True, False, False]


async def test_a_refusal_that_the_newer_fields_did_not_cause_is_told_as_it_was_first() -> None:
    answers = Answers([refusal("the first"), refusal("the second")])
    async with serving(answers) as port, MondooClient(SystemClock()) as client:
        for _ in range(2):
            with pytest.raises(BadResponse, match=r"the first|the second"):
                await client.page(at(port), SCOPE, REQUEST)
    assert newer_fields_asked_for(answers) == [True, False, True, False]
    async with serving(Answers([refusal("the first"), refusal("the second")])) as port:
        with pytest.raises(BadResponse, match="the first"):
            await ask(f"http://127.0.0.1:{port}/query")


async def test_a_server_that_knows_the_newer_fields_is_not_asked_twice_when_it_refuses() -> None:
    answers = Answers([PLAIN, refusal("bad cursor")])
    async with serving(answers) as port, MondooClient(SystemClock()) as client:
        endpoint = at(port)
        await client.page(endpoint, SCOPE, REQUEST)
        with pytest.raises(BadResponse, match="bad cursor"):
            await client.page(endpoint, SCOPE, REQUEST)
    assert newer_fields_asked_for(answers) == [True, True]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\ncut",
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnope",
        b"no HTTP at all\r\n\r\n",
        b"",
    ],
)
async def test_no_traceback_of_a_failure_holds_the_token_even_with_the_values_of_variables(answer: bytes) -> None:
    async def fail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(answer)
        await writer.drain()

    async with serving(fail) as port:
        with pytest.raises(UpstreamError) as caught:
            await ask(f"http://127.0.0.1:{port}/query")
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in told.stack if "/bot/adapters/" in frame.filename]
    assert own
    assert TOKEN not in repr([frame.locals for frame in own])
    assert TOKEN not in f"{caught.value} {caught.value!r} {''.join(traceback.format_exception(caught.value))}"


# Service accounts


async def test_a_service_account_signs_in(bench: Bench) -> None:
    account = bench.cloud.service_account("acme-production-key", bench.base_url)
    bench.credentials = service_account(json.dumps(account), bench.clock)
    assert await bench.read(Scope(ScopeKind.SPACE, "acme-production"))
    account = bench.cloud.service_account("acme-platform-token", bench.base_url)
    bench.credentials = service_account(json.dumps(account), bench.clock)
    assert await bench.read(Scope(ScopeKind.ORGANIZATION, "acme-platform"))


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), -timedelta(minutes=10)])
async def test_a_service_account_signs_in_although_this_machines_clock_is_wrong(bench: Bench, ahead: timedelta) -> None:
    bench.clock.ahead = ahead
    account = bench.cloud.service_account("acme-production-key", bench.base_url)
    bench.credentials = service_account(json.dumps(account), bench.clock)
    space = Scope(ScopeKind.SPACE, "acme-production")
    events = await bench.read(space)
    assert len(events) == len(bench.cloud.log(space.mrn))
    assert len([asked for asked in bench.cloud.ledger if asked.status == 401]) == 1


async def test_a_service_account_that_stays_refused_is_refused_after_one_more_try(bench: Bench) -> None:
    stranger = MondooCloud(bench.cloud.now).service_account("acme-production-key", bench.base_url)
    bench.credentials = service_account(json.dumps(stranger), bench.clock)
    with pytest.raises(BadCredentials):
        await bench.read(DOCUMENTED)
    assert len(bench.asked) == 2
