from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.faults import Fault, FaultKind

from .conftest import Begin, Command, Run


@contextmanager
def taken_port() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


async def ready(command: Command) -> str:
    """Where the bot listens, once it is ready."""
    entry = json.loads(await command.line("err", '"event": "ready"'))
    return f"http://{entry['listening']}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_it_says_when_it_is_ready_and_ends_with_0_when_it_is_told_to(
    begin: Begin, number: signal.Signals
) -> None:
    command = await begin("run")
    await ready(command)
    command.signal(number)
    ended = await command.end(within_s=10)
    assert (ended.status, ended.out) == (0, "")
    assert "Traceback" not in ended.err
    assert json.loads(ended.err.splitlines()[-1])["event"] == "stopped"


async def test_its_port_tells_of_its_health(begin: Begin) -> None:
    command = await begin("run")
    address = await ready(command)
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        for path in ("/healthz", "/readyz"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()) == (200, {"ok": True, "reason": None, "notes": []})
        figures = await client.get("/metrics")
        assert figures.headers["Content-Type"].startswith("text/plain")
        assert "mondoo_audit_bot_requests_in_flight 0.0" in figures.text
        assert (await client.post("/slack/events")).status_code == 404


async def test_over_http_slack_calls_the_same_port(begin: Begin, sandbox: Sandbox) -> None:
    secret = sandbox.slack.credentials.signing_secret
    command = await begin("run", SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=secret)
    address = await ready(command)
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.post("/slack/events", content=b"forged")).status_code == 401
    command.signal(signal.SIGTERM)
    assert (await command.end(within_s=10)).status == 0


async def test_a_port_that_is_taken_is_told_with_status_2(run: Run) -> None:
    with taken_port() as port:
        ended = await run("run", PORT=str(port))
    assert ended.status == 2
    assert ended.err == f"Port {port} is taken: set PORT to another one, or to 0 for any that is free.\n"


async def test_settings_that_make_no_sense_are_told_with_status_2(run: Run) -> None:
    ended = await run("run", SLACK_APP_TOKEN="", ACCESS_USERS="@jane")
    assert ended.status == 2
    assert [line.split()[0] for line in ended.err.splitlines()] == ["ACCESS_USERS", "SLACK_APP_TOKEN"]


REFUSED = {"SLACK_BOT_TOKEN": "xoxb-hunter2", "SLACK_APP_TOKEN": "xapp-hunter2"}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_token_that_slack_refuses_is_told_with_status_1(run: Run, name: str) -> None:
    ended = await run("run", **{name: REFUSED[name]})
    assert ended.status == 1
    assert "Slack does not accept the" in ended.err
    assert "The operator must check" in ended.err
    assert "Traceback" not in ended.err
    assert "hunter2" not in ended.err


async def test_it_can_be_ended_while_slack_keeps_it_waiting(begin: Begin, sandbox: Sandbox) -> None:
    sandbox.slack.faults.add(Fault("auth.test", FaultKind.HANG, times=None))
    command = await begin("run", LOG_LEVEL="debug")
    await command.line("err", "listening")
    command.signal(signal.SIGTERM)
    ended = await command.end(within_s=5)
    assert ended.status == 0
    assert "Traceback" not in ended.err


async def test_its_log_holds_no_secret_even_at_its_loudest(begin: Begin, environment: dict[str, str]) -> None:
    command = await begin("run", LOG_LEVEL="debug")
    await ready(command)
    command.signal(signal.SIGTERM)
    ended = await command.end(within_s=10)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MONDOO_API_TOKEN"):
        assert environment[name] not in ended.err
