"""What mute rules do to digests and alerts: nothing that they leave out is just gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.deliveries import Message
from bot.domain.events import AuditEvent
from bot.domain.mutes import Mute, MuteTerms
from bot.domain.query import Filters
from bot.domain.subscriptions import Mode

from .bench import OWNER, Bench
from .fakes import NOON, event

MINUTE = timedelta(minutes=1)


def after_noon(minutes: float, message: str = "owner added", actor: str = "Ada") -> AuditEvent:
    return event(NOON + timedelta(minutes=minutes), message, actor=actor)


async def mute(bench: Bench, **terms: Any) -> Mute:  # noqa: ANN401 — any field of the terms
    return await bench.store.mutes.add(MuteTerms("rollout", **terms), OWNER, bench.clock.now())


def muted(bench: Bench) -> list[object]:
    """What each message that Slack was given counts as muted."""
    return [
        delivery.content.forms[0]["muted"] for delivery in bench.slack.posted if isinstance(delivery.content, Message)
    ]


async def test_muted_events_are_left_out_and_counted_by_rule() -> None:
    bench = Bench()
    await bench.subscribe()
    await mute(bench, actor="bob")
    await mute(bench, actor="bo")
    bench.events += [after_noon(1, "one"), after_noon(2, actor="Bob"), after_noon(3, actor="Boris")]
    await bench.round()
    assert bench.shown() == ["one"]
    assert muted(bench) == [{"1": 1, "2": 1}]
    assert (await bench.subscription()).muted == {}


@pytest.mark.parametrize("mode", Mode)
async def test_where_all_is_muted_the_next_digest_tells_how_much(mode: Mode) -> None:
    bench = Bench()
    await bench.subscribe(mode=mode, filters=Filters())
    await mute(bench, actor="bob")
    bench.events.append(after_noon(1, actor="Bob"))
    await bench.round()
    bench.events.append(after_noon(16, actor="Bob"))
    await bench.round()
    assert bench.slack.posted == []
    assert (await bench.subscription()).muted == {1: 2}
    bench.events.append(after_noon(31, "told"))
    await bench.round()
    assert bench.shown() == ["told"]
    assert muted(bench) == [{"1": 2}]


async def test_an_event_is_told_again_once_its_rule_has_ended_or_is_lifted() -> None:
    bench = Bench()
    await bench.subscribe()
    await mute(bench, actor="bob", until=NOON + 15 * MINUTE)
    lifted = await mute(bench, actor="carol")
    await bench.store.mutes.lift(lifted.id)
    bench.events += [after_noon(1, "one", actor="Bob"), after_noon(2, "two", actor="Carol")]
    await bench.round()
    assert bench.shown() == ["one", "two"]


async def test_what_a_subscription_does_not_want_does_not_count_as_muted() -> None:
    bench = Bench()
    await bench.subscribe(filters=Filters(actor="ada"))
    await mute(bench, action="Membership")
    bench.events.append(after_noon(1, actor="Bob"))
    await bench.round()
    assert (await bench.subscription()).muted == {}


async def test_a_note_that_nothing_happened_counts_what_was_muted() -> None:
    bench = Bench()
    await bench.subscribe(reassure_after=15 * MINUTE)
    await mute(bench, actor="bob")
    bench.events.append(after_noon(1, actor="Bob"))
    await bench.round()
    assert bench.shown() == ["to C1"]
    assert muted(bench) == [{"1": 1}]
