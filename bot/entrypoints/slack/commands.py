"""The slash command with words after it: from its text to an answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.adapters.slack import ids
from bot.adapters.slack.views.help import guide
from bot.adapters.slack.views.notices import BUSY, READING, RESTARTING
from bot.domain.access import ChannelId, UserId
from bot.domain.commands import parse
from bot.domain.errors import UserError
from bot.domain.intents import (
    Export,
    Help,
    ListMutes,
    ListSubscriptions,
    MuteEvents,
    Pause,
    Resume,
    Search,
    ShowStatus,
    Subscribe,
    Unmute,
    Unsubscribe,
)
from bot.domain.query import AuditQuery
from bot.domain.scopes import ScopeCatalog
from bot.domain.typed import tidy, unescape_slack
from bot.domain.uses import Surface
from bot.domain.verbs import may_read
from bot.entrypoints.slack.acknowledgements import CONTEXT_KEY
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.exports import Exports
from bot.entrypoints.slack.line import Line
from bot.entrypoints.slack.managing import Managed, Management
from bot.entrypoints.slack.muting import Muting
from bot.entrypoints.slack.pages import Pages
from bot.entrypoints.slack.requests import Answer, Request
from bot.ports import Clock, Directory
from bot.services.authorize import Gate

_VERBS: Final[Mapping[type[Managed], str]] = {
    Subscribe: "subscribe",
    ListSubscriptions: "subscriptions",
    Pause: "pause",
    Resume: "resume",
    Unsubscribe: "unsubscribe",
    ShowStatus: "status",
}
"""What each is called in the log and in the figures."""

log = structlog.get_logger()


class Commands:
    """Answers ``/mondoo-audit``."""

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        desk: Desk,
        pages: Pages,
        exports: Exports,
        management: Management,
        muting: Muting,
        catalog: ScopeCatalog,
        gate: Gate,
        directory: Directory,
        clock: Clock,
        line: Line,
    ) -> None:
        self._desk = desk
        self._pages = pages
        self._exports = exports
        self._management = management
        self._muting = muting
        self._catalog = catalog
        self._gate = gate
        self._directory = directory
        self._clock = clock
        self._line = line
        self._turning_away = False

    def listen(self, app: AsyncApp) -> None:
        """Hear of the slash command."""
        app.command(ids.COMMAND, matchers=[_has_words])(self.receive)

    async def receive(self, ack: AsyncAck, command: Mapping[str, str], context: AsyncBoltContext) -> None:
        """Acknowledge a command at once, and begin to answer it when that has gone out."""
        user, text = UserId(command["user_id"]), command.get("text", "")
        if self._desk.closing:
            await ack(RESTARTING)
            return
        if may_read(text) and not self._line.has_room(user):
            await ack(BUSY)
            self._turn_away(user)
            return
        await ack(READING)
        self._turning_away = False
        text = unescape_slack(text).strip()
        request = Request(
            user=user,
            channel=ChannelId(command["channel_id"]),
            response_url=command["response_url"],
            command=text,
            verb="command",
            surface=Surface.COMMAND,
            acknowledgement=context.get(CONTEXT_KEY),
        )
        with self._line.place(user):
            await self._desk.serve(request, partial(self._answer, text=text))

    def _turn_away(self, user: UserId) -> None:
        """Count a question that is not asked, and log the first of each such time: a line each would take longer."""
        self._desk.turned_away("command")
        if not self._turning_away:
            log.warning("questions are turned away: too many wait for Mondoo", user=user)
        self._turning_away = True

    async def _answer(self, request: Request, *, text: str) -> Answer:
        if request.acknowledgement is not None:
            await request.acknowledgement.left()
        await self._line.begin()
        person = await self._directory.person(request.user)
        known = self._catalog.known_to(await self._gate.visible(request.user, request.channel))
        try:
            command = parse(text, now=self._clock.now(), zone=person.zone, catalog=known, visible=known.scopes)
        except UserError:
            # Who would be refused whatever they wrote is refused now, not led through corrections first.
            await self._gate.check_any(request.user, request.channel)
            raise
        match command:
            case Help(topic):
                request.verb = "help"
                return Answer(guide(known, topic=topic), "answered")
            case Export():
                request.verb = "export"
                async with self._turn(request, command.query):
                    return await self._exports.answer(request, command)
            case Search(query):
                request.verb = "search"
                async with self._turn(request, query):
                    return await self._pages.answer(request, query, number=0)
            case MuteEvents() | ListMutes() | Unmute():
                return await self._muting.answer(request, command, person)
            case _:
                request.verb = _VERBS[type(command)]
                return await self._management.answer(request, command, person)

    @asynccontextmanager
    async def _turn(self, request: Request, query: AuditQuery) -> AsyncGenerator[None]:
        """A turn to read the log, for which nobody waits who may not see it."""
        request.scope = str(query.scope)
        await self._gate.check(request.user, request.channel, query.scope)
        async with self._line.turn():
            yield


async def _has_words(command: Mapping[str, str]) -> bool:
    """Whether a command says anything that somebody can see."""
    return bool(tidy(unescape_slack(command.get("text", ""))))
