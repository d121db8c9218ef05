from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.access import ChannelId
from bot.domain.deliveries import Locked, Uncertain
from bot.domain.scopes import Scope, ScopeKind
from bot.services.status import Reporter

from .bench import CHANNEL, Bench
from .fakes import ACME, NOON, event

LAB = Scope(ScopeKind.SPACE, "lab")


async def with_backlog() -> Bench:
    bench = Bench()
    await bench.subscribe()
    await bench.store.ledger.watch([LAB], NOON)
    bench.events.append(event(NOON))
    bench.slack.outcomes = [Locked("token_revoked")]
    await bench.round()
    return bench


def reporter(bench: Bench) -> Reporter:
    store, deliverer = bench.store, bench.deliverer
    return Reporter(
        ledger=store.ledger,
        subscriptions=store.subscriptions,
        outbox=store.outbox,
        clock=bench.clock,
        locked=lambda: deliverer.locked,
    )


async def test_the_status_shows_sources_subscriptions_and_what_waits() -> None:
    bench = await with_backlog()
    status = await reporter(bench).report()
    assert status.at == bench.clock.now()
    assert [each.scope for each in status.sources] == [ACME]  # nobody subscribes to the other
    assert status.subscriptions == [await bench.subscription()]
    assert [(each.channel, each.parts) for each in status.backlog] == [(CHANNEL, 1)]
    assert status.locked == "token_revoked"


async def test_the_status_shows_nothing_of_scopes_that_one_may_not_see() -> None:
    status = await reporter(await with_backlog()).report([LAB])
    assert (status.sources, status.subscriptions, status.backlog) == ([], [], [])


async def test_the_status_shows_all_that_concerns_what_one_may_see() -> None:
    status = await reporter(await with_backlog()).report([ACME])
    assert [each.scope for each in status.sources] == [ACME]
    assert len(status.subscriptions) == len(status.backlog) == 1


async def test_the_status_shows_what_waits_for_a_channel_that_a_subscription_has_left() -> None:
    bench = await with_backlog()
    one = await bench.subscription()
    bench.clock.advance(timedelta(minutes=2))
    bench.slack.outcomes = [Uncertain("no answer")]
    await bench.deliver()
    terms = replace(one.terms, channel=ChannelId("C2"))
    assert await bench.store.subscriptions.change(one.id, terms, None, version=one.version)
    status = await reporter(bench).report([ACME])
    assert [(each.channel, each.parts, each.uncertain) for each in status.backlog] == [(CHANNEL, 1, 1)]
