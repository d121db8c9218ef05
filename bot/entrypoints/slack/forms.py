"""What the search window begins with, for whoever opens it, and what is remembered of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.adapters.slack.views import search_window
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.search_state import Origin, encode
from bot.adapters.slack.views.search_window import Offer
from bot.domain.access import UserId
from bot.domain.commands import LONGEST, parse, render
from bot.domain.drafts import Draft, Span, remembered
from bot.domain.errors import StoreError, UserError
from bot.domain.intents import Search
from bot.domain.query import AuditQuery
from bot.domain.scopes import ScopeCatalog
from bot.entrypoints.slack.requests import Request
from bot.ports import Clock, Directory, Preferences
from bot.services.authorize import Gate

log = structlog.get_logger()


class SearchForms:
    """Draws the search window as a person may have it, and remembers what they asked for last."""

    def __init__(
        self, *, gate: Gate, directory: Directory, preferences: Preferences, catalog: ScopeCatalog, clock: Clock
    ) -> None:
        self._gate = gate
        self._directory = directory
        self._preferences = preferences
        self._catalog = catalog
        self._clock = clock

    async def filled(self, request: Request, origin: Origin, question: AuditQuery | None) -> Json:
        """The window filled in with a question, or with what the person asked for last, or for the first time.

        Raises:
            AccessDenied: there is nothing that they may see there.
            BotError: Slack did not say who they are.
        """
        user, channel = request.user, request.channel
        await self._gate.check_any(user, channel)
        person, visible = await asyncio.gather(self._directory.person(user), self._gate.visible(user, channel))
        known, now = self._catalog.known_to(visible), self._clock.now()
        query = question or await self._last(user, person.zone, known)
        offer = Offer(known, direct=origin.channel is None)
        first = offer.scopes[0] if offer.scopes else None
        draft = Draft.of(query, now) if query else Draft(first, region=known.default_region)
        return search_window.view(draft, offer, encode(replace(origin, zone=person.zone)))

    async def redrawn(self, request: Request, draft: Draft, origin: Origin) -> Json:
        """The window with what stands in it now; moments that were just asked for begin with yesterday.

        Raises:
            AccessDenied: there is nothing that they may see there any more.
            BotError: Slack did not say who they are.
        """
        await self._gate.check_any(request.user, request.channel)
        known = self._catalog.known_to(await self._gate.visible(request.user, request.channel))
        if draft.span is Span.BETWEEN and draft.since is None and draft.until is None:
            draft = replace(draft, since=self._clock.now().replace(second=0, microsecond=0) - timedelta(days=1))
        return search_window.view(draft, Offer(known, direct=origin.channel is None), encode(origin))

    def command(self, query: AuditQuery, zone: str) -> str:
        """The command that asks the same."""
        return render(query, zone=zone, catalog=self._catalog)

    async def remember(self, user: UserId, draft: Draft, query: AuditQuery, zone: str) -> None:
        """Keep what somebody asks for; a store that fails, or a text too long to keep, keeps nobody from an answer."""
        text = remembered(draft, query, zone=zone, catalog=self._catalog)
        if len(text) > LONGEST:
            return
        try:
            await self._preferences.remember(user, text)
        except StoreError as error:
            log.warning("what somebody asked for is not remembered", user=user, reason=str(error))

    async def _last(self, user: UserId, zone: str, known: ScopeCatalog) -> AuditQuery | None:
        """What the person asked for last, as far as it still makes sense to them."""
        try:
            text = await self._preferences.last(user)
            if text is None:
                return None
            command = parse(text, now=self._clock.now(), zone=zone, catalog=known, visible=known.scopes)
        except StoreError as error:
            log.warning("what somebody asked for last is not known", user=user, reason=str(error))
            return None
        except UserError:
            return None
        return command.query if isinstance(command, Search) else None
