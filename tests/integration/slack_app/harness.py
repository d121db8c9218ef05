"""The real app and its transports, in front of the sandbox's Slack and a log that does as the test says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web
from slack_bolt.async_app import AsyncApp

from bot.adapters.slack.client import open_session, web_client
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.replies import ResponseUrls
from bot.adapters.slack.surfaces import SlackSurfaces
from bot.adapters.slack.views.notices import READING
from bot.domain.access import Policy
from bot.domain.scopes import ScopeCatalog
from bot.entrypoints.slack.app import build_app
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.http import HttpTransport
from bot.entrypoints.slack.in_flight import InFlight
from bot.entrypoints.slack.line import USUAL, Bounds, Line
from bot.entrypoints.slack.socket import SocketTransport
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.ids import ChannelId, UserId
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.person import Person
from bot.services.authorize import Gate
from bot.services.context import Context
from bot.services.mute import Muter
from bot.services.overview import Overviews
from bot.services.prospects import Prospects
from bot.services.snapshots import Snapshots
from bot.services.status import Reporter
from bot.services.subscribe import Subscriber
from bot.wiring.slack import Parts, features
from tests.contract.memory import MemoryStore

from .fakes import FakeAuditLog

PATIENCE = timedelta(seconds=20)
"""How long a test waits for what must happen; it does not wait that long for anything that does happen."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class Setup:
    """What a bot is started with."""

    log: FakeAuditLog = field(default_factory=FakeAuditLog)
    policy: Policy = field(default_factory=Policy)
    catalog: ScopeCatalog = field(default_factory=ScopeCatalog)
    transport: str = "socket"
    bounds: Bounds = USUAL
    store: MemoryStore | None = None
    """What the bot keeps; of its own and empty where a test does not care."""


@dataclass(slots=True)
class Bot:
    """A running bot and the workspace it is in."""

    slack: SlackCloud
    app: AsyncApp
    transport: SocketTransport | HttpTransport
    in_flight: InFlight
    log: FakeAuditLog

    def person(self, user: UserId) -> Person:
        return self.slack.person(user)

    def seen(self, channel: ChannelId, user: UserId) -> list[Message]:
        """What a person sees of the bot in a channel, oldest first."""
        return [each for each in self.slack.workspace.messages(channel, user) if each.bot_id]

    async def ask(self, user: UserId, channel: ChannelId, text: str) -> Message:
        """Type a command, and give the answer that took the place of the acknowledgement."""
        before = len(self.seen(channel, user))
        outcome = await self.person(user).type(channel, f"/mondoo-audit {text}".strip())
        assert outcome.ok, outcome
        await self.until(lambda: len(self.seen(channel, user)) > before and not self._is_open(channel, user))
        return self.seen(channel, user)[-1]

    async def click(self, user: UserId, message: Message, label: str) -> Message:
        """Press a button of a message, and give the message once something else stands in its place."""
        outcome = await self.person(user).click(message, action_of(message, label))
        assert outcome.ok, outcome
        await self.until(lambda: self._now(message, user).blocks != message.blocks)
        return self._now(message, user)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on the workspace holds."""
        assert await self.slack.workspace.changes.until(condition, PATIENCE), "it did not happen"

    def _is_open(self, channel: ChannelId, user: UserId) -> bool:
        """Whether the last command has only been acknowledged yet."""
        return self.seen(channel, user)[-1].text.startswith((READING, "Still reading"))

    def _now(self, message: Message, user: UserId) -> Message:
        return next(each for each in self.seen(message.channel, user) if each.ts == message.ts)


@asynccontextmanager
async def running(slack: SlackCloud, setup: Setup) -> AsyncIterator[Bot]:
    """Run a bot until the context ends; another one may be run after it, as if it had been restarted."""
    clock, in_flight, url = SystemClock(), InFlight(), slack.environment["SLACK_API_URL"]
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session(url))
        client = web_client(slack.credentials.bot_token, session, url)
        directory = SlackDirectory(client, clock)
        snapshots = Snapshots(setup.log, clock)
        stack.push_async_callback(snapshots.aclose)
        store, gate = setup.store or MemoryStore(clock), Gate(setup.policy, directory, setup.catalog)
        surfaces = SlackSurfaces(client, session)
        prospects = Prospects(setup.log, directory, clock)
        subscriber = Subscriber(subscriptions=store.subscriptions, gate=gate, prospects=prospects, clock=clock)
        parts = Parts(
            catalog=setup.catalog,
            gate=gate,
            directory=directory,
            snapshots=snapshots,
            context=Context(store.ledger, timedelta(days=90)),
            overviews=Overviews(
                gate=gate, ledger=store.ledger, subscriber=subscriber, catalog=setup.catalog, clock=clock
            ),
            subscriber=subscriber,
            reporter=Reporter(ledger=store.ledger, subscriptions=store.subscriptions, outbox=store.outbox, clock=clock),
            muter=Muter(
                mutes=store.mutes, subscriptions=store.subscriptions, gate=gate, catalog=setup.catalog, clock=clock
            ),
            uses=store.uses,
            preferences=store.preferences,
            log=setup.log,
            whole=setup.log,
            desk=Desk(ResponseUrls(session, url), surfaces, in_flight, clock, uses=store.uses),
            surfaces=surfaces,
            clock=clock,
            line=Line(setup.bounds),
        )
        app = build_app(client, slack.credentials.signing_secret, features(parts))
        transport: SocketTransport | HttpTransport
        if setup.transport == "http":
            transport = HttpTransport(app, slack.credentials.signing_secret, clock)
            slack.settings.change({"transport": "http", "request_url": await _serve(transport, stack)})
        else:
            transport = SocketTransport(app, slack.credentials.app_token)
        await transport.start()
        stack.push_async_callback(transport.close)
        bot = Bot(slack, app, transport, in_flight, setup.log)
        if setup.transport == "socket":
            await bot.until(lambda: slack.socket.count > 0)
        yield bot


async def _serve(transport: HttpTransport, stack: AsyncExitStack) -> str:
    server = web.Application()
    server.add_routes([transport.route])
    runner = web.AppRunner(server)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


def read(message: Message) -> str:
    """All the words of a message, a line each."""
    return "\n".join(words(list(message.blocks)))


def numbers(message: Message) -> list[int]:
    """The numbers of the events that a message shows, in their order."""
    return [int(number) for number in re.findall(r"event number (\d+)", read(message))]


def labels(message: Message) -> list[str]:
    """The labels of a message's buttons."""
    return [element["text"]["text"] for element in _buttons(message)]


def action_of(message: Message, label: str) -> str:
    """The action of the button with that label."""
    return next(str(each["action_id"]) for each in _buttons(message) if each["text"]["text"] == label)


def _buttons(message: Message) -> list[dict[str, dict[str, str]]]:
    return [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]
