"""`/query` of one region as an ASGI application: answers, or goes wrong the way it was told to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import assert_never

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from bot.sandbox.mondoo.answering import Call, Reply, as_json, refuse, reply_to
from bot.sandbox.mondoo.conditions import Conditions
from bot.sandbox.mondoo.effects import (
    Cut,
    Effect,
    Garbage,
    Hang,
    Huge,
    Redirect,
    Reset,
    Spoiling,
    Status,
    spoil,
)
from bot.sandbox.mondoo.explorer import explorer_page
from bot.sandbox.mondoo.faults import Target
from bot.sandbox.mondoo.ledger import Asked
from bot.sandbox.mondoo.regions import Region
from bot.sandbox.mondoo.wire import Answer, Connection

_GARBAGE = {
    "html": Answer(
        200,
        b"<!doctype html><title>Just a moment</title><h1>Checking your browser before you may proceed</h1>",
        "text/html; charset=utf-8",
    ),
    "json": Answer(200, b'{"data": {"auditlog": {"totalCount": 36, "edges": [{"cursor": "17'),
    "shape": Answer(200, b'["data", {"auditlog": 36}]'),
    "empty": Answer(200, b""),
}


class QueryEndpoint:
    """Answers a region's `/query`: GraphQL for POST, the explorer for GET."""

    def __init__(self, region: Region, conditions: Conditions) -> None:
        self._region = region
        self._conditions = conditions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request. It is on record before its answer is sent."""
        request, connection = Request(scope, receive), Connection(scope, receive, send)
        number, at = self._conditions.ledger.next_number(), self._conditions.clock()
        if request.method != "POST":
            await self._explore(request, number, at, connection)
            return
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        call = Call(
            number=number,
            at=at,
            authorization=request.headers.get("authorization"),
            content_type=request.headers.get("content-type"),
            body=body,
        )
        reply = reply_to(call, self._region, self._conditions)
        effect, release = self._conditions.faults.strike(reply.target), self._conditions.faults.release
        if isinstance(effect, Spoiling) and reply.data is not None:
            reply.answer = as_json(spoil(reply.data, effect, reply.cursor))
        elif isinstance(effect, Status | Redirect | Garbage):
            reply.answer = _instead(effect, at)
        self._record(call, reply, effect)
        await asyncio.sleep(self._delay(reply.target))
        await _send(reply.answer, effect, connection, release)

    async def _explore(self, request: Request, number: int, at: datetime, connection: Connection) -> None:
        region = self._region
        self._conditions.ledger.add(
            Asked(
                number=number,
                at=at,
                region=region.name,
                method=request.method,
                variables=dict(request.query_params) or None,
                status=200,
            )
        )
        page = explorer_page(region.title, region.keys.tokens.values(), next(iter(region.tenants)))
        await connection.send_whole(Answer(200, page, "text/html; charset=utf-8"))

    def _record(self, call: Call, reply: Reply, effect: Effect | None) -> None:
        request = reply.request or {}
        self._conditions.ledger.add(
            Asked(
                number=call.number,
                at=call.at,
                region=self._region.name,
                method="POST",
                principal=reply.principal,
                operation=request.get("operationName"),
                variables=request.get("variables"),
                mrn=reply.target.mrn,
                page=reply.target.page,
                events=reply.events,
                fault=effect.kind if effect else None,
                status=None if isinstance(effect, Reset | Hang) else reply.answer.status,
            )
        )

    def _delay(self, target: Target) -> float:
        settings, rng = self._conditions.settings, self._conditions.jitter
        return sum(
            (delay.delay_s + delay.jitter_s * rng.random() for delay in self._conditions.faults.latency(target)),
            settings.latency_s + settings.jitter_s * rng.random(),
        )


async def _send(answer: Answer, effect: Effect | None, connection: Connection, release: asyncio.Event) -> None:
    match effect:
        case Reset():
            await connection.reset()
        case Hang():
            await connection.hang(release)
        case Cut():
            await connection.send_cut(answer, effect.share, chunked=effect.framing == "chunked")
        case Huge():
            await connection.send_padded(answer, effect.size_bytes)
        case _:
            await connection.send_whole(answer)


def _instead(effect: Status | Redirect | Garbage, at: datetime) -> Answer:
    match effect:
        case Status():
            return refuse(effect.status, *_retry_after(effect, at))
        case Redirect():
            return Answer(302, b"", "text/plain", (("location", effect.location),))
        case Garbage():
            return _GARBAGE[effect.form]
        case _:
            assert_never(effect)


def _retry_after(effect: Status, at: datetime) -> list[tuple[str, str]]:
    if effect.retry_after_s is None:
        return []
    as_date = effect.retry_after_as == "date"
    then = at.astimezone(UTC) + timedelta(seconds=effect.retry_after_s)
    return [("retry-after", format_datetime(then, usegmt=True) if as_date else str(effect.retry_after_s))]
