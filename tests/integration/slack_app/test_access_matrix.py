"""Who may see what, where, and by which way: a table that was written down without looking at the code.

Each cell is tried against the real app in front of the sandbox's Slack, and read from the record of uses; so the table
also shows that every use is recorded, the refused ones too. A new way to ask becomes a function in ``WAYS``.

The settings of the table name two logs. ``own`` has a rule of its own: the on-call group, one guest by ID, and every
full member who asks in the channel that is shared with another organization. ``default`` has none, so owners and admins
see it.
``unknown`` is not among the settings, which are all there is.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

import pytest

from bot.adapters.slack import ids
from bot.adapters.slack.views import blocks, export_window
from bot.adapters.slack.views.references import reference
from bot.adapters.slack.views.tickets import Ticket, encode
from bot.domain import access
from bot.domain.digests import Digest
from bot.domain.query import AuditQuery, Order, Window
from bot.domain.scopes import Scope, ScopeCatalog, ScopeKind
from bot.domain.subscriptions import Mode
from bot.domain.traces import trace_of
from bot.ports import LogPage
from bot.sandbox.slack import cast
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.ids import ChannelId, UserId
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.view_stack import ViewStack
from tests.contract.memory import MemoryStore
from tests.unit.slack.tidings import digest, subscription

from .digests import menus, posted
from .fakes import FakeAuditLog
from .harness import Bot, Setup, SystemClock, running

TABLE: Final = """
             own   default  unknown
owner
  public     no    yes      no
  private    no    yes      no
  direct     no    yes      no
  shared     yes   no       no
admin
  public     no    yes      no
  direct     no    yes      no
  shared     yes   no       no
member
  public     yes   no       no
  private    yes   no       no
  direct     yes   no       no
  shared     yes   no       no
guest
  public     yes   no       no
  direct     yes   no       no
stranger
  shared     no    no       no
"""
"""Whether somebody sees a log there. Who cannot be in a conversation has no line for it."""

PEOPLE: Final = {
    "owner": cast.OWNER,
    "admin": cast.ADMIN,
    "member": cast.MEMBER,
    "guest": cast.GUEST,
    "stranger": cast.STRANGER,
}
PLACES: Final = {"public": cast.GENERAL, "private": cast.PRIVATE, "shared": cast.SHARED}
LOGS: Final = {
    "own": Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1"),
    "default": Scope(ScopeKind.SPACE, "mondoo-space-1"),
    "unknown": Scope(ScopeKind.ORGANIZATION, "elsewhere"),
}
POLICY: Final = access.Policy(
    scopes={
        LOGS["own"]: access.Rule(
            users=frozenset({access.UserId(cast.GUEST)}),
            groups=frozenset({access.GroupId(cast.ONCALL_GROUP)}),
            channels=frozenset({access.ChannelId(cast.SHARED)}),
            admins=False,
        )
    }
)
CATALOG: Final = ScopeCatalog((LOGS["own"], LOGS["default"]), open=False)


class Cell(NamedTuple):
    """One case of the table."""

    who: str
    where: str
    log: str


def cells() -> Iterator[tuple[Cell, bool]]:
    """The table, case by case."""
    heading, *lines = TABLE.strip("\n").splitlines()
    who = ""
    for line in lines:
        if not line.startswith(" "):
            who = line
            continue
        where, *answers = line.split()
        for log, answer in zip(heading.split(), answers, strict=True):
            yield Cell(who, where, log), answer == "yes"


EXPECTED: Final = dict(cells())


async def command(bot: Bot, user: UserId, channel: ChannelId, scope: Scope) -> None:
    await bot.person(user).type(channel, f"/mondoo-audit {scope.argument} since=2024-01-01")


async def export(bot: Bot, user: UserId, channel: ChannelId, scope: Scope) -> None:
    await bot.person(user).type(channel, f"/mondoo-audit export {scope.argument} since=2024-01-01")


async def page(bot: Bot, user: UserId, channel: ChannelId, scope: Scope) -> None:
    await click(bot, user, channel, ids.PAGE_OLDER, ticket(scope))


async def share(bot: Bot, user: UserId, channel: ChannelId, scope: Scope) -> None:
    await click(bot, user, channel, ids.PAGE_SHARE, ticket(scope))


async def details(bot: Bot, user: UserId, channel: ChannelId, scope: Scope) -> None:
    pages = [page async for page in FakeAuditLog().read(scope, Window(), Order.NEWEST_FIRST)]
    newest = pages[0].events[0]
    await click(bot, user, channel, f"{ids.EVENT_MENU}.details", reference(trace_of(newest)))


async def submission(bot: Bot, user: UserId, channel: ChannelId, scope: Scope) -> None:
    """Send a window that was opened while one might still see that log."""
    window = export_window.window(ticket(scope), access.ChannelId(channel), catalog=CATALOG, zone="UTC")
    await bot.person(user).submit(ViewStack(bot.slack.workspace, bot.slack.settings).open(user, window))
    await bot.in_flight.settled()


async def digest_menu(bot: Bot, user: UserId, channel: ChannelId, scope: Scope) -> None:
    """Pick Details in the menu of an event in a digest's thread."""
    *_, reply = await posted(bot, await told(scope, Mode.DIGEST), channel)
    await bot.person(user).click(reply, ids.EVENT_MENU, "details", block_id=menus(reply)[0])


