"""The whole sandbox on one port."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import signal
import socket
import sys
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from bot.sandbox.errors import AddressError, ManifestMissingError, PortTakenError
from bot.sandbox.listening import address_of, listen
from bot.sandbox.mondoo import effects
from bot.sandbox.server import Sandbox, own_manifest, serve
from bot.sandbox.slack import cast
from bot.sandbox.slack.faults import Fault, FaultKind

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Mondoo Audit"},
    "features": {"slash_commands": [{"command": "/mondoo-audit"}]},
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
    "settings": {"interactivity": {"is_enabled": True}, "socket_mode_enabled": True},
}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with serve(port=0, manifest=MANIFEST, page=False) as running:
        yield running


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.base_url, trust_env=False) as client:
        yield client


async def test_a_port_that_is_taken_is_told_before_anything_starts() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"^Port {port} is taken; choose another with --port$"):
            async with serve(port=port, manifest=Path("/no/such/manifest.yml")):
                pass


async def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(AddressError, match=r"^Cannot listen on 192\.0\.2\.1, port 0: "):
        listen("192.0.2.1", 0)


async def test_the_port_is_free_again_when_the_sandbox_has_ended() -> None:
    async with serve(port=0, manifest=MANIFEST, page=False) as first:
        port = int(first.base_url.rpartition(":")[2])
    async with serve(port=port, manifest=MANIFEST, page=False) as second:
        assert second.base_url == first.base_url


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "http://127.0.0.1"), ("0.0.0.0", "http://127.0.0.1"), ("::1", "http://[::1]")]
)
def test_the_address_is_one_that_this_machine_can_open(host: str, address: str) -> None:
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with listen(host, 0) as listener:
        assert address_of(listener).rpartition(":")[0] == address


async def test_nothing_listens_beyond_this_machine_unless_asked(sandbox: Sandbox) -> None:
    assert sandbox.base_url.startswith("http://127.0.0.1:")


async def test_mondoo_slack_and_their_controls_answer_on_one_port(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    token = {"Authorization": f"Bearer {sandbox.slack.credentials.bot_token}"}
    assert (await http.post("/api/auth.test", headers=token)).json()["user_id"] == cast.BOT_USER
    assert "graphql" in (await http.get("/query")).text.lower()
    assert "graphql" in (await http.get("/eu/query")).text.lower()
    assert (await http.get("/_sandbox/mondoo/state")).json()["requests"] == 2
    assert (await http.get("/_sandbox/slack/state")).status_code == httpx.codes.OK


async def test_without_a_page_the_root_tells_the_settings(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    told = dict(line.split("=", 1) for line in (await http.get("/")).text.splitlines())
    assert told == sandbox.environment
    assert told["SLACK_API_URL"] == f"{sandbox.base_url}/api/"
    assert told["MONDOO_API_URL"] == f"{sandbox.base_url}/query"


async def test_the_curl_call_gets_the_documented_answer(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    *options, data, address = shlex.split(sandbox.curl.replace("\\\n", ""))
    headers = dict(value.split(": ", 1) for option, value in pairwise(options) if option == "-H")
    answer = (await http.post(address, headers=headers, content=data)).json()["data"]["auditlog"]
    assert answer["totalCount"] == 36
    assert [edge["cursor"] for edge in answer["edges"][:2]] == ["172213", "143156"]


async def test_with_a_file_the_curl_call_is_letter_by_letter_the_documented_one(
    sandbox: Sandbox, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    query = tmp_path / "query.json"
    *options, data, address = shlex.split(sandbox.curl_with(query).replace("\\\n", ""))
    assert options[:4] == ["curl", "-g", "-X", "POST"]
    assert data == f"@{query}"
    documented = Path(__file__).parent.parent / "sandbox_mondoo" / "query.json"
    assert query.read_text() == documented.read_text()
    headers = dict(value.split(": ", 1) for option, value in pairwise(options) if option == "-H")
    body = query.read_text().replace("\n", "")  # as curl sends it
    answer = (await http.post(address, headers=headers, content=body)).json()["data"]["auditlog"]
    assert answer["totalCount"] == 36


async def test_both_can_break_connections(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.mondoo.inject(effects.Reset())
    sandbox.slack.faults.add(Fault("auth.test", FaultKind.RESET))
    with pytest.raises(httpx.ReadError):
        await http.post("/query", json={"query": "{ __typename }"})
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await http.post("/api/auth.test")


async def test_hanging_requests_and_open_sockets_do_not_hold_up_the_end() -> None:
    async with asyncio.timeout(10), httpx.AsyncClient(trust_env=False) as http:
        async with serve(port=0, manifest=MANIFEST, page=False) as sandbox:
            app = {"Authorization": f"Bearer {sandbox.slack.credentials.app_token}"}
            opened = await http.post(f"{sandbox.base_url}/api/apps.connections.open", headers=app)
            link = await websockets.connect(opened.json()["url"], proxy=None)
            sandbox.mondoo.inject(effects.Hang())
            sandbox.slack.faults.add(Fault("auth.test", FaultKind.HANG))
            addresses = [f"{sandbox.base_url}/{path}" for path in ("query", "api/auth.test")]
            requests = [asyncio.ensure_future(http.post(address, json={}, timeout=30)) for address in addresses]
            answered, _ = await asyncio.wait(requests, timeout=0.5)
            assert not answered
        await asyncio.wait(requests)
        await link.wait_closed()
        await asyncio.gather(*requests, return_exceptions=True)


async def test_starting_over_forgets_messages_and_faults(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    token = {"Authorization": f"Bearer {sandbox.slack.credentials.bot_token}"}
    message = {"channel": cast.GENERAL, "text": "hello"}
    assert (await http.post("/api/chat.postMessage", headers=token, json=message)).json()["ok"]
    sandbox.mondoo.inject(effects.Status())
    sandbox.reset()
    assert sandbox.slack.workspace.messages(cast.GENERAL, cast.OWNER) == []
    assert sandbox.mondoo.faults.as_json() == []


def test_the_projects_own_manifest_is_found_in_a_checkout() -> None:
    assert own_manifest().name == "manifest.yml"


def test_a_missing_manifest_is_told_with_what_to_do() -> None:
    assert str(ManifestMissingError()) == "There is no manifest.yml beside the program; name one with --manifest"


async def started(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )


async def test_by_itself_it_prints_the_settings_and_ends_without_a_word_on_ctrl_c(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST), "utf-8")
    process = await started("-m", "bot.sandbox", "--port", "0", "--manifest", str(manifest))
    assert process.stdout is not None
    introduction = (await process.stdout.readline()).decode()
    address = re.search(r"http://127\.0\.0\.1:\d+", introduction)
    assert address is not None
    settings = dict([(await process.stdout.readline()).decode().strip().split("=", 1) for _ in range(6)])
    assert settings["MONDOO_API_URL"] == f"{address[0]}/query"
    async with httpx.AsyncClient(trust_env=False) as http:
        assert "Sandbox workspace" in (await http.get(address[0])).text
    process.send_signal(signal.SIGINT)
    rest, errors = await process.communicate()
    assert (process.returncode, rest, errors) == (0, b"", b"")


async def test_by_itself_it_says_that_a_port_is_taken() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        process = await started("-m", "bot.sandbox", "--port", str(port))
        output, errors = await process.communicate()
    assert (process.returncode, output) == (2, b"")
    assert errors.decode() == f"Port {port} is taken; choose another with --port\n"


async def test_without_a_page_nothing_of_the_page_is_loaded() -> None:
    program = (
        "import asyncio, sys\n"
        "from bot.sandbox.server import serve\n"
        "async def main():\n"
        f"    async with serve(port=0, manifest={MANIFEST!r}, page=False):\n"
        "        print([name for name in ('nicegui', 'fastapi', 'bot.sandbox.page') if name in sys.modules])\n"
        "asyncio.run(main())\n"
    )
    process = await started("-c", program)
    output, errors = await process.communicate()
    assert (output, errors) == (b"[]\n", b"")
