"""Mute rules by command, and the record of uses that managers see."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.domain.access import ChannelId, Policy, Rule, UserId
from bot.domain.errors import StoreError
from bot.domain.scopes import Scope, ScopeCatalog, ScopeKind
from bot.domain.uses import Surface, Use
from bot.entrypoints.slack.in_flight import LAST_WORDS
from bot.sandbox.slack import cast
from bot.sandbox.slack.cloud import SlackCloud
from tests.contract.memory import MemoryStore
from tests.contract.memory.people import MemoryUses

from .harness import Bot, Setup, SystemClock, read, running

PROD = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
QUESTION = "org=mondoo-organization-1 since=2024-01-01"
MEMBERS = Policy(Rule(channels=frozenset({ChannelId(cast.GENERAL)})))
MUTE = 'mute actor=ci action=Create for=7d reason="rollout <!channel>"'


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(SystemClock())


async def uses(store: MemoryStore) -> list[tuple[str, str, str, int, str]]:
    """Who did what how, to how many events, and how it ended; the first first."""
    recent = await store.uses.recent(100)
    return [(each.user, each.verb, each.surface.value, each.shown, each.outcome) for each in reversed(recent)]


async def test_a_rule_is_made_listed_and_lifted_by_command(slack: SlackCloud, store: MemoryStore) -> None:
    async with running(slack, Setup(store=store, catalog=ScopeCatalog((PROD,)))) as bot:
        made = read(await bot.ask(cast.OWNER, cast.GENERAL, MUTE))
        assert "Rule 1 mutes events" in made
        assert "actor with “ci”, action with “Create”" in made
        assert "every audit log" in made
        assert "/mondoo-audit unmute 1" in made
        assert "<!channel>" in made
        listing = read(await bot.ask(cast.OWNER, cast.GENERAL, "mutes"))
        assert "1 mute rule" in listing
        assert "rollout" in listing
        assert "Rule 1 is lifted" in read(await bot.ask(cast.OWNER, cast.GENERAL, "unmute 1"))
        assert "Nothing is muted" in read(await bot.ask(cast.OWNER, cast.GENERAL, "mutes"))
        assert await store.mutes.all() == []


@pytest.mark.parametrize("text", [MUTE, f"{MUTE} org=mondoo-organization-1", "mutes", "unmute 1"])
async def test_who_only_sees_a_log_neither_mutes_nor_sees_rules(
    slack: SlackCloud, store: MemoryStore, text: str
) -> None:
    async with running(slack, Setup(store=store, policy=MEMBERS, catalog=ScopeCatalog((PROD,)))) as bot:
        answer = read(await bot.ask(cast.MEMBER, cast.GENERAL, text))
        assert "manage" in answer
        assert "Ask an owner or admin" in answer
        assert await store.mutes.all() == []


async def test_help_explains_how_to_mute(bot: Bot) -> None:
    answer = read(await bot.ask(cast.OWNER, cast.GENERAL, "help mute"))
    assert "reason=" in answer
    assert "unmute 3" in answer


async def test_each_use_is_recorded_with_what_it_showed(slack: SlackCloud, store: MemoryStore) -> None:
    async with running(slack, Setup(store=store)) as bot:
        page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
        await bot.click(cast.OWNER, page, "Older")
        await bot.ask(cast.MEMBER, cast.GENERAL, QUESTION)
        await bot.ask(cast.OWNER, cast.GENERAL, "help")
        await bot.ask(cast.OWNER, cast.GENERAL, "org=mondoo-organization-1 sicne=2024")
        await bot.in_flight.settled()
    assert await uses(store) == [
        (cast.OWNER, "search", "command", 10, "answered"),
        (cast.OWNER, "page", "click", 10, "answered"),
        (cast.MEMBER, "search", "command", 0, "denied"),
        (cast.OWNER, "help", "command", 0, "answered"),
        (cast.OWNER, "command", "command", 0, "mistake"),
    ]
    assert {each.scope for each in await store.uses.recent(9)} == {str(PROD), ""}


async def test_who_is_given_up_at_the_end_is_recorded_as_well(slack: SlackCloud, store: MemoryStore) -> None:
    async with running(slack, Setup(store=store)) as bot:
        bot.log.gate = asyncio.Event()
        await bot.person(cast.OWNER).type(cast.GENERAL, f"/mondoo-audit {QUESTION}")
        await bot.until(lambda: len(bot.in_flight) > 0)
        assert await bot.in_flight.drain(LAST_WORDS + timedelta(milliseconds=50)) == 1
        await bot.in_flight.settled()
    assert [use[3:] for use in await uses(store)] == [(0, "interrupted")]


class AbsentUses(MemoryUses):
    """A record that cannot be written."""

    async def record(self, use: Use) -> None:
        raise StoreError(f"The database is away: {use.verb}.")

    async def recent(self, limit: int) -> Sequence[Use]:
        raise StoreError(f"The database is away: {limit}.")

    async def prune(self, before: datetime, most: int) -> int:
        raise StoreError(f"The database is away: {before} {most}.")


async def test_an_answer_does_not_wait_for_a_record_that_cannot_be_written(slack: SlackCloud) -> None:
    store = MemoryStore(SystemClock())
    store.uses = AbsentUses()
    with capture_logs() as logs:
        async with running(slack, Setup(store=store)) as bot:
            assert "1–10 of 36" in read(await bot.ask(cast.OWNER, cast.GENERAL, QUESTION))
            await bot.in_flight.settled()
    assert any(line["event"] == "a use was not recorded" for line in logs)


async def test_status_shows_the_last_uses_to_managers_alone(slack: SlackCloud, store: MemoryStore) -> None:
    now = SystemClock().now()
    other = Scope(ScopeKind.SPACE, "elsewhere")
    policy = Policy(Rule(channels=frozenset({ChannelId(cast.GENERAL)})), {other: Rule(admins=False)})
    for scope in (str(PROD), str(other), ""):
        use = Use(UserId(cast.ADMIN), "search", Surface.COMMAND, scope, ChannelId(cast.RANDOM), now, 7, "answered")
        await store.uses.record(use)
    async with running(slack, Setup(store=store, policy=policy, catalog=ScopeCatalog((PROD, other)))) as bot:
        status = read(await bot.ask(cast.OWNER, cast.GENERAL, "status"))
        assert "Last used by" in status
        assert status.count("search, by command") == 2
        assert "7 events" in status
        assert "elsewhere" not in status
        plain = read(await bot.ask(cast.MEMBER, cast.GENERAL, "status"))
        assert "Last used by" not in plain
        assert "search, by command" not in plain