async def alert_menu(bot: Bot, user: UserId, channel: ChannelId, scope: Scope) -> None:
    """Pick Details in the menu of an event in an alert."""
    alert, *_ = await posted(bot, await told(scope, Mode.ALERT), channel)
    await bot.person(user).click(alert, ids.EVENT_MENU, "details", block_id=menus(alert)[0])


async def told(scope: Scope, mode: Mode) -> Digest:
    """A digest of a few events of a log, more than its message shows whole."""
    (log,) = [page async for page in FakeAuditLog(size=6).read(scope, Window(), Order.NEWEST_FIRST)]
    return digest(log.events, subscription=subscription(scopes=(scope,), mode=mode))


Way = Callable[[Bot, UserId, ChannelId, Scope], Awaitable[None]]
WAYS: Final[dict[str, Way]] = {
    "command": command,
    "click on a page": page,
    "click on an event": details,
    "submission": submission,
    "share": share,
    "export": export,
    "menu in a digest": digest_menu,
    "menu in an alert": alert_menu,
}
"""By which ways to ask for a log."""


async def click(bot: Bot, user: UserId, channel: ChannelId, action: str, value: str) -> None:
    """Press a button of a message that everybody there sees."""
    ts = bot.slack.workspace.timelines.next_ts(channel)
    row = {**blocks.actions(blocks.button(action, "Press", value)), "block_id": "row"}
    message = Message(channel, ts, cast.BOT_USER, "Press", blocks=(row,), bot_id=cast.BOT)
    bot.slack.workspace.post(message, "bot")
    await bot.person(user).click(message, action)


def ticket(scope: Scope) -> str:
    value = encode(Ticket(AuditQuery(scope, Window()), 0))
    assert value is not None
    return value


def place(bot: Bot, cell: Cell) -> ChannelId:
    if cell.where == "direct":
        return bot.slack.workspace.open_direct_channel(PEOPLE[cell.who]).id
    return PLACES[cell.where]


@pytest.mark.parametrize("way", WAYS)
async def test_who_sees_what_where(slack: SlackCloud, way: str) -> None:
    store = MemoryStore(SystemClock())
    async with running(slack, Setup(policy=POLICY, catalog=CATALOG, store=store)) as bot:
        places = {cell: place(bot, cell) for cell in EXPECTED}
        for cell in EXPECTED:
            await WAYS[way](bot, PEOPLE[cell.who], places[cell], LOGS[cell.log])
        await bot.in_flight.settled()
        uses = await store.uses.recent(1000)
        outcomes = {(use.user, use.channel, use.scope): use.outcome for use in uses}
    found = {
        cell: outcomes.get((access.UserId(PEOPLE[cell.who]), access.ChannelId(places[cell]), str(LOGS[cell.log])))
        for cell in EXPECTED
    }
    allowed = {cell: outcome in {"answered", "shared"} for cell, outcome in found.items()}
    assert allowed == EXPECTED, found
    refused = {outcome for cell, outcome in found.items() if not EXPECTED[cell]}
    assert refused <= {"denied", "mistake", None}
    assert all(use.shown == 0 for use in uses if use.outcome != "answered")
    assert all(use.shown > 0 for use in uses if use.outcome == "answered")


