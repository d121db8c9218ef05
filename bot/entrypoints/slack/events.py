"""The ways on from an event: its menu in a message, and the buttons of its window."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.adapters.slack import ids
from bot.adapters.slack.views.event import whole
from bot.adapters.slack.views.references import dereference, reference
from bot.domain.errors import UserError
from bot.domain.scopes import ScopeCatalog
from bot.domain.traces import Trace
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.payloads import clicked
from bot.entrypoints.slack.requests import Answer, Request
from bot.entrypoints.slack.windows import Spot, Windows
from bot.ports import AuditLog
from bot.services.authorize import Gate
from bot.services.context import Context
from bot.services.find import find

_ANY_WAY: Final = re.compile(re.escape(ids.EVENT_MENU) + r"(\..+)?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody wants to go on from an event."""

    request: Request
    """Whoever goes on gives it a verb of their own."""
    spot: Spot
    """Where to open a window, at once."""
    trace: Trace
    """Of the event. Whether the person may see it has not been asked yet."""


Way = Callable[[Chosen], Awaitable[None]]


class EventMenu:
    """Leads on from an event, each option of its menu by a way of its own."""

    def __init__(self, *, desk: Desk, ways: Mapping[str, Way]) -> None:
        """``ways`` are by the value of their option."""
        self._desk = desk
        self._ways = ways

    def listen(self, app: AsyncApp) -> None:
        """Hear of the menus, and of the buttons that lead the same ways."""
        app.action(_ANY_WAY)(self.receive)

    async def receive(self, ack: AsyncAck, body: Mapping[str, object], action: Mapping[str, object]) -> None:
        """Acknowledge at once, then go the chosen way."""
        await ack()
        request, trigger = clicked(body, verb="event")
        option = action.get("selected_option")
        if isinstance(option, Mapping):
            value, name = str(option.get("value")), str(action.get("block_id", ""))
        else:
            value = str(action["action_id"]).removeprefix(f"{ids.EVENT_MENU}.")
            name = str(action.get("value", ""))
        try:
            way = self._ways.get(value, _unknown)
            await way(Chosen(request, Spot.of(trigger, body.get("view")), dereference(name)))
        except UserError as error:
            await self._desk.serve(request, _raising(error))


class EventDetails:
    """Shows an event whole, in a window."""

    def __init__(self, *, windows: Windows, gate: Gate, catalog: ScopeCatalog, log: AuditLog, context: Context) -> None:
        self._windows = windows
        self._gate = gate
        self._catalog = catalog
        self._log = log
        self._context = context

    async def show(self, chosen: Chosen) -> None:
        """Open the window, and fill it with the event as the log has it now."""

        async def work(request: Request) -> Answer:
            trace = chosen.trace
            request.scope = str(trace.scope)
            person = await self._gate.check(request.user, request.channel, trace.scope)
            found = await find(self._log, trace)
            notes = [story.words for story in await self._context.about(found.event)]
            alias = self._catalog.alias_of(trace.scope)
            shown = whole(
                found.event,
                found.coverage,
                alias=alias,
                zone=person.zone,
                reference=reference(trace),
                notes=notes,
            )
            return Answer(shown, "answered", shown=1)

        chosen.request.verb = "details"
        await self._windows.show(chosen.request, chosen.spot, "Event", work)


async def _unknown(_chosen: Chosen) -> None:
    raise UserError(
        "This message is from another version of the bot, and this way on from it no longer works.",
        advice="Please ask again with the command.",
    )


def _raising(error: UserError) -> Callable[[Request], Awaitable[Answer]]:
    async def work(_request: Request) -> Answer:
        raise error

    return work
