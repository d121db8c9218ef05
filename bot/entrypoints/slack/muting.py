"""What people ask of mute rules: from the command to the answer."""

from __future__ import annotations

from typing import assert_never

from bot.adapters.slack.views import mutes
from bot.domain.access import Person
from bot.domain.intents import ListMutes, MuteEvents, Unmute
from bot.domain.scopes import ScopeCatalog
from bot.entrypoints.slack.requests import Answer, Request
from bot.services.mute import Muter

Muted = MuteEvents | ListMutes | Unmute
"""The commands that are answered here."""


class Muting:
    """Answers commands about mute rules."""

    def __init__(self, *, muter: Muter, catalog: ScopeCatalog) -> None:
        self._muter = muter
        self._catalog = catalog

    async def answer(self, request: Request, command: Muted, person: Person) -> Answer:
        """The answer to a command.

        Raises:
            AccessDenied: the person may not do that here.
            UserError: there is no such rule, or there are too many.
            BotError: Slack, or the store, did not do its part.
        """
        user, channel, zone = request.user, request.channel, person.zone
        match command:
            case MuteEvents(terms):
                request.verb, request.scope = "mute", "" if terms.scope is None else str(terms.scope)
                made = await self._muter.mute(user, channel, terms)
                return Answer(mutes.made(made, catalog=self._catalog, zone=zone), "answered")
            case ListMutes():
                request.verb = "mutes"
                found = await self._muter.visible(user, channel)
                return Answer(mutes.listing(found, catalog=self._catalog, zone=zone), "answered")
            case Unmute(number):
                request.verb = "unmute"
                gone = await self._muter.unmute(user, channel, number)
                return Answer(mutes.lifted(gone, catalog=self._catalog, zone=zone), "answered")
            case _:
                assert_never(command)
