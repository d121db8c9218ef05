"""The window that mutes events like a certain one: opened from the event's menu, checked again when it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.adapters.slack import ids
from bot.adapters.slack.views import mute_window, mutes, windows
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.mute_window import TITLE, Filled, Origin, Unfinished
from bot.adapters.slack.views.notices import RESTARTING
from bot.adapters.slack.views.references import reference
from bot.domain.access import ChannelId, UserId
from bot.domain.errors import BotError, UserError
from bot.domain.scopes import ScopeCatalog
from bot.domain.uses import Surface
from bot.entrypoints.slack.acknowledgements import CONTEXT_KEY, Acknowledgement
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.errors import explain, outcome
from bot.entrypoints.slack.events import Chosen
from bot.entrypoints.slack.payloads import identity
from bot.entrypoints.slack.requests import Answer, Request
from bot.entrypoints.slack.surfaces import Surfaces
from bot.ports import AuditLog, Clock, Directory
from bot.services.authorize import Gate
from bot.services.find import find
from bot.services.mute import Muter


class MuteWindow:
    """Mutes events like the one that somebody points at. What comes of it is shown in the window itself."""

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        desk: Desk,
        surfaces: Surfaces,
        muter: Muter,
        gate: Gate,
        directory: Directory,
        catalog: ScopeCatalog,
        log: AuditLog,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._surfaces = surfaces
        self._muter = muter
        self._gate = gate
        self._directory = directory
        self._catalog = catalog
        self._log = log
        self._clock = clock

    def listen(self, app: AsyncApp) -> None:
        """Hear of windows that are sent."""
        app.view(ids.MUTE_WINDOW)(self.receive)

    async def show(self, chosen: Chosen) -> None:
        """Open the window for an event, to those who manage what is told of its log."""
        chosen.request.verb = "mute"
        await self._desk.serve(chosen.request, partial(self._open, chosen=chosen))

    async def receive(
        self, ack: AsyncAck, body: Mapping[str, object], view: Mapping[str, object], context: AsyncBoltContext
    ) -> None:
        """Say at once what is missing, beside its field; else mute, and say in the window what became of it."""
        if self._desk.closing:  # what was filled in stays
            await ack(response_action="errors", errors={mute_window.REASON: RESTARTING})
            return
        try:
            filled = mute_window.read(view, self._clock.now())
        except Unfinished as unfinished:
            await ack(response_action="errors", errors=dict(unfinished.words))
            return
        except UserError as error:
            await ack(response_action="update", view=windows.window(TITLE, explain(error), ChannelId("")))
            return
        await ack(response_action="update", view=windows.reading(TITLE, filled.channel))
        user = UserId(identity(body["user"]))
        request = Request(
            user, filled.channel, None, None, "mute", surface=Surface.SUBMISSION, posted_to=ChannelId(user)
        )
        acknowledged: Acknowledgement | None = context.get(CONTEXT_KEY)
        await self._desk.serve(
            request, partial(self._mute, filled=filled, window=str(view["id"]), acknowledged=acknowledged)
        )

    async def _open(self, request: Request, *, chosen: Chosen) -> Answer:
        trace = chosen.trace
        request.scope = str(trace.scope)
        window = await chosen.spot.open(self._surfaces, windows.reading(TITLE, request.channel))

        async def fields() -> Json:
            await self._gate.check_manager(request.user, request.channel, trace.scope)
            found = await find(self._log, trace)
            return mute_window.view(found.event, Origin(request.channel, reference(trace)), catalog=self._catalog)

        return await self._fill(request, window, fields)

    async def _mute(
        self, request: Request, *, filled: Filled, window: str, acknowledged: Acknowledgement | None
    ) -> Answer:
        terms = filled.terms
        request.scope = "" if terms.scope is None else str(terms.scope)

        async def muted() -> Json:
            person = await self._directory.person(request.user)
            made = await self._muter.mute(request.user, request.channel, terms)
            return windows.window(TITLE, mutes.made(made, catalog=self._catalog, zone=person.zone), request.channel)

        if acknowledged is not None:  # with it the window changes: what is shown next must not come before
            await acknowledged.arrived()
        return await self._fill(request, window, muted)

    async def _fill(self, request: Request, window: str, work: Callable[[], Awaitable[Json]]) -> Answer:
        """Show in an open window what a work gives, or the words for why there is nothing."""
        content, ended = windows.broken(TITLE, request.channel), "error"
        try:
            content, ended = await work(), "answered"
        except BotError as error:
            content, ended = windows.window(TITLE, explain(error), request.channel), outcome(error)
        finally:
            await self._surfaces.update(window, content)
        return Answer(None, ended)
