from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta

import pytest

from bot.domain.access import ChannelId, Policy, Rule, UserId
from bot.domain.errors import AccessDenied, Unavailable, UserError
from bot.domain.query import Order, Window
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.timelines import Timeline, focus_on
from bot.domain.traces import trace_of
from bot.ports import LogPage
from bot.services.authorize import Gate
from bot.services.lens import Lens

from .bench import CHANNEL, FakeSlack
from .fakes import ACME, NOON, FakeAuditLog, FakeClock, event

LAB = Scope(ScopeKind.SPACE, "lab", Region.EU)
OWNER = UserId("UOWNER")
MINUTE = timedelta(minutes=1)
CATALOG = ScopeCatalog(scopes=(ACME, LAB))


class FakeLogs:
    """Several logs, one a scope; ``abreast`` is the most that were read at a time."""

    def __init__(self, logs: Mapping[Scope, FakeAuditLog]) -> None:
        self.logs = logs
        self.abreast = 0

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        async for page in self.logs[scope].read(scope, window, order):
            self.abreast = max(self.abreast, sum(log.open > 0 for log in self.logs.values()))
            yield page


def lens(  # noqa: PLR0913 — what each test varies
    logs: Mapping[Scope, FakeAuditLog],
    *,
    policy: Policy | None = None,
    catalog: ScopeCatalog = CATALOG,
    at_once: int = 6,
    most: int = 100,
    patience: timedelta = timedelta(seconds=20),
) -> Lens:
    gate = Gate(policy or Policy(), FakeSlack(), catalog)
    return Lens(
        log=FakeLogs(logs),
        gate=gate,
        catalog=catalog,
        clock=FakeClock(),
        at_once=at_once,
        most=most,
        patience=patience,
    )


async def look(through: Lens, channel: ChannelId = CHANNEL) -> Timeline:
    return await through.look(OWNER, channel, focus_on(NOON))


async def test_all_logs_that_one_may_see_are_on_one_line() -> None:
    first, second = event(NOON - MINUTE), event(NOON + MINUTE, scope=LAB)
    far = event(NOON - 31 * MINUTE)
    line = await look(lens({ACME: FakeAuditLog([far, first]), LAB: FakeAuditLog([second])}))
    assert line.events == [first, second]
    assert [each.scope for each in line.glimpses] == [ACME, LAB]
    assert not line.is_partial
    assert line.at == NOON


async def test_a_log_that_one_may_not_see_is_not_read() -> None:
    log = FakeAuditLog([event(NOON, scope=LAB)])
    policy = Policy(scopes={LAB: Rule(admins=False)})
    line = await look(lens({ACME: FakeAuditLog(), LAB: log}, policy=policy))
    assert [each.scope for each in line.glimpses] == [ACME]
    assert log.readings == []


async def test_who_may_see_none_is_refused() -> None:
    with pytest.raises(AccessDenied):
        await look(lens({}, policy=Policy(Rule(admins=False))))


async def test_without_any_log_there_is_nowhere_to_look() -> None:
    with pytest.raises(UserError, match="name no log"):
        await look(lens({}, catalog=ScopeCatalog()))


async def test_the_log_of_the_event_is_looked_at_though_the_settings_do_not_name_it() -> None:
    about = event(NOON)
    line = await lens({ACME: FakeAuditLog([about])}, catalog=ScopeCatalog()).look(
        OWNER, CHANNEL, focus_on(NOON, trace_of(about))
    )
    assert line.events == [about]
    assert line.is_about(about)


async def test_one_log_that_cannot_be_read_does_not_hide_the_others() -> None:
    down = FakeAuditLog(fails={0: Unavailable("Mondoo answered 503.")})
    closed = FakeAuditLog(refuses=UserError("There is no token for it.", advice="Add one."))
    seen = event(NOON)
    other = Scope(ScopeKind.SPACE, "other")
    catalog = ScopeCatalog(scopes=(ACME, LAB, other))
    line = await look(lens({ACME: FakeAuditLog([seen]), LAB: down, other: closed}, catalog=catalog))
    assert line.events == [seen]
    assert line.is_partial
    assert [(each.stopped, each.failed) for each in line.glimpses] == [
        ("", False),
        ("Mondoo answered 503", True),
        ("There is no token for it", True),
    ]


async def test_of_many_events_the_nearest_to_either_side_are_known() -> None:
    second = timedelta(seconds=1)
    events = [event(NOON + n * second) for n in range(-50, 51)]
    line = await look(lens({ACME: FakeAuditLog(events)}, catalog=ScopeCatalog((ACME,)), most=10))
    assert [(each.at - NOON) // second for each in line.events] == list(range(-9, 11))
    assert line.glimpses[0].limited
    assert not line.is_partial


async def test_so_many_logs_are_read_at_a_time_and_no_more() -> None:
    scopes = tuple(Scope(ScopeKind.SPACE, f"s{n}") for n in range(7))
    gate = asyncio.Event()
    logs = FakeLogs({scope: FakeAuditLog(gate=gate) for scope in scopes})
    catalog = ScopeCatalog(scopes)
    through = Lens(log=logs, gate=Gate(Policy(), FakeSlack(), catalog), catalog=catalog, clock=FakeClock(), at_once=3)
    asyncio.get_running_loop().call_later(0.02, gate.set)
    assert len((await look(through)).glimpses) == 7
    assert logs.abreast == 3
    assert all(log.open == 0 for log in logs.logs.values())


async def test_after_a_while_what_is_known_is_shown_and_what_is_not_is_told() -> None:
    slow = FakeAuditLog([event(NOON, scope=LAB)], gate=asyncio.Event())
    seen = event(NOON)
    logs = {ACME: FakeAuditLog([seen]), LAB: slow}
    line = await look(lens(logs, patience=timedelta(milliseconds=50)))
    assert line.events == [seen]
    assert [each.stopped for each in line.glimpses] == ["", "there was no time to read it"]
    assert slow.open == 0
