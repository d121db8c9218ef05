"""How the client speaks HTTP: as whom, over what, and within which limits."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from gzip import compress
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

from bot.adapters.mondoo.client import MondooClient, Timeouts
from bot.adapters.mondoo.credentials import ApiToken, Credentials, service_account
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.pages import Page, PageRequest
from bot.adapters.mondoo.retries import Patience
from bot.domain.errors import BadCredentials, BadResponse, SettingsError, Unavailable, UpstreamError
from bot.domain.events import AuditEvent
from bot.domain.query import Order
from bot.domain.scopes import Scope, ScopeKind
from bot.sandbox.mondoo import MondooCloud

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
DOCUMENTED = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
REQUEST = PageRequest(Order.NEWEST_FIRST, 100)
TOKEN = "made-up-token-of-a-test"
EMPTY = json.dumps({"data": {"auditlog": {"totalCount": 0, "edges": [], "pageInfo": {"hasNextPage": False}}}}).encode()
PLAIN = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(EMPTY), EMPTY)

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


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


@dataclass
class Answers:
    """A server that answers each request on a connection with the next of the given bytes, and keeps what was asked.

    The last answer is repeated. ``heads`` are the requests' first lines and headers in small letters, ``bodies`` what
    followed.
    """

    answers: list[bytes]
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await _head(reader):
            self.heads.append(head)
            length = next(line for line in head.splitlines() if line.startswith("content-length:"))
            self.bodies.append(await reader.readexactly(int(length.partition(":")[2])))
            writer.write(self.answers[min(len(self.heads), len(self.answers)) - 1])
            await writer.drain()


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""


@asynccontextmanager
async def serving(answering: Answering, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port on 127.0.0.1 where something answers; all its connections end with the block."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await answering(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def ask(url: str, credentials: Credentials | None = None, **options: object) -> Page:
    """One page from a URL, asked for by a new client without patience unless told otherwise."""
    patience = options.pop("patience", Patience(budget=timedelta()))
    async with MondooClient(SystemClock(), patience=patience, **options) as client:  # type: ignore[arg-type]
        return await client.page(Endpoint(url, credentials or ApiToken(TOKEN)), SCOPE, REQUEST)


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
        endpoint = Endpoint(f"http://127.0.0.1:{port}/query", ApiToken(TOKEN))
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
        await _head(reader)
        writer.write(PLAIN)
        await writer.drain()

    async with serving(answer_once) as port, MondooClient(SystemClock()) as client:
        for _ in range(3):
            await client.page(Endpoint(f"http://127.0.0.1:{port}/query", ApiToken(TOKEN)), SCOPE, REQUEST)


async def test_a_server_that_drips_is_left_after_a_while() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _head(reader)
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
                await client.page(Endpoint(f"http://127.0.0.1:{port}/query", ApiToken(TOKEN)), SCOPE, REQUEST)
        assert newer_fields_asked_for(answers) == [True, False, False]


async def test_a_refusal_that_the_newer_fields_did_not_cause_is_told_as_it_was_first() -> None:
    answers = Answers([refusal("the first"), refusal("the second")])
    async with serving(answers) as port, MondooClient(SystemClock()) as client:
        for _ in range(2):
            with pytest.raises(BadResponse, match=r"the first|the second"):
                await client.page(Endpoint(f"http://127.0.0.1:{port}/query", ApiToken(TOKEN)), SCOPE, REQUEST)
    assert newer_fields_asked_for(answers) == [True, False, True, False]
    async with serving(Answers([refusal("the first"), refusal("the second")])) as port:
        with pytest.raises(BadResponse, match="the first"):
            await ask(f"http://127.0.0.1:{port}/query")


async def test_a_server_that_knows_the_newer_fields_is_not_asked_twice_when_it_refuses() -> None:
    answers = Answers([PLAIN, refusal("bad cursor")])
    async with serving(answers) as port, MondooClient(SystemClock()) as client:
        endpoint = Endpoint(f"http://127.0.0.1:{port}/query", ApiToken(TOKEN))
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
        await _head(reader)
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


# TLS, HTTP/2, proxies


@dataclass(frozen=True)
class Certified:
    """An authority's certificate, and the context of a server on 127.0.0.1 for which it vouches."""

    file: Path
    context: ssl.SSLContext


