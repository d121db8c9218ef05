"""How requests travel: what is said of what can go wrong on the way, and what is left behind."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
from bot.adapters.mondoo.retries import Patience
from bot.domain.errors import BadResponse, SettingsError, Unavailable
from tests.integration.mondoo.servers import (
    EMPTY,
    PLAIN,
    REQUEST,
    SCOPE,
    Answers,
    SystemClock,
    ask,
    at,
    head_of,
    serving,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

AT_ONCE = Patience(budget=timedelta())
PROXY, DIRECT = (1, 0), (0, 1)
"""Whom was asked, and how often."""


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


class OneQuestion(asyncio.StreamReader):
    """What comes until a request has come whole."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        super().__init__()
        self._reader = reader
        self._ended = False

    async def read(self, n: int = -1) -> bytes:
        if self._ended:
            return b""
        data = await self._reader.read(n)
        self._ended = b"resourceMrn" in data
        return data


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
        endpoint = at(port, "https")
        pages = await asyncio.gather(*(client.page(endpoint, SCOPE, REQUEST) for _ in range(5)))
    assert [page.total for page in pages] == [0] * 5


async def test_a_connection_that_falls_silent_is_not_used_again(
    certified: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = 0

    async def fall_silent_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections == 1:
            await speak_h2(OneQuestion(reader), writer)
            await asyncio.sleep(60)  # the peer is there, and does nothing any more
        await speak_h2(reader, writer)

    monkeypatch.setenv("SSL_CERT_FILE", str(certified.file))
    timeouts = Timeouts(read=timedelta(seconds=1))
    async with (
        serving(fall_silent_once, certified.context) as port,
        MondooClient(SystemClock(), timeouts=timeouts, patience=AT_ONCE) as client,
    ):
        endpoint = at(port, "https")
        await client.page(endpoint, SCOPE, REQUEST)
        with pytest.raises(Unavailable, match="Mondoo's answer broke off"):
            await client.page(endpoint, SCOPE, REQUEST)
        await client.page(endpoint, SCOPE, REQUEST)
    assert connections == 2


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
        await head_of(reader)
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async with serving(refuse) as proxy_port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy_port}")
        with pytest.raises(Unavailable, match="The proxy does not let the bot through to Mondoo"):
            await ask(f"https://127.0.0.1:{port}/query")


@pytest.mark.parametrize(
    ("proxies", "asked"),
    [
        ({"HTTP_PROXY": "{proxy}"}, PROXY),  # without a scheme
        ({"HTTP_PROXY": "http://{proxy} "}, PROXY),
        ({"HTTP_PROXY": "http://user:p^\xe4<@{proxy}"}, PROXY),
        ({"HTTP_PROXY": "", "http_proxy": "{proxy}"}, PROXY),
        ({"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "{proxy}"}, PROXY),
        ({"HTTP_PROXY": "{proxy}", "ALL_PROXY": "http://127.0.0.1:1"}, PROXY),
        ({"HTTPS_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "{proxy}"}, PROXY),
        ({"ALL_PROXY": "{proxy}", "NO_PROXY": "example.com"}, PROXY),
        ({"ALL_PROXY": "{proxy}", "NO_PROXY": "*"}, DIRECT),
        ({"ALL_PROXY": "{proxy}", "NO_PROXY": "example.com,127.0.0.0/8"}, DIRECT),
    ],
    ids=str,
)
async def test_the_environments_proxies_are_read_as_everybody_reads_them(
    proxies: dict[str, str], asked: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, direct = Answers([PLAIN]), Answers([PLAIN])
    async with serving(proxy) as proxy_port, serving(direct) as port:
        for name, value in proxies.items():
            monkeypatch.setenv(name, value.format(proxy=f"127.0.0.1:{proxy_port}"))
        await ask(f"http://127.0.0.1:{port}/query")
    assert (len(proxy.heads), len(direct.heads)) == asked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "gopher://user:hunter2@proxy.example"),
        ("https_proxy", "http://user:hunter2@"),
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


# What is left behind


async def test_a_cancellation_that_meets_the_answer_is_heeded() -> None:
    async with serving(Answers([PLAIN])) as port, MondooClient(SystemClock()) as client:
        endpoint = at(port)
        await client.page(endpoint, SCOPE, REQUEST)
        for _ in range(20):
            asking = asyncio.create_task(client.page(endpoint, SCOPE, REQUEST))
            await asyncio.sleep(0.002)
            time.sleep(0.005)  # noqa: ASYNC251 — meanwhile the answer comes
            if not asking.done():
                asking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asking


class Watched:
    """A server that begins an answer, or not, and knows when whoever asked is gone."""

    def __init__(self, begins: bytes) -> None:
        self.begins = begins
        self.asked = asyncio.Event()
        self.left = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        self.asked.set()
        writer.write(self.begins)
        with suppress(ConnectionError):
            while self.begins:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
            await reader.read()
        self.left.set()


BEGUN = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n"


@pytest.mark.parametrize(
    "begins", [b"", b"HTTP/1.1 200 OK\r\nx-padding: ", BEGUN], ids=["before its head", "in its head", "in its body"]
)
async def test_an_answer_that_nobody_waits_for_is_left(begins: bytes) -> None:
    server, timeouts = Watched(begins), Timeouts(read=timedelta(seconds=1), answer=timedelta(seconds=1))
    async with serving(server) as port, MondooClient(SystemClock(), timeouts=timeouts) as client:
        asking = asyncio.create_task(client.page(at(port), SCOPE, REQUEST))
        await server.asked.wait()
        await asyncio.sleep(0.2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(server.left.wait(), 4)


async def test_an_answer_that_meets_a_cancellation_is_left() -> None:
    async with MondooClient(SystemClock()) as client:
        for _ in range(10):
            server = Watched(BEGUN)
            async with serving(server) as port:
                asking = asyncio.create_task(client.page(at(port), SCOPE, REQUEST))
                await server.asked.wait()
                time.sleep(0.01)  # noqa: ASYNC251 — meanwhile its head comes
                asking.cancel()
                with pytest.raises(asyncio.CancelledError) as caught:
                    await asking
                await asyncio.wait_for(server.left.wait(), 3)
                assert caught.tb is not None  # it holds what was asked until here


async def test_no_connection_outlives_the_client() -> None:
    left = asyncio.Event()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Answers([PLAIN])(reader, writer)
        left.set()

    client = MondooClient(SystemClock())
    async with serving(keep) as port:
        async with client:
            await client.page(at(port), SCOPE, REQUEST)
        await asyncio.wait_for(left.wait(), 4)


async def test_what_is_said_does_not_depend_on_the_url() -> None:
    async def hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await head_of(reader)

    async with serving(hang_up) as port:
        with pytest.raises(Unavailable, match="Mondoo's answer broke off"):
            await ask(f"http://127.0.0.1:{port}/(Connect)/query")
