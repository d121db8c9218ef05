from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.access import ChannelId, Person, Policy, Role, Rule, UserId
from bot.domain.errors import AccessDenied
from bot.domain.overviews import Overview
from bot.domain.scopes import Scope, ScopeCatalog, ScopeKind
from bot.services.authorize import Gate
from bot.services.overview import Overviews
from bot.services.prospects import Prospects
from bot.services.subscribe import Subscriber

from .bench import Bench, FakeSlack
from .fakes import ACME, NOON, event

LAB = Scope(ScopeKind.SPACE, "lab")
HIDDEN = Scope(ScopeKind.SPACE, "hidden")
OWNER, MEMBER, GUEST = UserId("UOWNER"), UserId("UMEMBER"), UserId("UGUEST")
DIRECT = ChannelId("D1")
CATALOG = ScopeCatalog((ACME, LAB, HIDDEN), open=False)
POLICY = Policy(Rule(users=frozenset({MEMBER})), {HIDDEN: Rule(admins=False)})
HOUR = timedelta(hours=1)


class Workspace(FakeSlack):
    """A workspace with one owner and one guest; everybody else is a member."""

    async def person(self, user: UserId) -> Person:
        return Person(user, {OWNER: Role.OWNER, GUEST: Role.GUEST}.get(user, Role.MEMBER))


async def overview(bench: Bench, user: UserId = OWNER, *, most: int = 10, looked_at: int = 1000) -> Overview:
    gate = Gate(POLICY, Workspace(), CATALOG)
    return await Overviews(
        gate=gate,
        ledger=bench.store.ledger,
        subscriber=Subscriber(
            subscriptions=bench.store.subscriptions,
            gate=gate,
            prospects=Prospects(bench.log, bench.slack, bench.clock),
            clock=bench.clock,
        ),
        catalog=CATALOG,
        clock=bench.clock,
        most=most,
        looked_at=looked_at,
    ).of(user, DIRECT)


async def watching(*hours_ago: int, message: str = "owner added") -> Bench:
    """A bench on which events of so many hours ago are collected."""
    bench = Bench([event(NOON - hours * HOUR, message) for hours in hours_ago])
    await bench.subscribe(since=NOON - 100 * HOUR)
    await bench.collect()
    return bench


async def test_it_is_of_what_the_person_may_see() -> None:
    bench = await watching(1)
    await bench.store.ledger.watch([HIDDEN], NOON)
    seen = await overview(bench)
    assert (seen.scopes, list(seen.health)) == ((ACME, LAB), [ACME])
    assert [entry.event.at for entry in seen.risky] == [NOON - HOUR]
    assert (len(seen.subscriptions), seen.managed, seen.subscribable) == (1, {1}, [ACME, LAB])


async def test_who_may_only_see_manages_nothing() -> None:
    seen = await overview(await watching(), MEMBER)
    assert (len(seen.subscriptions), seen.managed, seen.subscribable) == (1, set(), [])


async def test_who_may_see_nothing_learns_nothing() -> None:
    with pytest.raises(AccessDenied):
        await overview(await watching(), GUEST)


async def test_only_what_is_risky_and_recent_is_told_the_latest_first() -> None:
    bench = await watching(3, 1, 2, 30)
    bench.events.append(replace(event(NOON - HOUR), action="a.Login", message=""))
    await bench.round()
    seen = await overview(bench)
    assert [entry.event.at for entry in seen.risky] == [NOON - hours * HOUR for hours in (1, 2, 3)]
    assert not seen.more


async def test_that_there_is_more_is_told() -> None:
    bench = await watching(1, 2, 3)
    few = await overview(bench, most=2)
    assert (len(few.risky), few.more) == (2, True)
    assert (await overview(bench, looked_at=3)).more
    assert not (await overview(bench)).more
