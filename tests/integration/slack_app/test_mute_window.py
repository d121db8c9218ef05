"""Muting events like the one that somebody points at, from its menu."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.adapters.slack import ids
from bot.domain.access import ChannelId, Policy, Rule
from bot.domain.scopes import Scope, ScopeCatalog, ScopeKind
from bot.sandbox.slack import cast
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.ids import UserId
from bot.sandbox.slack.inputs import Inputs
from bot.sandbox.slack.views import View
from tests.contract.memory import MemoryStore

from .harness import Bot, Setup, SystemClock, running

PROD = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
QUESTION = "org=mondoo-organization-1 since=2024-01-01"
MEMBERS = Policy(Rule(channels=frozenset({ChannelId(cast.GENERAL)})))
FILLED: Mapping[str, str] = {
    "mute.actor": "jane",
    "mute.action": "",
    "mute.resource": "",
    "mute.where": "here",
    "mute.lasting": "7",
    "mute.reason": "rollout",
}


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(SystemClock())


def front(bot: Bot, user: UserId) -> View | None:
    """The window that somebody has before them."""
    stack = bot.slack.workspace.views.stack(user)
    return stack[-1] if stack else None


def said(bot: Bot, user: UserId) -> str:
    view = front(bot, user)
    return "" if view is None else "\n".join(words(list(view.blocks)))


async def choose(bot: Bot, user: UserId) -> None:
    """Ask, and choose to mute events like the first one shown."""
    page = await bot.ask(user, cast.GENERAL, QUESTION)
    (menu, *_) = [block for block in page.blocks if block.get("accessory", {}).get("type") == "overflow"]
    outcome = await bot.person(user).click(page, ids.EVENT_MENU, "mute", block_id=menu["block_id"])
    assert outcome.ok, outcome


def inputs(fields: Mapping[str, str]) -> Inputs:
    """What is filled in, by field."""
    return {name: {name: value} for name, value in fields.items()}


async def form(bot: Bot, user: UserId) -> View:
    """The window with its fields."""
    await bot.until(lambda: (view := front(bot, user)) is not None and view.callback_id == ids.MUTE_WINDOW)
    view = front(bot, user)
    assert view is not None
    return view


async def test_a_rule_is_made_from_an_events_menu(slack: SlackCloud, store: MemoryStore) -> None:
    async with running(slack, Setup(store=store, catalog=ScopeCatalog((PROD,), (("prod", PROD),)))) as bot:
        await choose(bot, cast.OWNER)
        view = await form(bot, cast.OWNER)
        initial = {block["block_id"]: block["element"].get("initial_value") for block in view.blocks[1:4]}
        assert initial["mute.actor"]
        assert initial["mute.action"]
        assert initial["mute.resource"] is None
        assert (await bot.person(cast.OWNER).submit(view, inputs(FILLED))).ok
        await bot.until(lambda: "Rule 1 mutes events" in said(bot, cast.OWNER))
        (mute,) = await store.mutes.all()
        assert (mute.terms.actor, mute.terms.scope, mute.terms.reason, str(mute.by)) == (
            "jane",
            PROD,
            "rollout",
            str(cast.OWNER),
        )
        assert mute.terms.until is not None
        await bot.in_flight.settled()
    uses = [(use.verb, use.surface.value, use.outcome) for use in await store.uses.recent(2)]
    assert uses == [("mute", "submission", "answered"), ("mute", "click", "answered")]


async def test_a_rule_of_every_log_may_be_for_ever(slack: SlackCloud, store: MemoryStore) -> None:
    async with running(slack, Setup(store=store)) as bot:
        await choose(bot, cast.OWNER)
        wide = {**FILLED, "mute.where": "everywhere", "mute.lasting": "ever", "mute.resource": "spaces"}
        assert (await bot.person(cast.OWNER).submit(await form(bot, cast.OWNER), inputs(wide))).ok
        await bot.until(lambda: "Rule 1 mutes events" in said(bot, cast.OWNER))
        (mute,) = await store.mutes.all()
        assert (mute.terms.scope, mute.terms.until, mute.terms.resource) == (None, None, "spaces")


async def test_what_is_missing_is_said_beside_its_field(slack: SlackCloud, store: MemoryStore) -> None:
    async with running(slack, Setup(store=store)) as bot:
        await choose(bot, cast.OWNER)
        view = await form(bot, cast.OWNER)
        outcome = await bot.person(cast.OWNER).submit(view, inputs({**FILLED, "mute.actor": "", "mute.reason": " "}))
        assert "Say which events" in str(outcome)
        assert "Say why" in str(outcome)
        assert await store.mutes.all() == []


async def test_who_only_sees_the_log_is_told_so_in_the_window(slack: SlackCloud, store: MemoryStore) -> None:
    async with running(slack, Setup(store=store, policy=MEMBERS)) as bot:
        await choose(bot, cast.MEMBER)
        await bot.until(lambda: "not manage subscriptions" in said(bot, cast.MEMBER))


async def test_who_may_no_longer_manage_is_refused_when_they_send_the_window(
    slack: SlackCloud, store: MemoryStore
) -> None:
    async with running(slack, Setup(store=store)) as bot:
        await choose(bot, cast.OWNER)
        view = await form(bot, cast.OWNER)
    nobody = Policy(Rule(channels=frozenset({ChannelId(cast.GENERAL)}), admins=False))
    async with running(slack, Setup(store=store, policy=nobody)) as restarted:
        await restarted.person(cast.OWNER).submit(view, inputs(FILLED))
        await restarted.until(lambda: "not manage subscriptions" in said(restarted, cast.OWNER))
        assert await store.mutes.all() == []