@pytest.fixture
def certified(tmp_path: Path) -> Certified:
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    file = tmp_path / "authority.pem"
    file.write_bytes(certificate("authority", authority.public_key(), authority).public_bytes(Encoding.PEM))
    issued = certificate("127.0.0.1", server.public_key(), authority)
    return Certified(file, context_of(issued, server, tmp_path))


def certificate(name: str, key: ec.EllipticCurvePublicKey, signed_by: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """A certificate for 127.0.0.1, or the one of the authority that vouches for it."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=name == "authority", path_length=None), critical=True)
        .sign(signed_by, hashes.SHA256())
    )


def context_of(shown: x509.Certificate, key: ec.EllipticCurvePrivateKey, folder: Path) -> ssl.SSLContext:
    """What a server shows to whoever asks."""
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(shown.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, secret)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


async def speak_h2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request with an empty log, over HTTP/2."""
    connection = H2Connection(H2Configuration(client_side=False))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    asked: dict[int, dict[bytes, bytes]] = {}
    while data := await reader.read(65536):
        for event in connection.receive_data(data):
            match event:
                case RequestReceived(stream_id=int(stream), headers=headers):
                    asked[stream] = dict(headers)
                case DataReceived(stream_id=int(stream), flow_controlled_length=int(length)):
                    connection.acknowledge_received_data(length, stream)
                case StreamEnded(stream_id=int(stream)):
                    assert asked[stream][b":method"] == b"POST"
                    assert b"host" not in asked[stream], "it is :authority here"
                    connection.send_headers(stream, [(b":status", b"200")])
                    connection.send_data(stream, EMPTY, end_stream=True)
                case _:
                    pass
        writer.write(connection.data_to_send())
        await writer.drain()


async def test_http_2_is_spoken_over_tls_by_an_authority_of_the_environment(
    certified: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certified.file))
    async with serving(speak_h2, certified.context) as port, MondooClient(SystemClock()) as client:
        endpoint = Endpoint(f"https://127.0.0.1:{port}/query", ApiToken(TOKEN))
        pages = await asyncio.gather(*(client.page(endpoint, SCOPE, REQUEST) for _ in range(5)))
    assert [page.total for page in pages] == [0] * 5


async def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(certified: Certified) -> None:
    async with serving(Answers([PLAIN]), certified.context) as port:
        with pytest.raises(BadResponse, match="Mondoo's TLS certificate is not trusted") as caught:
            await ask(f"https://127.0.0.1:{port}/query", patience=Patience())
    assert "SSL_CERT_FILE" in caught.value.advice


async def test_an_authority_that_shows_its_own_certificate_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    own = certificate("authority", key.public_key(), key)
    async with serving(Answers([PLAIN]), context_of(own, key, tmp_path)) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        with pytest.raises(BadResponse, match="Mondoo's TLS certificate is an authority's own"):
            await ask(f"https://127.0.0.1:{port}/query", patience=Patience())


async def test_a_proxy_of_the_environment_is_used_and_no_proxy_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, direct = Answers([PLAIN]), Answers([PLAIN])
    async with serving(proxy) as proxy_port, serving(direct) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy_port}")
        await ask(f"http://127.0.0.1:{port}/query")
        assert proxy.heads[0].startswith(f"post http://127.0.0.1:{port}/query http/1.1")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        await ask(f"http://127.0.0.1:{port}/query")
    assert (len(proxy.heads), len(direct.heads)) == (1, 1)


async def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Answers([])) as port:
        pass

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _head(reader)
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async with serving(refuse) as proxy_port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy_port}")
        with pytest.raises(Unavailable, match="The proxy does not let the bot through to Mondoo"):
            await ask(f"https://127.0.0.1:{port}/query")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "gopher://user:hunter2@proxy.example"),
        ("ALL_PROXY", "user:hunter2@proxy.example:port"),
        ("SSL_CERT_FILE", "/nowhere/hunter2.pem"),
        ("SSL_CERT_FILE", __file__),
    ],
)
async def test_an_environment_that_makes_no_sense_is_a_settings_error_without_secrets(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        MondooClient(SystemClock())
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
