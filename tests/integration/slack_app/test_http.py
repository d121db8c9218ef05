from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.entrypoints.slack.http import LARGEST_BODY, HttpTransport
from bot.sandbox.slack import cast
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.signed_http import SIGNATURE, TIMESTAMP, SignedRequest

from .harness import Bot, Setup, numbers, running

QUESTION = "/mondoo-audit org=mondoo-organization-1 since=2024-01-01"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
EVIL = urlencode({"command": "/mondoo-audit", "text": "my secret", "user_id": cast.OWNER}).encode()


@pytest.fixture
def setup() -> Setup:
    return Setup(transport="http")


@pytest.fixture
async def asked(bot: Bot) -> SignedRequest:
    """A genuine request, already taken and answered."""
    await bot.ask(cast.OWNER, cast.GENERAL, "org=mondoo-organization-1 since=2024-01-01")
    sent = bot.slack.http.last
    assert sent is not None
    return sent


async def test_a_genuine_request_is_taken_once(bot: Bot, asked: SignedRequest) -> None:
    again = await bot.slack.http.send(asked)
    assert again.status == 409
    await bot.in_flight.settled()
    assert len(bot.seen(cast.GENERAL, cast.OWNER)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {SIGNATURE: None},
        {TIMESTAMP: None},
        {SIGNATURE: "v0=" + "0" * 64},
        {SIGNATURE: "v0="},
        {SIGNATURE: "v0=ünïcode"},
        {TIMESTAMP: "yesterday"},
        {TIMESTAMP: "²"},
        {TIMESTAMP: "٣"},
        {TIMESTAMP: "1e9"},
        {TIMESTAMP: "-1"},
        {TIMESTAMP: "9" * 400},
    ],
    ids=str,
)
async def test_a_request_whose_signature_does_not_hold_is_refused(
    bot: Bot, asked: SignedRequest, headers: Mapping[str, str | None]
) -> None:
    assert (await bot.slack.http.send(asked.altered(headers, None))).status == 401


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_a_request_signed_at_another_time_is_refused(slack: SlackCloud, seconds: int) -> None:
    class Elsewhen:
        def now(self) -> datetime:
            return datetime.now(UTC) + timedelta(seconds=seconds)

    async with running(slack, Setup(transport="http")) as bot:
        assert isinstance(bot.transport, HttpTransport)
        bot.transport._clock = Elsewhen()  # noqa: SLF001 — the clock of a machine that is wrong
        outcome = await bot.person(cast.OWNER).type(cast.GENERAL, QUESTION)
        assert not outcome.ok
        assert bot.log.readings == 0


async def test_a_time_that_was_changed_is_refused(bot: Bot, asked: SignedRequest) -> None:
    later = str(int(asked.headers[TIMESTAMP]) + 1)
    assert (await bot.slack.http.send(asked.altered({TIMESTAMP: later}, None))).status == 401


async def test_a_body_that_was_changed_is_refused(bot: Bot, asked: SignedRequest) -> None:
    assert (await bot.slack.http.send(asked.altered({}, asked.body + b"&x=1"))).status == 401


async def test_nothing_of_a_refused_request_is_logged(
    bot: Bot, asked: SignedRequest, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        await bot.slack.http.send(asked.altered({SIGNATURE: "v0=00"}, EVIL))
    (line,) = (line for line in logs if line["event"] == "request refused")
    assert line["reason"] == "not signed by Slack, or not just now"
    assert "my secret" not in caplog.text + str(logs)


async def test_a_body_larger_than_anything_of_slacks_is_not_read(bot: Bot) -> None:
    async with aiohttp.ClientSession() as session:
        url = str(bot.slack.settings.request_url)
        async with session.post(url, data=b"x" * (LARGEST_BODY + 1), headers=FORM) as response:
            assert response.status == 413


async def test_a_body_that_never_ends_is_not_waited_for(bot: Bot) -> None:
    forever = asyncio.Event()

    async def trickle() -> AsyncIterator[bytes]:
        yield b"x"
        await forever.wait()

    async with aiohttp.ClientSession() as session:
        async with session.post(str(bot.slack.settings.request_url), data=trickle(), headers=FORM) as response:
            assert response.status == 408
        forever.set()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"payload=%7Bno+json", FORM),
        (b"{no json", {"Content-Type": "application/json"}),
        (b"command=\xff\xfe", FORM),
    ],
)
async def test_a_signed_body_that_is_not_what_slack_sends_is_refused(
    bot: Bot, body: bytes, headers: dict[str, str]
) -> None:
    http = bot.slack.http
    response = await http.send(http.sign(body, headers))
    assert response.status in {400, 404}


async def test_slack_may_look_at_the_certificate_and_verify_the_address(bot: Bot) -> None:
    http = bot.slack.http
    checked = await http.send(SignedRequest(b"ssl_check=1&token=x", FORM))
    assert (checked.status, checked.text) == (200, "")
    challenge = b'{"type":"url_verification","challenge":"abc","token":"x"}'
    verified = await http.send(http.sign(challenge, {"Content-Type": "application/json"}))
    assert (verified.status, json.loads(verified.text)) == (200, {"challenge": "abc"})


async def test_nothing_is_run_under_cover_of_a_certificate_check(bot: Bot) -> None:
    assert (await bot.slack.http.send(SignedRequest(EVIL + b"&ssl_check=1", FORM))).status == 401


async def test_after_the_end_has_begun_people_are_told_to_ask_again(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, "org=mondoo-organization-1 since=2024-01-01")
    assert bot.transport.healthy(datetime.now(UTC))
    await bot.transport.stop_taking()
    assert not bot.transport.healthy(datetime.now(UTC))
    assert (await bot.person(cast.OWNER).type(cast.GENERAL, QUESTION)).ok
    assert bot.seen(cast.GENERAL, cast.OWNER)[-1].text == "The bot is restarting. Please ask again in a minute."
    assert not (await bot.person(cast.OWNER).click(page, "audit.page.older")).ok
    assert numbers(bot.seen(cast.GENERAL, cast.OWNER)[0]) == numbers(page)
