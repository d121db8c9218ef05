from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.adapters.slack import ids
from bot.adapters.slack.composer import SlackComposer
from bot.adapters.slack.views.timeline import SHOWN
from bot.domain.access import Policy, Rule, UserId
from bot.domain.deliveries import Message as Told
from bot.domain.errors import Unavailable
from bot.domain.query import Order, Window
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.subscriptions import Mode
from bot.sandbox.slack import cast
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.ids import ChannelId
from bot.sandbox.slack.ids import UserId as SlackUserId
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.views import View
from tests.unit.slack.tidings import busy, digest, subscription

from .digests import menus, posted
from .harness import Bot, Setup, labels, read

PROD = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
LAB = Scope(ScopeKind.SPACE, "lab-1", Region.EU)
QUESTION = "org=mondoo-organization-1 since=2024-01-01"


@pytest.fixture
def setup() -> Setup:
    return Setup(
        catalog=ScopeCatalog(scopes=(PROD, LAB), aliases=(("prod", PROD), ("lab", LAB))),
        policy=Policy(Rule(users=frozenset({UserId(cast.MEMBER)}))),
    )


async def answer_after(bot: Bot, user: SlackUserId, count: int) -> Message:
    """The newest of the bot's messages, once there are more than so many."""
    await bot.until(lambda: len(bot.seen(cast.GENERAL, user)) > count)
    return bot.seen(cast.GENERAL, user)[-1]


async def from_menu(bot: Bot) -> Message:
    """The time line around the sixth event of an answer."""
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    menus = [block for block in page.blocks if block.get("accessory", {}).get("type") == "overflow"]
    outcome = await bot.person(cast.OWNER).click(page, ids.EVENT_MENU, "lens", block_id=menus[5]["block_id"])
    assert outcome.ok, outcome
    return await answer_after(bot, cast.OWNER, 1)


async def test_an_events_menu_leads_to_what_happened_around_it_in_every_log(bot: Bot) -> None:
    line = await from_menu(bot)
    words = read(line)
    assert "72 events in 2 logs" in words
    assert "in prod (US)" in words
    assert "in lab (EU)" in words
    assert "The event" in words
    assert line.ephemeral_for == cast.OWNER


async def test_the_time_line_turns_in_its_place(bot: Bot) -> None:
    line = await from_menu(bot)
    narrow = await bot.click(cast.OWNER, line, "±10 min")
    assert "10 min before and after" in read(narrow)
    assert "±30 min" in labels(narrow)
    moved = await bot.click(cast.OWNER, narrow, "Earlier")
    assert "The event" not in read(await bot.click(cast.OWNER, moved, "Earlier"))
    assert len(bot.seen(cast.GENERAL, cast.OWNER)) == 2


async def test_a_log_that_cannot_be_read_is_told(bot: Bot) -> None:
    bot.log.fails = {}
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    bot.log.fails = {0: Unavailable("Mondoo answered 503.")}
    (menu, *_) = [block for block in page.blocks if block.get("accessory", {}).get("type") == "overflow"]
    assert (await bot.person(cast.OWNER).click(page, ids.EVENT_MENU, "lens", block_id=menu["block_id"])).ok
    line = await answer_after(bot, cast.OWNER, 1)
    assert "Could not read the log of prod (US): Mondoo answered 503." in read(line)
    assert "Nothing happened" not in read(line)


async def test_any_message_can_be_looked_around(bot: Bot) -> None:
    said = (await bot.person(cast.OWNER).type(cast.GENERAL, "who did that?")).message
    assert said is not None
    assert (await bot.person(cast.OWNER).shortcut(ids.LENS, said)).ok
    line = await answer_after(bot, cast.OWNER, 0)
    assert "Nothing happened in this time." in read(line)
    assert str(datetime.now(UTC).year) in read(line)
    assert line.ephemeral_for == cast.OWNER


async def test_a_digest_is_looked_around_by_its_riskiest_event(bot: Bot) -> None:
    parcel = SlackComposer(ScopeCatalog()).digest(digest(busy(1)))
    (part,) = parcel.parts
    assert isinstance(part, Told)
    ts = bot.slack.workspace.timelines.next_ts(cast.GENERAL)
    posted = Message(cast.GENERAL, ts, cast.BOT_USER, "digest", blocks=_numbered(part), bot_id=cast.BOT)
    bot.slack.workspace.post(posted, "bot")
    assert (await bot.person(cast.OWNER).shortcut(ids.LENS, posted)).ok
    line = await answer_after(bot, cast.OWNER, 1)
    assert "on 22 March 2024" in read(line)
    clicked = await bot.person(cast.OWNER).click(posted, f"{ids.EVENT_MENU}.lens")
    assert clicked.ok
    again = await answer_after(bot, cast.OWNER, 2)
    assert read(again) == read(line)


