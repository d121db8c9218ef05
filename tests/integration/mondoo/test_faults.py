"""Everything that the sandbox's Mondoo can do wrong, and what the reader makes of it."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from bot.adapters.mondoo.credentials import Credentials
from bot.adapters.mondoo.reader import MondooAuditLog
from bot.domain.errors import BadCredentials, BadResponse, NotPermitted, RateLimited, Unavailable, UpstreamError
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope, ScopeKind
from bot.sandbox.mondoo import CursorKind, Event, Fault, Identity, MondooCloud
from bot.sandbox.mondoo import effects as fx
from bot.sandbox.mondoo.ledger import Asked

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOCUMENTED = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
ONCE = "once"
AGAIN = "again"
WITHOUT_NEWER_FIELDS = "once more, for what the documentation names"


class Bench(Protocol):
    """The fixture of that name."""

    cloud: MondooCloud
    credentials: Credentials | None

    @property
    def asked(self) -> list[Asked]: ...

    def log(self, page_size: int = ...) -> MondooAuditLog: ...

    async def read(
        self, scope: Scope, window: Window = ..., order: Order = ..., page_size: int = ...
    ) -> list[AuditEvent]: ...


FAULTS: list[tuple[fx.Effect, type[UpstreamError], str, str]] = [
    (fx.Status(400), BadResponse, "Mondoo answered 400 (bad request)", WITHOUT_NEWER_FIELDS),
    (fx.Status(401), BadCredentials, "Mondoo does not accept the token (401)", ONCE),
    (fx.Status(403), NotPermitted, "Mondoo refused access to organization mondoo-organization-1 (US) (403)", ONCE),
    (fx.Status(404), BadResponse, "Mondoo answered 404 (not found)", ONCE),
    (fx.Status(429), RateLimited, "Mondoo answered 429 (too many requests)", AGAIN),
    (fx.Status(500), Unavailable, "Mondoo answered 500 (internal server error)", AGAIN),
    (fx.Status(502), Unavailable, "Mondoo answered 502 (bad gateway)", AGAIN),
    (fx.Status(503), Unavailable, "Mondoo answered 503 (service unavailable)", AGAIN),
    (fx.Status(504), Unavailable, "Mondoo answered 504 (gateway timeout)", AGAIN),
    (fx.Redirect(), BadResponse, "302 (found), a redirect, and redirects are not followed", ONCE),
    (fx.Reset(), Unavailable, "Mondoo's answer broke off", AGAIN),
    (fx.Cut(), Unavailable, "Mondoo's answer broke off", AGAIN),
    (fx.Cut(framing="chunked"), Unavailable, "Mondoo's answer broke off", AGAIN),
    (fx.Garbage("html"), BadResponse, "Mondoo's answer is not JSON", AGAIN),
    (fx.Garbage("json"), Unavailable, "Mondoo's answer broke off", AGAIN),
    (fx.Garbage("empty"), Unavailable, "Mondoo's answer broke off", AGAIN),
    (fx.Garbage("shape"), BadResponse, "Mondoo's answer is not an audit log", ONCE),
    (fx.Huge(33 * 2**20), BadResponse, "Mondoo's answer is larger than 32 MiB", ONCE),
    (fx.Errors("internal error"), Unavailable, "Mondoo reported an error: internal error", AGAIN),
    (fx.Errors("internal error", data="absent"), Unavailable, "Mondoo reported an error: internal error", AGAIN),
    (fx.Errors("deadline exceeded", data="kept"), Unavailable, "reported an error: deadline exceeded", AGAIN),
    (fx.Errors("slow down", code="RESOURCE_EXHAUSTED"), RateLimited, "asks for fewer requests: slow down", AGAIN),
    (fx.Errors("nope", code="UNAUTHENTICATED"), BadCredentials, "Mondoo does not accept the token", ONCE),
    (fx.Errors("permission denied"), NotPermitted, "(US): permission denied", ONCE),
    (fx.Errors("no such thing", code="NOT_FOUND", data="kept"), NotPermitted, "(US): no such thing", ONCE),
    (fx.Errors("bad luck", data="kept"), BadResponse, "Mondoo refused the query: bad luck", WITHOUT_NEWER_FIELDS),
    (fx.NullAuditlog(), NotPermitted, "Mondoo gave no audit log for organization mondoo-organization-1", ONCE),
    (fx.BadNode("timestamp", "null"), BadResponse, "node.timestamp`", ONCE),
    (fx.BadNode("timestamp", "missing", 3), BadResponse, "`timestamp`", ONCE),
    (fx.BadNode("msg", "number", 2), BadResponse, "node.msg`", ONCE),
    (fx.NullEdge("edge"), BadResponse, "at `$.data.auditlog.edges[0]`", ONCE),
    (fx.NullEdge("node"), BadResponse, "at `$.data.auditlog.edges[0].node`", ONCE),
    (fx.NullEdge("edges"), BadResponse, "Mondoo's pages do not advance after 0 events", AGAIN),
    (fx.EmptyPage(), BadResponse, "Mondoo's pages do not advance after 0 events", AGAIN),
]


@pytest.mark.parametrize(("effect", "expected", "words"), [row[:3] for row in FAULTS], ids=str)
async def test_a_fault_is_an_error_in_words(
    impatient: Bench, effect: fx.Effect, expected: type[UpstreamError], words: str
) -> None:
    impatient.cloud.inject(Fault(effect, times=None))
    with pytest.raises(UpstreamError) as caught:
        await impatient.read(DOCUMENTED)
    assert isinstance(caught.value, expected)
    assert words in str(caught.value)
    assert caught.value.advice
    assert {each.method for each in impatient.asked} == {"POST"}
    token = impatient.cloud.tokens["all-us"]
    assert token not in f"{caught.value!r} {''.join(traceback.format_exception(caught.value))}"


@pytest.mark.parametrize("effect", [row[0] for row in FAULTS if row[3] == AGAIN], ids=str)
async def test_what_may_pass_is_asked_again(bench: Bench, effect: fx.Effect) -> None:
    bench.cloud.inject(Fault(effect, times=2))
    assert len(await bench.read(DOCUMENTED)) == 36
    assert len(bench.asked) == 3


@pytest.mark.parametrize("effect", [row[0] for row in FAULTS if row[3] == ONCE], ids=str)
async def test_what_stays_is_asked_once(bench: Bench, effect: fx.Effect) -> None:
    bench.cloud.inject(effect)
    with pytest.raises(UpstreamError):
        await bench.read(DOCUMENTED)
    assert len(bench.asked) == 1


@pytest.mark.parametrize("effect", [row[0] for row in FAULTS if row[3] == WITHOUT_NEWER_FIELDS], ids=str)
async def test_a_refusal_for_whatever_reason_is_answered_without_the_newer_fields(
    bench: Bench, effect: fx.Effect
) -> None:
    bench.cloud.inject(effect)
    assert {event.ip for event in await bench.read(DOCUMENTED)} == {None}
    assert len(bench.asked) == 2


@pytest.mark.parametrize(
    "effect",
    [
        fx.Status(429),
        fx.Status(503),
        fx.Status(503, retry_after_s=0),
        fx.Reset(),
        fx.Cut(0.0),
        fx.Cut(0.9, framing="chunked"),
        fx.Garbage("html"),
        fx.Garbage("json"),
        fx.Garbage("empty"),
        fx.Errors("internal error"),
        fx.Errors("upstream timeout", data="kept"),
        fx.Latency(0.05),
        fx.StuckCursor(),
        fx.EmptyPage(),
        fx.ExtraFields(),
        fx.NullEdge("edges"),
        fx.WrongTotal(1),
        fx.WrongTotal(-1),
        fx.WrongTotal(-30),
        fx.BadNode("msg", "null"),
        fx.BadNode("identity", "missing"),
    ],
    ids=str,
)
@pytest.mark.parametrize("cursors", CursorKind)
@pytest.mark.parametrize("page", [1, 2])
async def test_a_fault_that_passes_costs_nothing(
    bench: Bench, effect: fx.Effect, cursors: CursorKind, page: int
) -> None:
    bench.cloud.configure(cursors=cursors)
    bench.cloud.inject(Fault(effect, page=page))
    events = await bench.read(DOCUMENTED, page_size=8)
    assert not bench.cloud.faults.as_json()
    expected = [event.as_node()["timestamp"] for event in reversed(bench.cloud.log(DOCUMENTED.mrn))]
    assert [event.timestamp for event in events] == expected


@pytest.mark.parametrize("effect", [fx.ExtraFields(), fx.WrongTotal(5)], ids=str)
async def test_some_faults_may_stay_for_ever(bench: Bench, effect: fx.Effect) -> None:
    bench.cloud.inject(Fault(effect, times=None))
    assert len(await bench.read(DOCUMENTED, page_size=7)) == 36


async def test_a_log_whose_last_page_claims_more_is_read_and_then_doubted(bench: Bench) -> None:
    bench.cloud.inject(Fault(fx.StuckCursor(), times=None))
    with pytest.raises(BadResponse, match="Mondoo's pages do not advance after 36 events"):
        await bench.read(DOCUMENTED, page_size=7)


async def test_a_server_that_stays_silent_is_asked_again_and_then_given_up(hasty: Bench) -> None:
    hasty.cloud.inject(Fault(fx.Hang(), times=None))
    with pytest.raises(Unavailable, match=r"Mondoo did not answer within 0\.1 seconds"):
        await hasty.read(DOCUMENTED)
    assert len(hasty.asked) > 1


async def test_a_cursor_that_stays_put_within_a_second_ends_in_words(bench: Bench) -> None:
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    who = Identity("Jane Doe", "//captain")
    bench.cloud.append(
        DOCUMENTED.mrn,
        [Event(identity=who, resource=f"//r/{n}", action="A", timestamp=moment, msg="added") for n in range(9)],
    )
    bench.cloud.inject(Fault(fx.StuckCursor(), times=None))
    with pytest.raises(BadResponse, match="Mondoo's pages do not advance after 8 events"):
        await bench.read(DOCUMENTED, page_size=4)


@pytest.mark.parametrize("how", ["seconds", "date"])
@pytest.mark.parametrize(("status", "expected"), [(429, RateLimited), (503, Unavailable)])
async def test_a_pause_beyond_the_budget_ends_the_reading_at_once(
    bench: Bench, status: int, expected: type[Unavailable], how: str
) -> None:
    effect = fx.Status(status, retry_after_s=90, retry_after_as="date" if how == "date" else "seconds")
    bench.cloud.inject(Fault(effect, times=None))
    with pytest.raises(expected) as caught:
        await bench.read(DOCUMENTED)
    assert len(bench.asked) == 1
    assert caught.value.retry_after is not None
    assert timedelta(seconds=85) < caught.value.retry_after <= timedelta(seconds=92)


@pytest.mark.parametrize("how", ["seconds", "date"])
async def test_a_pause_within_the_budget_is_kept(bench: Bench, how: str) -> None:
    seconds = 1 if how == "seconds" else 2  # a date is cut to the second
    effect = fx.Status(429, retry_after_s=seconds, retry_after_as="date" if how == "date" else "seconds")
    bench.cloud.inject(effect)
    assert len(await bench.read(DOCUMENTED)) == 36
    first, second = bench.asked
    assert second.at - first.at >= timedelta(seconds=0.95)


async def test_what_was_read_before_a_failure_is_given(impatient: Bench) -> None:
    impatient.cloud.inject(Fault(fx.Status(503), times=None, page=3))
    pages = impatient.log(10).read(DOCUMENTED, Window(), Order.NEWEST_FIRST)
    given = len((await anext(pages)).events) + len((await anext(pages)).events)
    assert given >= 19
    with pytest.raises(Unavailable, match="503"):
        _ = [page async for page in pages]
