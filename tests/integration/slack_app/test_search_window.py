"""The search window, from whatever opens it to the answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.adapters.slack import ids
from bot.adapters.slack.views import search_window
from bot.adapters.slack.views.search_window import ANOTHER, token
from bot.domain.access import Policy, Rule, UserId
from bot.domain.drafts import Field, Span
from bot.domain.errors import StoreError
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.sandbox.slack import cast
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.faults import Fault, FaultKind
from bot.sandbox.slack.ids import ChannelId
from bot.sandbox.slack.ids import UserId as SomebodyId
from bot.sandbox.slack.inputs import Choice, Inputs
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.views import View
from tests.contract.memory import MemoryStore
from tests.contract.memory.people import MemoryPreferences

from .harness import Bot, Setup, SystemClock, action_of, labels, numbers, read, running

PROD = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
TEST = Scope(ScopeKind.SPACE, "mondoo-space-1", Region.EU)
CATALOG = ScopeCatalog((TEST, PROD), (("prod", PROD),))


@pytest.fixture
def setup() -> Setup:
    return Setup(catalog=CATALOG)


def filled(fields: Mapping[Field, Choice]) -> Inputs:
    """What is filled in, by field."""
    return {search_window.name(field): {search_window.name(field): choice} for field, choice in fields.items()}


EVER: Mapping[Field, Choice] = {Field.SPAN: Span.EVER.value}
"""The log of these tests is years old."""


def front(bot: Bot, user: SomebodyId) -> View | None:
    """The window in front of somebody."""
    stack = bot.slack.workspace.views.stack(user)
    return stack[-1] if stack else None


def said(view: View | None) -> str:
    """All the words of a window, a line each."""
    return "" if view is None else "\n".join(words(list(view.blocks)))


async def window(bot: Bot, user: SomebodyId) -> View:
    """The search window in front of somebody, once it has its fields."""
    await bot.until(lambda: (view := front(bot, user)) is not None and view.callback_id == ids.SEARCH_WINDOW)
    view = front(bot, user)
    assert view is not None
    return view


async def opened(bot: Bot, user: SomebodyId = cast.OWNER, channel: ChannelId = cast.GENERAL) -> View:
    """The window that the command alone opens."""
    outcome = await bot.person(user).type(channel, "/mondoo-audit")
    assert outcome.ok
    return await window(bot, user)


async def opened_by_shortcut(bot: Bot, user: SomebodyId = cast.OWNER) -> View:
    assert (await bot.person(user).shortcut(ids.SEARCH)).ok
    return await window(bot, user)


async def submitted(bot: Bot, view: View, fields: Mapping[Field, Choice] = EVER) -> None:
    outcome = await bot.person(view.user).submit(view, filled(fields))
    assert outcome.ok, outcome
    assert not outcome.input_errors, outcome


async def answered(bot: Bot, channel: ChannelId, user: SomebodyId, *, after: int = 0) -> Message:
    """The answer that appears in a channel that shows so many messages of the bot before."""
    await bot.until(lambda: len(bot.seen(channel, user)) > after)
    await bot.in_flight.settled()
    return bot.seen(channel, user)[-1]


def direct(bot: Bot, user: SomebodyId) -> ChannelId:
    return bot.slack.workspace.open_direct_channel(user).id


def initial(view: View, field: Field) -> object:
    """What stands in a field of the window at first."""
    element = next(block["element"] for block in view.blocks if block["block_id"] == search_window.name(field))
    kinds = ("initial_option", "initial_options", "initial_value", "initial_date_time")
    held = next((element[kind] for kind in kinds if kind in element), None)
    if isinstance(held, list):
        return [option["value"] for option in held]
    return held["value"] if isinstance(held, dict) else held


def fields(view: View) -> list[str]:
    return [block["block_id"] for block in view.blocks if block["type"] == "input"]


async def test_the_command_alone_opens_a_window_whose_answer_appears_in_the_channel(
    slack: SlackCloud, transport: str
) -> None:
    async with running(slack, Setup(transport=transport, catalog=CATALOG)) as bot:
        view = await opened(bot)
        await submitted(bot, view)
        answer = await answered(bot, cast.GENERAL, cast.OWNER)
        assert front(bot, cast.OWNER) is None
        assert answer.ephemeral_for == cast.OWNER
        assert numbers(answer) == list(range(1, 11))
        assert "Audit log of prod" in read(answer)
        assert numbers(await bot.click(cast.OWNER, answer, "Older")) == list(range(11, 21))


async def test_the_shortcut_opens_a_window_whose_answer_appears_in_the_bots_messages(
    slack: SlackCloud, transport: str
) -> None:
    async with running(slack, Setup(transport=transport, catalog=CATALOG)) as bot:
        view = await opened_by_shortcut(bot)
        assert "The answer comes in your messages with this app." in said(view)
        await submitted(bot, view)
        assert "Reading the audit log of prod." in said(front(bot, cast.OWNER))
        answer = await answered(bot, direct(bot, cast.OWNER), cast.OWNER)
        assert numbers(answer) == list(range(1, 11))
        assert numbers(await bot.click(cast.OWNER, answer, "Older")) == list(range(11, 21))


async def test_the_window_opens_before_anything_is_asked_of_slack(bot: Bot) -> None:
    bot.slack.faults.add(Fault("users.info", FaultKind.HANG, times=None))
    assert (await bot.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")).ok
    await bot.until(lambda: "Opening the search" in said(front(bot, cast.OWNER)))
    bot.slack.faults.clear()


async def test_a_window_closed_meanwhile_is_left_alone(bot: Bot) -> None:
    bot.slack.faults.add(Fault("users.info", FaultKind.DELAY, seconds=1))
    assert (await bot.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")).ok
    await bot.until(lambda: front(bot, cast.OWNER) is not None)
    view = front(bot, cast.OWNER)
    assert view is not None
    with capture_logs() as logs:
        await bot.person(cast.OWNER).close(view)
        await bot.in_flight.settled()
    assert front(bot, cast.OWNER) is None
    assert bot.seen(cast.GENERAL, cast.OWNER) == []
    assert [(line["verb"], line["outcome"]) for line in logs if line["event"] == "request"] == [("window", "answered")]


async def test_a_trigger_that_has_expired_is_answered_with_words(bot: Bot) -> None:
    bot.slack.faults.add(Fault("views.open", FaultKind.ERROR, times=2, error="expired_trigger_id"))
    await bot.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")
    words = read(await answered(bot, cast.GENERAL, cast.OWNER))
    assert "Slack gave the bot too little time to open the window." in words
    await bot.person(cast.OWNER).shortcut(ids.SEARCH)
    assert "Please try once more." in read(await answered(bot, direct(bot, cast.OWNER), cast.OWNER))


@pytest.mark.parametrize("user", [cast.MEMBER, cast.GUEST])
async def test_who_may_see_nothing_reads_why_in_the_window(bot: Bot, user: SomebodyId) -> None:
    assert (await bot.person(user).type(cast.ONCALL, "/mondoo-audit")).ok
    await bot.until(lambda: "Ask an owner or admin" in said(front(bot, user)))
    assert bot.seen(cast.ONCALL, user) == []


async def test_only_scopes_that_the_person_may_see_are_offered_by_their_alias(slack: SlackCloud) -> None:
    named = Rule(users=frozenset({UserId(cast.MEMBER)}), admins=False)
    catalog = replace(CATALOG, open=False)
    async with running(slack, Setup(catalog=catalog, policy=Policy(scopes={PROD: named}))) as bot:
        mine, owners = said(await opened(bot, cast.MEMBER)), said(await opened(bot, cast.OWNER))
    assert "prod" in mine
    assert TEST.id not in mine
    assert TEST.id in owners
    assert PROD.id not in owners


async def test_another_scope_is_named_by_its_id_where_the_settings_allow_any(bot: Bot) -> None:
    view = await opened(bot)
    await bot.person(cast.OWNER).click(view, search_window.name(Field.SCOPE), ANOTHER)
    await bot.until(lambda: (now := front(bot, cast.OWNER)) is not None and now.hash != view.hash)
    view = await window(bot, cast.OWNER)
    await submitted(bot, view, {**EVER, Field.OTHER: "mondoo-space-9", Field.WHERE: "space:eu"})
    assert "mondoo-space-9 · space · EU" in read(await answered(bot, cast.GENERAL, cast.OWNER))


async def test_choosing_moments_brings_their_fields_and_keeps_what_stands_in_the_others(bot: Bot) -> None:
    view = await opened(bot)
    typed = filled({Field.ACTOR: "jane", Field.RISK: ["high"]})
    await bot.person(cast.OWNER).click(view, search_window.name(Field.SPAN), Span.BETWEEN.value, filled=typed)
    await bot.until(lambda: (now := front(bot, cast.OWNER)) is not None and now.hash != view.hash)
    view = await window(bot, cast.OWNER)
    assert (initial(view, Field.ACTOR), initial(view, Field.RISK)) == ("jane", ["high"])
    assert initial(view, Field.SINCE) is not None
    await submitted(bot, view, {Field.SINCE: "1711128000", Field.UNTIL: "1711129500", Field.RISK: []})
    answer = await answered(bot, cast.GENERAL, cast.OWNER)
    assert numbers(answer) == list(range(3, 13))
    assert "Only actor with “jane”" in read(answer)


async def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(bot: Bot) -> None:
    view = await opened(bot)
    outcome = await bot.person(cast.OWNER).submit(view, filled({Field.SPAN: Span.BETWEEN.value, Field.ACTOR: "@jane"}))
    assert outcome.input_errors.keys() == {search_window.name(Field.SPAN), search_window.name(Field.ACTOR)}
    assert "Slack names" in outcome.input_errors[search_window.name(Field.ACTOR)]
    again = await bot.person(cast.OWNER).submit(view, filled({Field.SCOPE: ANOTHER}))
    assert again.input_errors == {search_window.name(Field.SCOPE): "Say whose log to read."}
    await submitted(bot, view)
    assert numbers(await answered(bot, cast.GENERAL, cast.OWNER))


async def test_what_was_asked_last_stands_in_the_next_window_of_that_person_alone(slack: SlackCloud) -> None:
    setup = Setup(catalog=CATALOG, store=MemoryStore(SystemClock()))
    async with running(slack, setup) as bot:
        await submitted(
            bot,
            await opened(bot),
            {
                Field.SCOPE: token(TEST),
                Field.SPAN: "7d",
                Field.ACTION: 'Create "x"',
                Field.CATEGORY: ["token", "agent"],
            },
        )
        await answered(bot, cast.GENERAL, cast.OWNER)
    async with running(slack, setup) as restarted:
        view = await opened_by_shortcut(restarted)
        asked = [initial(view, field) for field in (Field.SCOPE, Field.SPAN, Field.ACTION, Field.CATEGORY)]
        assert asked == [token(TEST), "7d", 'Create "x"', ["agent", "token"]]
        assert initial(await opened(restarted, cast.ADMIN), Field.SPAN) == "24h"


class BrokenPreferences(MemoryPreferences):
    """Keeps nothing, and says so."""

    async def last(self, user: UserId) -> str | None:  # noqa: ARG002 — the port's
        raise StoreError("The database is away.")

    async def remember(self, user: UserId, text: str) -> None:  # noqa: ARG002 — the port's
        raise StoreError("The database is away.")


async def test_a_store_that_fails_keeps_nobody_from_asking(slack: SlackCloud) -> None:
    store = MemoryStore(SystemClock())
    store.preferences = BrokenPreferences()
    async with running(slack, Setup(catalog=CATALOG, store=store)) as bot:
        await submitted(bot, await opened(bot))
        assert numbers(await answered(bot, cast.GENERAL, cast.OWNER))


async def test_change_filters_opens_the_window_with_the_question_and_replaces_the_answer(
    slack: SlackCloud, transport: str
) -> None:
    async with running(slack, Setup(transport=transport, catalog=CATALOG)) as bot:
        page = await bot.ask(cast.OWNER, cast.GENERAL, "org=prod since=2024-03-01 actor=jane order=asc risk=high")
        await bot.person(cast.OWNER).click(page, action_of(page, "Change filters"))
        view = await window(bot, cast.OWNER)
        asked = [initial(view, field) for field in (Field.SCOPE, Field.SPAN, Field.ACTOR, Field.RISK, Field.ORDER)]
        assert asked == [token(PROD), "between", "jane", ["high"], "asc"]
        await submitted(bot, view, {Field.ORDER: "desc"})
        await bot.until(lambda: "oldest first" not in read(bot.seen(cast.GENERAL, cast.OWNER)[-1]))
        (changed,) = bot.seen(cast.GENERAL, cast.OWNER)
        assert changed.ts == page.ts
        assert numbers(changed) == list(range(1, 11))


async def test_two_people_on_one_message_each_get_an_answer_of_their_own(bot: Bot) -> None:
    shared = bot.slack.workspace
    page = await bot.ask(cast.OWNER, cast.GENERAL, "org=prod since=2024-03-01")
    public = replace(page, ts=shared.timelines.next_ts(cast.GENERAL), ephemeral_for=None)
    shared.post(public, "test")
    for user in (cast.OWNER, cast.ADMIN):
        before = len(bot.seen(cast.GENERAL, user))
        await bot.person(user).click(public, ids.CHANGE_FILTERS)
        await submitted(bot, await window(bot, user), {Field.ACTOR: user})
        answer = await answered(bot, cast.GENERAL, user, after=before)
        assert (answer.ephemeral_for, f"actor with “{user}”" in read(answer)) == (user, True)
    assert next(each for each in bot.seen(cast.GENERAL, cast.OWNER) if each.ts == public.ts).blocks == public.blocks


async def test_change_filters_of_another_version_says_so_in_the_window(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, "org=prod since=2024-03-01")
    for block in page.blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == ids.CHANGE_FILTERS:
                element["value"] = '{"v":99}'
    await bot.person(cast.OWNER).click(page, ids.CHANGE_FILTERS)
    await bot.until(lambda: "another version of the bot" in said(front(bot, cast.OWNER)))


async def test_a_window_of_another_version_says_so_and_asks_nothing(bot: Bot) -> None:
    view = await opened(bot)
    view.content["private_metadata"] = '{"v":99}'
    assert (await bot.person(cast.OWNER).submit(view)).ok
    assert "This window is from another version of the bot." in said(front(bot, cast.OWNER))
    assert bot.log.readings == 0


async def test_a_window_submitted_twice_is_answered_once(bot: Bot) -> None:
    bot.log.gate = asyncio.Event()
    view = await opened_by_shortcut(bot)
    owner = bot.person(cast.OWNER)
    outcomes = await asyncio.gather(*(owner.submit(view, filled(EVER)) for _ in range(3)), return_exceptions=True)
    assert any(not isinstance(outcome, BaseException) and outcome.ok for outcome in outcomes)
    bot.log.gate.set()
    await answered(bot, direct(bot, cast.OWNER), cast.OWNER)
    assert len(bot.seen(direct(bot, cast.OWNER), cast.OWNER)) == 1


async def test_access_is_asked_for_again_at_the_submission(slack: SlackCloud) -> None:
    named = Policy(Rule(users=frozenset({UserId(cast.MEMBER)})))
    async with running(slack, Setup(catalog=CATALOG, policy=named)) as bot:
        view = await opened(bot, cast.MEMBER)
    async with running(slack, Setup(catalog=CATALOG)) as stricter:
        await submitted(stricter, view)
        refusal = read(await answered(stricter, cast.GENERAL, cast.MEMBER))
        assert "You may not see the audit log of organization mondoo-organization-1 here." in refusal
        assert stricter.log.readings == 0


async def test_a_scope_that_the_settings_no_longer_name_has_to_be_chosen_again(slack: SlackCloud) -> None:
    async with running(slack, Setup(catalog=CATALOG)) as bot:
        view = await opened(bot)
    async with running(slack, Setup(catalog=ScopeCatalog((TEST,)))) as other:
        outcome = await other.person(cast.OWNER).submit(view, filled(EVER))
        assert outcome.input_errors == {search_window.name(Field.SCOPE): "Say whose log to read."}


async def test_an_answer_that_cannot_reach_the_channel_any_more_goes_to_the_bots_messages(bot: Bot) -> None:
    view = await opened(bot)
    long_ago = bot.slack.workspace.clock.now() - timedelta(minutes=31)
    metadata: str = view.content["private_metadata"]
    view.content["private_metadata"] = re.sub(r"(?<=\"opened\":)\d+", f"{long_ago.timestamp():.0f}", metadata)
    await submitted(bot, view)
    assert numbers(await answered(bot, direct(bot, cast.OWNER), cast.OWNER))
    assert bot.seen(cast.GENERAL, cast.OWNER) == []


async def test_a_way_back_that_is_not_slacks_is_never_taken(bot: Bot) -> None:
    view = await opened(bot)
    metadata: str = view.content["private_metadata"]
    url = re.findall(r'"url":"(.+?)"', metadata)[0]
    view.content["private_metadata"] = metadata.replace(url, "https://evil.example/commands/1")
    with capture_logs() as logs:
        await submitted(bot, view)
        await bot.in_flight.settled()
        await bot.until(lambda: any(line.get("verb") == "search" for line in logs))
    line = next(line for line in logs if line["event"] == "request" and line["verb"] == "search")
    assert line["delivered"] is False
    assert "An answer was to go to a host that is not Slack's." in str(logs)


async def test_what_is_filled_in_is_kept_while_the_bot_restarts(bot: Bot) -> None:
    view = await opened(bot)
    await bot.in_flight.drain(timedelta(0))
    outcome = await bot.person(cast.OWNER).submit(view, filled(EVER))
    assert list(outcome.input_errors.values()) == ["The bot is restarting. Please ask again in a minute."]


async def test_the_help_has_a_button_that_opens_the_window_and_stays(bot: Bot) -> None:
    guide = await bot.ask(cast.OWNER, cast.GENERAL, "help")
    assert labels(guide) == ["Search"]
    await bot.person(cast.OWNER).click(guide, action_of(guide, "Search"))
    await submitted(bot, await window(bot, cast.OWNER))
    answer = await answered(bot, cast.GENERAL, cast.OWNER, after=1)
    assert numbers(answer)
    assert [message.ts for message in bot.seen(cast.GENERAL, cast.OWNER)] == [guide.ts, answer.ts]


async def test_one_line_tells_of_each_window_and_each_search_and_of_no_way_back(bot: Bot) -> None:
    with capture_logs() as logs:
        await submitted(bot, await opened(bot))
        await answered(bot, cast.GENERAL, cast.OWNER)
    lines = [line for line in logs if line["event"] == "request"]
    assert [(line["verb"], line["outcome"], line["scope"]) for line in lines] == [
        ("window", "answered", ""),
        ("search", "answered", str(PROD)),
    ]
    assert "http" not in str(logs)