async def test_who_may_see_nothing_is_refused(bot: Bot) -> None:
    said = (await bot.person(cast.GUEST).type(cast.GENERAL, "hm")).message
    assert said is not None
    assert (await bot.person(cast.GUEST).shortcut(ids.LENS, said)).ok
    told = await answer_after(bot, cast.GUEST, 0)
    assert "You may" in read(told) or "Guests may" in read(told)
    assert "prod" not in read(told)
    assert bot.log.readings == 0


async def test_from_an_events_window_it_opens_above_and_turns_there(bot: Bot) -> None:
    page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    person, views = bot.person(cast.OWNER), bot.slack.workspace.views
    (menu, *_) = [block for block in page.blocks if block.get("accessory", {}).get("type") == "overflow"]
    assert (await person.click(page, ids.EVENT_MENU, "details", block_id=menu["block_id"])).ok
    await bot.until(lambda: "As Mondoo sent it" in _words(views.stack(cast.OWNER)))
    assert (await person.click(views.stack(cast.OWNER)[-1], f"{ids.EVENT_MENU}.lens")).ok
    await bot.until(lambda: "30 min before and after" in _words(views.stack(cast.OWNER)))
    assert len(views.stack(cast.OWNER)) == 2
    assert (await person.click(views.stack(cast.OWNER)[-1], f"{ids.LENS_RADIUS}.10")).ok
    await bot.until(lambda: "10 min before and after" in _words(views.stack(cast.OWNER)))
    assert len(views.stack(cast.OWNER)) == 2


def _words(stack: list[View] | tuple[View, ...]) -> str:
    return "\n".join(words(list(stack[-1].blocks))) if stack else ""


def _numbered(part: Told) -> tuple[dict[str, object], ...]:
    blocks = part.forms[0]["blocks"]
    assert isinstance(blocks, list)
    return tuple({"block_id": f"b{number}", **block} for number, block in enumerate(blocks))


@pytest.mark.parametrize("mode", list(Mode))
async def test_each_event_of_a_digest_or_an_alert_has_its_menu_in_the_message_and_in_its_thread(
    bot: Bot, mode: Mode
) -> None:
    (log,) = [page async for page in bot.log.read(PROD, Window(), Order.NEWEST_FIRST)]
    told = digest(log.events[:12], subscription=subscription(mode=mode))
    root, reply = await posted(bot, told, ChannelId(cast.SECURITY_AUDIT))
    whole = [reply] if mode is Mode.DIGEST else [root, reply]
    assert sum(len(menus(message)) for message in whole) == 12
    person = bot.person(cast.OWNER)
    for message in whole:
        assert (await person.click(message, ids.EVENT_MENU, "lens", block_id=menus(message)[-1])).ok
        await bot.in_flight.settled()
    in_channel = [each for each in bot.seen(cast.SECURITY_AUDIT, cast.OWNER) if each.ephemeral_for]
    in_thread = bot.slack.workspace.thread(cast.SECURITY_AUDIT, root.ts, cast.OWNER)[1:]
    assert (len(in_channel), len(in_thread)) == (len(whole) - 1, 1)
    assert all("30 min before and after" in read(each) for each in [*in_channel, *in_thread])


async def test_each_event_of_the_time_line_leads_on_and_no_window_goes_above_the_third(bot: Bot) -> None:
    line = await from_menu(bot)
    person, views = bot.person(cast.OWNER), bot.slack.workspace.views
    assert len(menus(line)) == SHOWN
    assert (await person.click(line, ids.EVENT_MENU, "details", block_id=menus(line)[-1])).ok
    await bot.in_flight.settled()
    for depth in (2, 3, 3):
        window = views.stack(cast.OWNER)[-1]
        if menus(window):
            assert (await person.click(window, ids.EVENT_MENU, "details", block_id=menus(window)[0])).ok
        else:
            assert (await person.click(window, f"{ids.EVENT_MENU}.lens")).ok
        await bot.in_flight.settled()
        assert len(views.stack(cast.OWNER)) == depth
    assert "30 min before and after" in _words(views.stack(cast.OWNER))
