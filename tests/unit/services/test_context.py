from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.events import AuditEvent
from bot.domain.scopes import Scope, ScopeKind
from bot.services.context import Context

from .bench import Bench
from .fakes import NOON, event

KEEP = timedelta(days=90)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LAB = Scope(ScopeKind.SPACE, "lab")
GRANTED = event(NOON - 14 * MINUTE)
REMOVED = replace(event(NOON, "owner removed"), action="mondoo.captain.Captain.RemoveOrganizationMembership")


async def knowing(*events: AuditEvent, since: datetime = NOON - 10 * DAY) -> Bench:
    bench = Bench(events)
    await bench.subscribe(since=since)
    await bench.collect()
    return bench


async def told(bench: Bench, *events: AuditEvent, keep: timedelta = KEEP, limit: int = 500) -> list[str]:
    context = Context(bench.store.ledger, keep, limit=limit)
    return [story.words for each in events for story in await context.about(each)]


async def test_what_began_earlier_is_found_in_the_ledger() -> None:
    bench = await knowing(GRANTED, REMOVED)
    assert await told(bench, REMOVED) == ["owner for 14 minutes"]
    assert await told(bench, GRANTED) == ["the first owner made by Ada since 26 April 2024, when collecting began"]


async def test_what_was_not_collected_is_not_told() -> None:
    assert await told(await knowing(REMOVED), REMOVED) == []
    assert await told(await knowing(GRANTED, REMOVED, since=NOON - MINUTE), REMOVED) == []
    assert await told(await knowing(GRANTED, since=NOON - MINUTE), GRANTED) == []


async def test_nothing_is_the_first_that_has_a_twin_or_was_done_before() -> None:
    assert await told(await knowing(GRANTED, GRANTED), GRANTED) == []
    assert await told(await knowing(GRANTED, event(NOON - 5 * DAY)), GRANTED) == []


async def test_what_is_forgotten_is_not_called_unheard_of() -> None:
    bench = await knowing(GRANTED)
    (first,) = await told(bench, GRANTED, keep=5 * DAY)
    assert first.endswith("as far back as events are kept")


async def test_who_has_done_too_much_to_look_through_did_nothing_first() -> None:
    others = [replace(event(NOON - n * MINUTE, "viewer added"), resource="") for n in range(20, 25)]
    bench = await knowing(GRANTED, *others)
    assert len(await told(bench, GRANTED)) == 1
    assert await told(bench, GRANTED, limit=3) == []


async def test_events_of_low_risk_of_nobody_and_of_unknown_logs_tell_nothing() -> None:
    low = replace(GRANTED, action="a.Login", message="")
    nobody = replace(GRANTED, actor_mrn="", resource="")
    elsewhere = replace(GRANTED, scope=LAB)
    assert await told(await knowing(low, nobody, elsewhere), low, nobody, elsewhere) == []


async def test_events_at_either_end_of_time_have_no_past() -> None:
    first = replace(GRANTED, at=datetime.min.replace(tzinfo=UTC))
    last = replace(GRANTED, at=datetime.max.replace(tzinfo=UTC))
    assert (
        await told(await knowing(), first, last, replace(last, resource=""))
        == ["the first owner made by Ada since 26 April 2024, when collecting began"] * 2
    )


async def test_of_many_events_the_riskiest_are_looked_into() -> None:
    bench = await knowing(GRANTED, REMOVED)
    health = {each.scope: each for each in await bench.store.ledger.health()}
    context = Context(bench.store.ledger, KEEP, most=1)
    assert [story.event for story in await context.stories([REMOVED, GRANTED], health)] == [GRANTED]


async def test_a_digest_brings_its_stories() -> None:
    bench = await knowing(GRANTED, REMOVED)
    await bench.round()
    assert len(bench.shown()) == 2
