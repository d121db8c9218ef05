"""Signed HTTP delivery, and what can be done to a signed request on purpose."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.slack import cast
from bot.sandbox.slack.ledger import EntryKind

from .harness import PATIENCE, Running, listen, serve


class Door:
    """A request URL that writes down what comes and answers as told: `answers` one by one, then 200."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[Response] = []

    async def __call__(self, request: Request) -> Response:
        self.requests.append((dict(request.headers), await request.body()))
        return self.answers.pop(0) if self.answers else Response()

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/slack/events", self.__call__, methods=["POST"])])


async def opened(slack: Running, door: Door) -> Any:  # noqa: ANN401 — an asynchronous context manager
    """Points the deliveries at a door."""
    listening, url = listen()
    slack.cloud.settings.change({"transport": "http", "request_url": f"{url}/slack/events"})
    return serve(door.app(), listening)


async def test_a_request_is_signed_over_its_timestamp_and_body(slack: Running) -> None:
    door = Door()
    async with await opened(slack, door):
        await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit a=ä")
    ((headers, body),) = door.requests
    secret = slack.cloud.credentials.signing_secret
    assert SignatureVerifier(secret).is_valid_request(body, headers)
    base = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
    assert headers["x-slack-signature"] == "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    form = parse_qs(body.decode(), keep_blank_values=True)
    assert form["text"] == ["a=ä"]
    assert form["command"] == ["/mondoo-audit"]


async def test_interactions_come_as_a_form_and_events_as_json(slack: Running) -> None:
    door = Door()
    ledger = slack.cloud.workspace.ledger
    async with await opened(slack, door):
        await slack.cloud.person(cast.MEMBER).shortcut("search")
        await slack.cloud.person(cast.OWNER).type(cast.OWNER_DM, "hello")
        assert await ledger.until(lambda: len(ledger.entries(EntryKind.OUTCOME)) == 2, PATIENCE)
    (_, form), (headers, event) = door.requests
    assert json.loads(parse_qs(form.decode())["payload"][0])["type"] == "shortcut"
    assert headers["content-type"] == "application/json"
    assert json.loads(event)["event"]["text"] == "hello"


@pytest.mark.parametrize("status", [201, 302, 404, 500])
async def test_any_answer_but_200_is_a_failure(slack: Running, status: int) -> None:
    door = Door()
    door.answers = [Response(status_code=status, headers={"Location": "/elsewhere"})]
    async with await opened(slack, door):
        outcome = await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
    assert outcome.error == "dispatch_failed"
    assert len(door.requests) == 1


async def test_an_answer_after_the_deadline_is_too_late(slack: Running) -> None:
    slack.cloud.settings.ack_deadline_s = 0.1
    never = asyncio.Event()

    async def slow(_request: Request) -> Response:
        await never.wait()
        return Response()

    listening, url = listen()
    slack.cloud.settings.change({"transport": "http", "request_url": f"{url}/slack/events"})
    async with serve(Starlette(routes=[Route("/slack/events", slow, methods=["POST"])]), listening):
        outcome = await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
        never.set()
    assert outcome.error == "operation_timeout"


async def test_events_are_sent_again_with_number_and_reason(slack: Running) -> None:
    door = Door()
    door.answers = [Response(status_code=500), Response(status_code=503)]
    slack.cloud.settings.event_retry_delays_s = [0, 0, 0]
    ledger = slack.cloud.workspace.ledger
    async with await opened(slack, door):
        await slack.cloud.person(cast.OWNER).type(cast.OWNER_DM, "hello")
        assert await ledger.until(lambda: len(ledger.entries(EntryKind.OUTCOME)) == 3, PATIENCE)
    told = [(headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")) for headers, _ in door.requests]
    assert told == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({json.loads(body)["event_id"] for _, body in door.requests}) == 1


async def test_an_app_may_ask_for_no_retries(slack: Running) -> None:
    door = Door()
    door.answers = [Response(status_code=500, headers={"X-Slack-No-Retry": "1"})]
    slack.cloud.settings.event_retry_delays_s = [0]
    ledger = slack.cloud.workspace.ledger
    async with await opened(slack, door):
        await slack.cloud.person(cast.OWNER).type(cast.OWNER_DM, "one")
        assert await ledger.until(lambda: len(ledger.entries(EntryKind.OUTCOME)) == 1, PATIENCE)
        await slack.cloud.person(cast.OWNER).type(cast.OWNER_DM, "two")
        assert await ledger.until(lambda: len(ledger.entries(EntryKind.OUTCOME)) == 2, PATIENCE)
    assert [json.loads(body)["event"]["text"] for _, body in door.requests] == ["one", "two"]


async def test_a_request_can_be_replayed_and_tampered_with(slack: Running, http: httpx.AsyncClient) -> None:
    door = Door()
    nothing = await http.post(f"{slack.control}/replay", json={})
    assert nothing.status_code == 404
    async with await opened(slack, door):
        await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
        door.answers = [Response("hi", status_code=401)]
        answer = await http.post(f"{slack.control}/replay", json={})
        assert answer.json() == {"status": 401, "body": "hi"}
        await http.post(
            f"{slack.control}/replay",
            json={
                "headers": {"X-Slack-Signature": "v0=ümlaut", "X-Slack-Request-Timestamp": None},
                "body": "command=%2Fforged",
            },
        )
    original, replayed, forged = door.requests
    assert replayed == original
    assert forged[1] == b"command=%2Fforged"
    assert forged[0]["x-slack-signature"].encode("latin-1") == "v0=ümlaut".encode()
    assert "x-slack-request-timestamp" not in forged[0]
    dead = await http.post(f"{slack.control}/replay", json={})
    assert dead.status_code == 400


async def test_an_answer_that_claims_to_be_json_and_is_not_is_shown_as_text(slack: Running) -> None:
    door = Door()
    door.answers = [Response("{oops", media_type="application/json")]
    async with await opened(slack, door):
        await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
    assert [seen.text for seen in slack.cloud.workspace.messages(cast.ONCALL, cast.MEMBER)] == ["{oops"]
