"""The incident lens: what happened around an event or a message, in every log that the person may see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.adapters.slack import ids
from bot.adapters.slack.views import timeline, windows
from bot.adapters.slack.views.focuses import decode, of_message
from bot.domain.scopes import ScopeCatalog
from bot.domain.timelines import Focus, focus_on
from bot.domain.uses import Surface
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.events import Chosen
from bot.entrypoints.slack.payloads import clicked
from bot.entrypoints.slack.requests import Answer, Request
from bot.entrypoints.slack.surfaces import Surfaces
from bot.entrypoints.slack.windows import Windows
from bot.ports import Directory
from bot.services.lens import Lens

_BUTTONS: Final = re.compile(rf"{re.escape(ids.LENS)}\..+", re.DOTALL)
_TITLE: Final = "What happened around it"


class Lenses:
    """Looks around for whoever asks, and shows it to them alone; its buttons carry all that they need.

    In conversations the time line is a message; from a window it is one more window.
    """

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        desk: Desk,
        windows: Windows,
        surfaces: Surfaces,
        lens: Lens,
        directory: Directory,
        catalog: ScopeCatalog,
    ) -> None:
        self._desk = desk
        self._windows = windows
        self._surfaces = surfaces
        self._lens = lens
        self._directory = directory
        self._catalog = catalog

    def listen(self, app: AsyncApp) -> None:
        """Hear of the shortcut in a message's menu, and of the time line's buttons."""
        app.message_shortcut(ids.LENS)(self.receive_shortcut)
        app.action(_BUTTONS)(self.receive_click)

    async def show(self, chosen: Chosen) -> None:
        """Look around an event."""
        focus = focus_on(chosen.trace.at, chosen.trace)
        chosen.request.verb = "lens"
        work = partial(self._answer, focus=focus, replaces=False)
        if chosen.request.response_url is None:  # from a window, or from the App Home
            await self._windows.show(chosen.request, chosen.spot, _TITLE, work)
        else:
            await self._desk.serve(chosen.request, work)

    async def receive_shortcut(self, ack: AsyncAck, body: Mapping[str, object]) -> None:
        """Acknowledge at once, then look around the message's event, or else around the message."""
        await ack()
        request, _ = clicked(body, verb="lens")
        request.surface = Surface.SHORTCUT
        await self._desk.serve(request, partial(self._around_message, message=body.get("message")))

    async def receive_click(self, ack: AsyncAck, body: Mapping[str, object], action: Mapping[str, object]) -> None:
        """Acknowledge at once, then show in the time line's place what the button asks for."""
        await ack()
        request, _ = clicked(body, verb="lens")
        value, view = str(action.get("value", "")), body.get("view")
        if isinstance(view, Mapping):
            work = partial(self._turn_window, value=value, window=str(view["id"]))
        else:
            work = partial(self._turn, value=value)
        await self._desk.serve(request, work)

    async def _around_message(self, request: Request, *, message: object) -> Answer:
        return await self._answer(request, focus=of_message(message), replaces=False)

    async def _turn(self, request: Request, *, value: str) -> Answer:
        return await self._answer(request, focus=decode(value), replaces=True)

    async def _turn_window(self, request: Request, *, value: str, window: str) -> Answer:
        answer = await self._answer(request, focus=decode(value), replaces=True)
        if answer.message is not None:
            await self._surfaces.update(window, windows.window(_TITLE, answer.message, request.channel))
        return Answer(None, answer.outcome)

    async def _answer(self, request: Request, *, focus: Focus, replaces: bool) -> Answer:
        seen = await self._lens.look(request.user, request.channel, focus)
        person = await self._directory.person(request.user)
        message = timeline.view(seen, catalog=self._catalog, zone=person.zone)
        return Answer(message, "partial" if seen.is_partial else "answered", replaces=replaces, shown=len(seen.events))
