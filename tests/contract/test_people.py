"""What every keeper of mute rules, uses and preferences promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.access import ChannelId, UserId
from bot.domain.mutes import MuteId, MuteTerms
from bot.domain.uses import Surface, Use

from .pieces import ACME, ACME_IN_EUROPE, MINUTE, NOON, SPACE, Bench

ADA, BOB = UserId("U0ADA"), UserId("U0BOB")
USE = Use(ADA, "search", Surface.COMMAND, str(ACME), ChannelId("C0AUDIT"), NOON, 3, "answered")


@pytest.mark.parametrize(
    "terms",
    [
        MuteTerms("té\0st \ud800 “'\"", actor="ada\0", action="Create", resource="//spaces/prod"),
        MuteTerms("rollout", action="Create", scope=ACME_IN_EUROPE, until=NOON + MINUTE),
        MuteTerms("rollout", resource="x" * 4_000, scope=SPACE, until=datetime.max.replace(tzinfo=NOON.tzinfo)),
    ],
    ids=["every text", "of a scope", "for ever"],
)
async def test_a_mute_rule_comes_back_as_it_was_added(bench: Bench, terms: MuteTerms) -> None:
    added = await bench.store.mutes.add(terms, ADA, NOON)
    assert (added.id, added.terms, added.by, added.made) == (1, terms, ADA, NOON)
    assert await bench.store.mutes.all() == [added]


async def test_mute_rules_are_listed_by_number_until_they_are_lifted(bench: Bench) -> None:
    added = [await bench.store.mutes.add(MuteTerms("why", actor=who), BOB, NOON) for who in ("c", "a", "b")]
    assert await bench.store.mutes.all() == added
    assert await bench.store.mutes.lift(added[1].id)
    assert not await bench.store.mutes.lift(added[1].id)
    assert not await bench.store.mutes.lift(MuteId(99))
    assert await bench.store.mutes.all() == [added[0], added[2]]


async def test_the_number_of_a_mute_rule_is_never_used_again(bench: Bench) -> None:
    first = await bench.store.mutes.add(MuteTerms("why", actor="a"), ADA, NOON)
    await bench.store.mutes.lift(first.id)
    assert (await bench.store.mutes.add(MuteTerms("why", actor="a"), ADA, NOON)).id == first.id + 1


async def test_mute_rules_that_ended_long_ago_are_forgotten(bench: Bench) -> None:
    for until in (NOON - MINUTE, NOON, None):
        await bench.store.mutes.add(MuteTerms("why", actor="a", until=until), ADA, NOON)
    assert await bench.store.mutes.prune(NOON) == 1
    assert [each.terms.until for each in await bench.store.mutes.all()] == [NOON, None]


async def test_the_last_uses_come_first(bench: Bench) -> None:
    uses = [
        replace(USE, surface=surface, at=NOON + shown * MINUTE, shown=shown) for shown, surface in enumerate(Surface)
    ]
    for use in uses:
        await bench.store.uses.record(use)
    assert await bench.store.uses.recent(100) == uses[::-1]
    assert await bench.store.uses.recent(2) == uses[:-3:-1]
    assert await bench.store.uses.recent(0) == []


async def test_a_use_of_nothing_in_particular_is_kept_too(bench: Bench) -> None:
    use = replace(USE, scope="", channel=ChannelId(""), shown=0)
    await bench.store.uses.record(use)
    await bench.store.uses.record(use)
    assert await bench.store.uses.recent(9) == [use, use]


async def test_old_uses_are_forgotten_a_few_at_a_time_the_oldest_first(bench: Bench) -> None:
    for number in (3, 1, 2, 4, 0):
        await bench.store.uses.record(replace(USE, at=NOON + number * MINUTE, shown=number))
    assert await bench.store.uses.prune(NOON + 3 * MINUTE, 2) == 2
    assert [use.shown for use in await bench.store.uses.recent(9)] == [4, 2, 3]
    assert await bench.store.uses.prune(NOON + 3 * MINUTE, 2) == 1
    assert await bench.store.uses.prune(NOON + 3 * MINUTE, 2) == 0
    assert [use.shown for use in await bench.store.uses.recent(9)] == [4, 3]


@pytest.mark.parametrize("text", ["", 'org=acme text="é\0 \ud800"', "x" * 4_000], ids=["empty", "strange", "long"])
async def test_what_somebody_asked_last_is_offered_to_them_alone(bench: Bench, text: str) -> None:
    assert await bench.store.preferences.last(ADA) is None
    await bench.store.preferences.remember(ADA, "before")
    await bench.store.preferences.remember(ADA, text)
    assert await bench.store.preferences.last(ADA) == text
    assert await bench.store.preferences.last(BOB) is None
