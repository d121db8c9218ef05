"""Other ways to show a page of an answer: to a whole channel, as a table, as charts."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.adapters.slack import ids
from bot.adapters.slack.views import breakdowns, results, tables
from bot.adapters.slack.views.rows import CHARTS
from bot.adapters.slack.views.tickets import Ticket, decode
from bot.domain.access import Person
from bot.domain.errors import UserError
from bot.domain.scopes import ScopeCatalog
from bot.domain.tallies import By
from bot.domain.uses import Surface
from bot.domain.zones import zone_or_utc
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.pages import told
from bot.entrypoints.slack.payloads import clicked
from bot.entrypoints.slack.requests import Answer, Request
from bot.ports import AuditLog, Clock
from bot.services.authorize import Gate
from bot.services.snapshots import RESULTS_PER_PAGE, Snapshots
from bot.services.tally import tally

_Show = Callable[[Request, Person, Ticket], Awaitable[Answer]]
_ONCE_WITHIN: Final = timedelta(seconds=30)
"""Of two clicks that share the same page so soon after each other, the second is taken for a slip."""


class Presentations:
    """Shows a page otherwise. All that this needs stands in the button; access is asked for at each click."""

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self, *, desk: Desk, gate: Gate, catalog: ScopeCatalog, snapshots: Snapshots, whole: AuditLog, clock: Clock
    ) -> None:
        """``whole`` is the log, for who wants a window whole."""
        self._desk = desk
        self._gate = gate
        self._catalog = catalog
        self._snapshots = snapshots
        self._whole = whole
        self._clock = clock
        self._shared: dict[tuple[str, str, str], datetime] = {}

    def listen(self, app: AsyncApp) -> None:
        """Hear of the buttons."""
        ways: dict[str, tuple[str, _Show]] = {
            ids.PAGE_SHARE: ("share", self._share),
            ids.PAGE_TABLE: ("table", self._table),
            **{each.action: ("charts", partial(self._charts, by=each.by)) for each in CHARTS},
        }
        for action, (verb, show) in ways.items():
            app.action(re.compile(re.escape(action)))(self._receiver(verb, show))

    def _receiver(self, verb: str, show: _Show) -> Callable[..., Awaitable[None]]:
        async def receive(ack: AsyncAck, body: Mapping[str, object], action: Mapping[str, object]) -> None:
            await ack()
            request, _ = clicked(body, verb=verb)
            await self._desk.serve(request, partial(self._answer, value=str(action.get("value", "")), show=show))

        return receive

    async def _answer(self, request: Request, *, value: str, show: _Show) -> Answer:
        ticket = decode(value)
        request.scope = str(ticket.query.scope)
        person = await self._gate.check(request.user, request.channel, ticket.query.scope)
        return await show(request, person, ticket)

    async def _share(self, request: Request, person: Person, ticket: Ticket) -> Answer:
        request.surface = Surface.SHARE
        self._refuse_twice(request, ticket)
        query = ticket.query
        page = await self._snapshots.page(query, ticket.page)
        message = results.view(
            page,
            alias=self._catalog.alias_of(query.scope),
            zone=person.zone,
            per_page=RESULTS_PER_PAGE,
            shared_by=request.user,
        )
        return Answer(message, told(page.coverage), public=True, shown=len(page.events))

    def _refuse_twice(self, request: Request, ticket: Ticket) -> None:
        now = self._clock.now()
        self._shared = {key: at for key, at in self._shared.items() if now - at < _ONCE_WITHIN}
        key = (request.user, request.channel, str(ticket))
        if key in self._shared:
            raise UserError("You have just shared this page here.", advice="Press the button once more in a minute.")
        self._shared[key] = now

    async def _table(self, _request: Request, person: Person, ticket: Ticket) -> Answer:
        part = ticket.page * RESULTS_PER_PAGE // tables.ROWS
        page = await self._snapshots.page(ticket.query, part, size=tables.ROWS)
        alias = self._catalog.alias_of(ticket.query.scope)
        first, *others = tables.forms(page, alias=alias, zone=person.zone, back=ticket.page)
        return Answer(first, told(page.coverage), others=tuple(others), shown=len(page.events))

    async def _charts(self, _request: Request, person: Person, ticket: Ticket, *, by: By) -> Answer:
        query = ticket.query
        counted, coverage = await tally(self._whole, self._clock, query, zone_or_utc(person.zone))
        first, *others = breakdowns.forms(
            counted,
            coverage,
            query,
            by,
            alias=self._catalog.alias_of(query.scope),
            zone=person.zone,
            back=ticket.page,
        )
        return Answer(first, told(coverage), others=tuple(others), shown=coverage.matched)
