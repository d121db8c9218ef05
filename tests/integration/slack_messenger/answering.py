"""A Slack that answers as the test says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.adapters.slack.client import open_session, web_client
from bot.adapters.slack.messenger import SlackMessenger
from bot.ports import Clock

from .deliveries import SystemClock


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. A body that is no text is sent as JSON."""

    body: Any = ""
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        if isinstance(self.body, str):
            return web.Response(text=self.body, status=self.status, content_type=self.kind, headers=self.headers)
        return web.json_response(self.body, status=self.status, headers=self.headers)


@dataclass(slots=True)
class FakeSlack:
    """A Web API on a port of its own: each method gives its answers in turn, the last one for good, or ``ok``.

    ``asked`` lists the methods called, and the paths of whatever else was asked for;
    ``queries`` what each of them had in its address.
    """

    answers: dict[str, list[Said]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    queries: list[Mapping[str, str]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        method = request.path.removeprefix("/api/")
        self.asked.append(method)
        self.queries.append(dict(request.query))
        planned = self.answers.get(method, [Said({"ok": True, "user_id": "U1", "bot_id": "B1"})])
        return (planned.pop(0) if len(planned) > 1 else planned[0]).response()


@asynccontextmanager
async def answering(**answers: Said) -> AsyncIterator[FakeSlack]:
    """Run such a Slack; a method is named with ``_`` for its dots."""
    slack = FakeSlack({method.replace("_", "."): [said] for method, said in answers.items()})
    server = web.Application()
    server.router.add_route("*", "/{rest:.*}", slack.answer)
    runner = web.AppRunner(server)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield slack
    finally:
        await runner.cleanup()


@asynccontextmanager
async def messenger_of(url: str, clock: Clock | None = None) -> AsyncIterator[SlackMessenger]:
    """A messenger that finds Slack there, and waits two seconds for an answer."""
    async with open_session(url) as session:
        client = web_client("xoxb-1", session, url)
        yield SlackMessenger(client, session, clock or SystemClock(), timeout=timedelta(seconds=2))
