"""Answers as files: asked for by command or in a window, read whole, and told of while they are read."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import BinaryIO, Final, Self, cast

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.adapters.slack import ids
from bot.adapters.slack.views import export_window, exports
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.tickets import decode
from bot.domain.access import ChannelId, UserId
from bot.domain.coverage import Coverage
from bot.domain.deliveries import MessageTs
from bot.domain.errors import UpstreamError, UserError
from bot.domain.exports import file_name
from bot.domain.formats import FileFormat
from bot.domain.intents import Export
from bot.domain.moments import describe_window
from bot.domain.scopes import ScopeCatalog
from bot.domain.uses import Surface
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.pages import told
from bot.entrypoints.slack.payloads import clicked, identity
from bot.entrypoints.slack.requests import Answer, Request
from bot.entrypoints.slack.surfaces import Surfaces
from bot.ports import AuditLog, Clock
from bot.services.authorize import Gate
from bot.services.export import export

log = structlog.get_logger()

_EVERY: Final = timedelta(seconds=3)
"""How often somebody is told how far an export has come; a shorter one tells nothing but that it is done."""


class Exports:
    """Gives answers as files."""

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self, *, desk: Desk, surfaces: Surfaces, gate: Gate, catalog: ScopeCatalog, whole: AuditLog, clock: Clock
    ) -> None:
        """``whole`` is the log, for who wants a window whole."""
        self._desk = desk
        self._surfaces = surfaces
        self._gate = gate
        self._catalog = catalog
        self._whole = whole
        self._clock = clock

    def listen(self, app: AsyncApp) -> None:
        """Hear of the button, and of the window that it opens."""
        app.action(re.compile(re.escape(ids.PAGE_EXPORT)))(self.open)
        app.view(ids.EXPORT_WINDOW)(self.submit)

    async def open(self, ack: AsyncAck, body: Mapping[str, object], action: Mapping[str, object]) -> None:
        """Acknowledge a click at once, and open the window that asks for a format and a place."""
        await ack()
        request, trigger = clicked(body, verb="export")
        await self._desk.serve(request, partial(self._open, trigger=trigger, value=str(action.get("value", ""))))

    async def submit(self, ack: AsyncAck, body: Mapping[str, object], view: Mapping[str, object]) -> None:
        """Close the window at once, and export; what becomes of it is told in the person's own messages."""
        await ack()
        user = UserId(identity(body["user"]))
        request = Request(user, ChannelId(user), None, None, "export", posted_to=ChannelId(user))
        await self._desk.serve(request, partial(self._submitted, view=view))

    async def answer(self, request: Request, wanted: Export) -> Answer:
        """The file, shared where it was wanted, and what became of it.

        Raises:
            AccessDenied: the person may not see that scope there.
            UserError: another channel was named.
            BotError: Slack did not say who they are, or did not take the file.
        """
        if wanted.channel not in {None, request.channel}:
            raise UserError(
                "A file goes to your own messages with the bot, or to the channel where you ask.",
                advice="Leave “channel” out, or ask in that channel.",
            )
        request.scope = str(wanted.query.scope)
        request.tells = True
        request.surface = Surface.EXPORT
        await self._gate.check(request.user, request.channel, wanted.query.scope)
        mine = await self._surfaces.direct(request.user)
        name = self._catalog.alias_of(wanted.query.scope) or wanted.query.scope.id
        async with _Telling(self._surfaces, self._clock, mine, name) as telling:
            with cast("BinaryIO", tempfile.TemporaryFile()) as file:
                coverage = await export(self._whole, wanted.query, wanted.form, file, telling.progress)
                if coverage.matched:
                    # Reading may have taken long: who was sent away meanwhile gets nothing.
                    person = await self._gate.check(request.user, request.channel, wanted.query.scope)
                    await self._upload(wanted, coverage, file, wanted.channel or mine, name, person.zone)
            here = wanted.channel is not None and wanted.channel != mine
            ended = exports.ended(name, coverage, place="in this channel" if here else "in your messages with the bot")
            await telling.end(ended)
        return Answer(ended, told(coverage), replaces=request.command is not None, shown=coverage.matched)

    async def _upload(  # noqa: PLR0913, PLR0917 — what a file is shared with
        self, wanted: Export, coverage: Coverage, file: BinaryIO, channel: ChannelId, name: str, zone: str
    ) -> None:
        asked = describe_window(wanted.query.window, zone)
        await self._surfaces.upload(
            channel,
            file_name(wanted.query, wanted.form, self._clock.now(), complete=coverage.complete),
            f"{coverage.matched:,} events of {name}{'' if coverage.complete else ' (partial)'}",
            file,
            exports.comment(name, coverage, asked),
        )

    async def _open(self, request: Request, *, trigger: str, value: str) -> Answer:
        scope = decode(value).query.scope
        person = await self._gate.check(request.user, request.channel, scope)
        window = export_window.window(value, request.channel, catalog=self._catalog, zone=person.zone)
        await self._surfaces.open(trigger, window)
        return Answer(None, "opened")

    async def _submitted(self, request: Request, *, view: Mapping[str, object]) -> Answer:
        wish = export_window.wish(str(view.get("private_metadata", "")))
        request.channel = wish.channel
        form = FileFormat(_picked(view, export_window.FORM))
        here = export_window.is_for_here(_picked(view, export_window.PLACE))
        answer = await self.answer(request, Export(wish.ticket.query, form, wish.channel if here else None))
        return answer if here else Answer(None, answer.outcome, shown=answer.shown)


class _Telling:
    """A message in somebody's own messages that says how far an export has come, and at last what became of it."""

    def __init__(self, surfaces: Surfaces, clock: Clock, channel: ChannelId, name: str) -> None:
        self._surfaces = surfaces
        self._clock = clock
        self._channel = channel
        self._name = name
        self._last = clock.now()
        self._message: MessageTs | None = None
        self._over = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and not self._over:
            stopping = issubclass(kind, asyncio.CancelledError)
            await self.end(exports.interrupted(self._name) if stopping else exports.not_sent(self._name))

    async def progress(self, coverage: Coverage) -> None:
        """Tell, unless it was told just now."""
        now = self._clock.now()
        if now - self._last < _EVERY or coverage.complete:
            return
        self._last = now
        content = exports.under_way(self._name, coverage)
        try:
            if self._message is None:
                self._message = await self._surfaces.post(self._channel, content)
            else:
                await self._surfaces.change(self._channel, self._message, content)
        except UpstreamError as error:
            log.warning("progress was not told", reason=str(error))

    async def end(self, content: Json) -> None:
        """Tell what became of it, where anything was told before."""
        self._over = True
        if self._message is None:
            return
        try:
            await self._surfaces.change(self._channel, self._message, content)
        except UpstreamError as error:
            log.warning("the end of an export was not told", reason=str(error))


def _picked(view: Mapping[str, object], name: str) -> str:
    """What was chosen in a field."""
    found: object = view
    for key in ("state", "values", name, name, "selected_option", "value"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return str(found)