class WatchedLog(FakeAuditLog):
    """A log that notes in ``seen`` whose it was asked to be."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[Scope] = set()

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        self.seen.add(scope)
        async for page in super().read(scope, window, order):
            yield page


async def test_who_looks_around_a_message_by_its_shortcut_sees_no_other_log(slack: SlackCloud) -> None:
    log = WatchedLog()
    found: dict[Cell, bool] = {}
    async with running(slack, Setup(policy=POLICY, catalog=CATALOG, log=log)) as bot:
        for who, where in dict.fromkeys((cell.who, cell.where) for cell in EXPECTED):
            channel = place(bot, Cell(who, where, ""))
            ts = bot.slack.workspace.timelines.next_ts(channel)
            message = Message(channel, ts, cast.OWNER, "Who did that?")
            bot.slack.workspace.post(message, "message")
            log.seen.clear()
            await bot.person(PEOPLE[who]).shortcut(ids.LENS, message)
            await bot.in_flight.settled()
            found |= {Cell(who, where, name): scope in log.seen for name, scope in LOGS.items()}
    assert found == EXPECTED


async def test_who_looks_around_a_digest_by_its_button_sees_no_other_log(slack: SlackCloud) -> None:
    log = WatchedLog()
    found: dict[Cell, bool] = {}
    async with running(slack, Setup(policy=POLICY, catalog=CATALOG, log=log)) as bot:
        for who, where in dict.fromkeys((cell.who, cell.where) for cell in EXPECTED):
            channel = place(bot, Cell(who, where, ""))
            message, *_ = await posted(bot, await told(LOGS["unknown"], Mode.DIGEST), channel)
            log.seen.clear()
            await bot.person(PEOPLE[who]).click(message, f"{ids.EVENT_MENU}.lens")
            await bot.in_flight.settled()
            found |= {Cell(who, where, name): scope in log.seen for name, scope in LOGS.items()}
    assert found == EXPECTED


@pytest.mark.parametrize("mode", list(Mode))
async def test_who_mutes_from_a_digest_or_an_alert(slack: SlackCloud, mode: Mode) -> None:
    """Owners and admins do, of a log that they see there by right; nobody manages the log with a rule of its own."""
    store = MemoryStore(SystemClock())
    async with running(slack, Setup(policy=POLICY, catalog=CATALOG, store=store)) as bot:
        places = {cell: place(bot, cell) for cell in EXPECTED}
        for cell in EXPECTED:
            message, *_ = await posted(bot, await told(LOGS[cell.log], mode), places[cell])
            await bot.person(PEOPLE[cell.who]).click(message, f"{ids.EVENT_MENU}.mute")
        await bot.in_flight.settled()
        uses = await store.uses.recent(1000)
    outcomes = {(use.user, use.channel, use.scope): use.outcome for use in uses}
    for cell, sees in EXPECTED.items():
        who, where = access.UserId(PEOPLE[cell.who]), access.ChannelId(places[cell])
        outcome = outcomes[who, where, str(LOGS[cell.log])]
        assert outcome == ("answered" if sees and cell.log == "default" else "denied"), cell
    assert len(uses) == len(EXPECTED)


def has_home(bot: Bot, user: UserId) -> bool:
    return bot.slack.workspace.views.home(user) is not None


async def test_the_app_home_names_the_logs_that_somebody_sees_in_direct_messages(slack: SlackCloud) -> None:
    direct = {cell: answer for cell, answer in EXPECTED.items() if cell.where == "direct"}
    found: dict[Cell, bool] = {}
    async with running(slack, Setup(policy=POLICY, catalog=CATALOG)) as bot:
        for who in dict.fromkeys(cell.who for cell in direct):
            await bot.person(PEOPLE[who]).open_home()
            await bot.until(partial(has_home, bot, PEOPLE[who]))
            await bot.in_flight.settled()
            home = bot.slack.workspace.views.home(PEOPLE[who])
            assert home is not None
            said = " ".join(words(list(home.blocks)))
            found |= {Cell(who, "direct", name): scope.id in said for name, scope in LOGS.items()}
    assert found == direct


def test_the_table_is_as_large_as_it_should_be() -> None:
    assert len(EXPECTED) * (len(WAYS) + 4) >= 500
