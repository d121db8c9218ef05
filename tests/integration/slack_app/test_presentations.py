"""What can be done with a message of results: details, sharing, tables, charts and exports, through the real app."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.domain.access import ChannelId, Policy, Rule, UserId
from bot.domain.errors import Unavailable
from bot.domain.scopes import Scope, ScopeCatalog, ScopeKind
from bot.sandbox.slack import cast, ids
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.faults import Fault, FaultKind
from bot.sandbox.slack.files import File
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.views import View

from .harness import Bot, Setup, action_of, labels, numbers, read, running

QUESTION = "org=mondoo-organization-1 since=2024-01-01"
MENU = "audit.event.menu"
BY_MEMBER = Setup(policy=Policy(Rule(users=frozenset({UserId(cast.MEMBER)}))))
ADMINS_ALONE = Setup()


def window(bot: Bot, user: ids.UserId) -> View:
    return bot.slack.workspace.views.stack(user)[-1]


def text_of(view: View) -> str:
    return json.dumps(view.content, ensure_ascii=False)


async def choose(bot: Bot, user: ids.UserId, message: Message, option: str, number: int = 0) -> None:
    """Pick from the menu beside an event."""
    beside = [block["block_id"] for block in message.blocks if "accessory" in block]
    outcome = await bot.person(user).click(message, MENU, option, block_id=beside[number])
    assert outcome.ok, outcome


async def details(bot: Bot, user: ids.UserId, message: Message, number: int = 0) -> str:
    """What the window of an event shows in the end."""
    await choose(bot, user, message, "details", number)
    await bot.until(lambda: "Reading the audit log" not in text_of(window(bot, user)))
    return text_of(window(bot, user))


async def press(bot: Bot, user: ids.UserId, message: Message, label: str) -> None:
    outcome = await bot.person(user).click(message, action_of(message, label))
    assert outcome.ok, outcome


def files(bot: Bot) -> list[File]:
    return [file for file in bot.slack.workspace.files.values() if file.is_complete]


def public(bot: Bot, channel: ids.ChannelId) -> list[Message]:
    return [each for each in bot.seen(channel, cast.ADMIN) if each.ephemeral_for is None]


def direct(bot: Bot, user: ids.UserId) -> ids.ChannelId:
    return bot.slack.workspace.open_direct_channel(user).id


# Details


async def test_an_event_is_shown_whole_in_a_window(bot: Bot) -> None:
    bot.log.make = lambda event: replace(event, ip="203.0.113.7", parent="//captain.api.mondoo.app/spaces/s")
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    shown = await details(bot, cast.OWNER, page, 3)
    for value in ("event number 4", "203.0.113.7", "serviceaccounts/2e3N4", "spaces/s", "Service accounts", "High"):
        assert value in shown
    assert "all read" in shown
    assert numbers(page) == list(range(1, 11))


async def test_the_menu_of_a_page_of_yesterday_works_after_a_restart(slack: SlackCloud) -> None:
    async with running(slack, Setup()) as bot:
        page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    async with running(slack, Setup()) as restarted:
        assert "event number 1" in await details(restarted, cast.OWNER, page)


async def test_access_is_asked_for_again_when_an_event_is_opened(slack: SlackCloud) -> None:
    async with running(slack, BY_MEMBER) as bot:
        page = await bot.ask(cast.MEMBER, cast.GENERAL, QUESTION)
    async with running(slack, ADMINS_ALONE) as stricter:
        shown = await details(stricter, cast.MEMBER, page)
        assert "You may not see the audit log" in shown
        assert "event number" not in shown
        assert stricter.log.readings == 0


async def test_an_event_that_is_gone_or_cannot_be_read_is_said_to_be(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    bot.log.fails = {0: Unavailable("Mondoo answered 503.")}
    assert "could not be read: Mondoo answered 503" in await details(bot, cast.OWNER, page)
    bot.log.fails = {}
    bot.log.size = 0
    assert "no longer holds this event" in await details(bot, cast.OWNER, page)


async def test_a_defect_while_a_window_fills_is_told_there_and_in_the_conversation(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    bot.log.breaks = ZeroDivisionError("secret")
    assert "Something went wrong" in await details(bot, cast.OWNER, page)
    await bot.until(lambda: len(bot.seen(cast.GENERAL, cast.OWNER)) > 1)
    assert "reference" in read(bot.seen(cast.GENERAL, cast.OWNER)[-1])


async def test_a_window_that_opens_too_late_is_told_of_in_words(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    ways = (
        partial(choose, bot, cast.OWNER, page, "details"),
        partial(choose, bot, cast.OWNER, page, "mute"),
        partial(press, bot, cast.OWNER, page, "Export…"),
        partial(press, bot, cast.OWNER, page, "Change filters"),
    )
    for number, go in enumerate(ways, start=1):
        bot.slack.faults.add(Fault("views.open", FaultKind.ERROR, error="expired_trigger_id"))
        await go()
        await bot.in_flight.settled()
        told = bot.seen(cast.GENERAL, cast.OWNER)
        assert len(told) == 1 + number
        assert "too little time to open the window" in read(told[-1])
    assert bot.slack.workspace.views.stack(cast.OWNER) == ()


@pytest.mark.parametrize("change", [{"block_id": "e99:x"}, {"option": "teleport"}])
async def test_a_menu_of_another_version_is_answered_with_words(bot: Bot, change: dict[str, str]) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    block: Any = next(block for block in page.blocks if "accessory" in block)
    option = change.get("option", "details")
    block["accessory"]["options"][0]["value"] = option
    block["block_id"] = change.get("block_id", block["block_id"])
    await choose(bot, cast.OWNER, page, option)
    await bot.until(lambda: len(bot.seen(cast.GENERAL, cast.OWNER)) > 1)
    assert "another version of the bot" in read(bot.seen(cast.GENERAL, cast.OWNER)[-1])


# Sharing


async def test_a_page_is_shared_with_the_persons_name_and_stays_as_it_is_for_them(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    await press(bot, cast.OWNER, page, "Share…")
    await bot.until(lambda: bool(public(bot, cast.GENERAL)))
    (shared,) = public(bot, cast.GENERAL)
    assert numbers(shared) == numbers(page)
    assert cast.OWNER in json.dumps(list(shared.blocks))
    assert "Shared by" in read(shared)
    assert labels(shared) == ["Ask again"]
    assert numbers(bot.seen(cast.GENERAL, cast.OWNER)[0]) == numbers(page)


async def test_who_asks_again_gets_their_own_answer_if_they_may(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    await press(bot, cast.OWNER, page, "Share…")
    await bot.until(lambda: bool(public(bot, cast.GENERAL)))
    (shared,) = public(bot, cast.GENERAL)
    await press(bot, cast.ADMIN, shared, "Ask again")
    await press(bot, cast.MEMBER, shared, "Ask again")
    await bot.until(lambda: len(bot.seen(cast.GENERAL, cast.ADMIN)) == len(bot.seen(cast.GENERAL, cast.MEMBER)) == 2)
    assert labels(bot.seen(cast.GENERAL, cast.ADMIN)[-1])[0] == "Older"
    assert "Ask an owner or admin" in read(bot.seen(cast.GENERAL, cast.MEMBER)[-1])
    assert public(bot, cast.GENERAL) == [shared]


async def test_a_double_click_shares_once(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    await asyncio.gather(*(press(bot, cast.OWNER, page, "Share…") for _ in range(2)))
    await bot.until(lambda: len(bot.seen(cast.GENERAL, cast.OWNER)) == 3)
    assert len(public(bot, cast.GENERAL)) == 1
    assert "just shared this page" in "".join(map(read, bot.seen(cast.GENERAL, cast.OWNER)))


async def test_nothing_is_shared_into_a_channel_that_others_can_read(slack: SlackCloud) -> None:
    listed = Rule(channels=frozenset({ChannelId(cast.SHARED)}))
    async with running(slack, Setup(policy=Policy(listed))) as bot:
        page = await bot.ask(cast.OWNER, cast.SHARED, QUESTION)
    async with running(slack, Setup()) as stricter:
        await press(stricter, cast.OWNER, page, "Share…")
        await stricter.until(lambda: len(stricter.seen(cast.SHARED, cast.OWNER)) > 1)
        assert "shared with another organization" in read(stricter.seen(cast.SHARED, cast.OWNER)[-1])
        assert public(stricter, cast.SHARED) == []


async def test_clicks_on_a_message_that_was_deleted_meanwhile_end_in_a_message_of_their_own(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    bot.log.gate = asyncio.Event()
    await press(bot, cast.OWNER, page, "Charts")
    bot.slack.workspace.delete(page, "person")
    bot.log.gate.set()
    await bot.until(lambda: any("charts" in read(each) for each in bot.seen(cast.GENERAL, cast.OWNER)))


# Tables and charts


async def test_a_table_shows_more_than_a_page_and_leads_back_to_it(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    page = await bot.click(cast.OWNER, page, "Older")
    table = await bot.click(cast.OWNER, page, "Table")
    (block,) = [block for block in table.blocks if block["type"] == "data_table"]
    assert len(block["rows"]) == 37
    assert "1–36 of 36, all read" in read(table)
    assert numbers(await bot.click(cast.OWNER, table, "Back to the list")) == list(range(11, 21))


@pytest.mark.parametrize(
    ("refused", "kind"),
    [(["data_table"], "table"), (["data_table", "table"], "rich_text"), (["data_table", "table", "rich_text"], None)],
)
async def test_where_slack_refuses_a_table_a_plainer_form_comes(bot: Bot, refused: list[str], kind: str | None) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    bot.slack.settings.refused_blocks += refused
    await press(bot, cast.OWNER, page, "Table")
    await bot.until(lambda: "table" in read(bot.seen(cast.GENERAL, cast.OWNER)[-1]))
    table = bot.seen(cast.GENERAL, cast.OWNER)[-1]
    assert kind is None or kind in {block["type"] for block in table.blocks}
    assert "created service account" in read(table)


async def test_charts_count_the_whole_window(bot: Bot) -> None:
    bot.log.size = 250
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    charts = await bot.click(cast.OWNER, page, "Charts")
    assert [block["chart"]["type"] for block in charts.blocks if "chart" in block] == ["bar", "bar"]
    assert "1–250 of 250, all read" in read(charts)
    charts = await bot.click(cast.OWNER, charts, "By action")
    assert [block["chart"]["type"] for block in charts.blocks if "chart" in block] == ["bar", "pie"]
    assert numbers(await bot.click(cast.OWNER, charts, "Back to the list")) == list(range(1, 11))


async def test_where_slack_draws_no_charts_they_are_written(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    bot.slack.settings.refused_blocks.append("data_visualization")
    charts = await bot.click(cast.OWNER, page, "Charts")
    assert "Events by actor" in read(charts)
    assert "36" in read(charts)


async def test_charts_of_what_could_be_read_in_part_say_so(bot: Bot) -> None:
    bot.log.size = 250
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    bot.log.fails = {1: Unavailable("Mondoo answered 503.")}
    charts = await bot.click(cast.OWNER, page, "Charts")
    assert "These are not all events: Mondoo answered 503." in read(charts)


# Exports


async def test_an_export_goes_to_the_persons_own_messages_and_says_how_complete_it_is(bot: Bot) -> None:
    bot.log.size = 250
    answer = await bot.ask(cast.OWNER, cast.GENERAL, f"export {QUESTION} format=ndjson")
    assert "is in your messages with the bot" in read(answer)
    assert "1–250 of 250, all read" in read(answer)
    (file,) = files(bot)
    assert file.channels == (direct(bot, cast.OWNER),)
    assert len((file.content or b"").splitlines()) == 250
    assert file.name.startswith("mondoo-audit-organization-mondoo-organization-1-")
    (shared,) = bot.seen(direct(bot, cast.OWNER), cast.OWNER)
    assert "all read" in shared.text


async def test_a_part_says_so_in_its_name_and_its_message(bot: Bot) -> None:
    bot.log.size = 250
    bot.log.fails = {1: Unavailable("Mondoo answered 503.")}
    answer = await bot.ask(cast.OWNER, cast.GENERAL, f"export {QUESTION}")
    assert "A part of the audit log" in read(answer)
    (file,) = files(bot)
    assert file.name.endswith(".partial.csv")
    assert "PARTIAL" in bot.seen(direct(bot, cast.OWNER), cast.OWNER)[-1].text


async def test_nothing_is_shared_of_what_could_not_be_read_or_is_empty(bot: Bot) -> None:
    bot.log.size = 0
    assert "nothing to export" in read(await bot.ask(cast.OWNER, cast.GENERAL, f"export {QUESTION}"))
    bot.log.fails = {0: Unavailable("Mondoo answered 503.")}
    assert "Could not export" in read(await bot.ask(cast.OWNER, cast.GENERAL, f"export {QUESTION}"))
    assert files(bot) == []


async def test_an_export_goes_to_no_other_channel_than_where_it_was_asked_for(bot: Bot) -> None:
    elsewhere = await bot.ask(cast.OWNER, cast.GENERAL, f"export {QUESTION} channel={cast.RANDOM}")
    assert "or to the channel where you ask" in read(elsewhere)
    assert files(bot) == []


async def test_who_may_not_see_a_log_exports_nothing(bot: Bot) -> None:
    assert "Ask an owner or admin" in read(await bot.ask(cast.MEMBER, cast.GENERAL, f"export {QUESTION}"))
    assert bot.log.readings == 0


async def test_a_file_that_slack_does_not_take_is_told_of(bot: Bot) -> None:
    bot.slack.faults.add(Fault("files.completeUploadExternal", FaultKind.ERROR, error="posting_to_channel_denied"))
    answer = await bot.ask(cast.OWNER, cast.GENERAL, f"export {QUESTION}")
    assert "Slack refused: posting_to_channel_denied." in read(answer)


@pytest.mark.parametrize(("place", "form"), [("mine", "ocsf"), ("here", "csv")])
async def test_the_button_opens_a_window_that_asks_for_a_format_and_a_place(bot: Bot, place: str, form: str) -> None:
    page = await bot.ask(cast.OWNER, cast.SECURITY_AUDIT, QUESTION)
    await press(bot, cast.OWNER, page, "Export…")
    await bot.until(lambda: bool(bot.slack.workspace.views.stack(cast.OWNER)))
    filled = {"form": {"form": form}, "place": {"place": place}}
    outcome = await bot.person(cast.OWNER).submit(window(bot, cast.OWNER), filled)
    assert outcome.ok, outcome
    await bot.until(lambda: bool(files(bot)))
    (file,) = files(bot)
    assert file.channels == ((cast.SECURITY_AUDIT if place == "here" else direct(bot, cast.OWNER)),)
    if form == "ocsf":
        lines = [json.loads(line) for line in (file.content or b"").splitlines()]
        assert {line["class_uid"] for line in lines} == {3001}
    await bot.in_flight.settled()


async def test_access_is_asked_for_again_when_the_window_is_submitted(slack: SlackCloud) -> None:
    async with running(slack, BY_MEMBER) as bot:
        page = await bot.ask(cast.MEMBER, cast.GENERAL, QUESTION)
        await press(bot, cast.MEMBER, page, "Export…")
        await bot.until(lambda: bool(bot.slack.workspace.views.stack(cast.MEMBER)))
        opened = window(bot, cast.MEMBER)
    async with running(slack, ADMINS_ALONE) as stricter:
        filled = {"form": {"form": "csv"}, "place": {"place": "mine"}}
        await stricter.person(cast.MEMBER).submit(opened, filled)
        mine = direct(stricter, cast.MEMBER)
        await stricter.until(lambda: bool(stricter.seen(mine, cast.MEMBER)))
        assert "Ask an owner or admin" in read(stricter.seen(mine, cast.MEMBER)[-1])
        assert files(stricter) == []


async def test_a_scope_that_is_not_configured_is_refused_at_each_button(slack: SlackCloud) -> None:
    async with running(slack, Setup()) as bot:
        page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    closed = ScopeCatalog((Scope(ScopeKind.SPACE, "other"),), open=False)
    async with running(slack, Setup(catalog=closed)) as stricter:
        for count, label in enumerate(("Share…", "Export…", "Table", "Charts"), start=2):
            await press(stricter, cast.OWNER, page, label)
            await stricter.until(lambda count=count: len(stricter.seen(cast.GENERAL, cast.OWNER)) == count)  # type: ignore[misc]
        assert stricter.log.readings == 0
