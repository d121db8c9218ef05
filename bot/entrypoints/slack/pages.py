"""Pages of answers: the first for a command, the others for clicks on its buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.adapters.slack import ids
from bot.adapters.slack.views import results
from bot.adapters.slack.views.tickets import decode
from bot.domain.coverage import Coverage
from bot.domain.query import AuditQuery
from bot.domain.scopes import ScopeCatalog
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.payloads import clicked
from bot.entrypoints.slack.requests import Answer, Request
from bot.services.authorize import Gate
from bot.services.snapshots import RESULTS_PER_PAGE, Snapshots

_ANY: Final = re.compile(r".*", re.DOTALL)


class Pages:
    """Shows pages of answers, to those who may see them."""

    def __init__(self, *, catalog: ScopeCatalog, gate: Gate, snapshots: Snapshots) -> None:
        self._catalog = catalog
        self._gate = gate
        self._snapshots = snapshots

    async def answer(self, request: Request, query: AuditQuery, *, number: int) -> Answer:
        """One page of the answer to a question, after asking whether the person may see that scope there.

        Raises:
            AccessDenied: they may not.
            BotError: Slack did not say who they are.
        """
        request.scope = str(query.scope)
        person = await self._gate.check(request.user, request.channel, query.scope)
        page = await self._snapshots.page(query, number)
        message = results.view(
            page,
            alias=self._catalog.alias_of(query.scope),
            zone=person.zone,
            per_page=RESULTS_PER_PAGE,
        )
        return Answer(message, told(page.coverage), shown=len(page.events))


class Clicks:
    """Turns the pages of an answer. All that this needs stands in the button, so that a restart changes nothing."""

    def __init__(self, *, desk: Desk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    def listen(self, app: AsyncApp) -> None:
        """Hear of every button that nothing else is for, those of other versions of the bot too.

        What a button carries decides whether it still works.
        """
        app.action(_ANY)(self.receive)

    async def receive(self, ack: AsyncAck, body: Mapping[str, object], action: Mapping[str, object]) -> None:
        """Acknowledge a click at once, then put the page it asks for in the message's place."""
        await ack()
        request, _ = clicked(body, verb="page")
        request.keeps = action.get("action_id") == ids.PAGE_ASK
        await self._desk.serve(request, partial(self._turn, value=str(action.get("value", ""))))

    async def _turn(self, request: Request, *, value: str) -> Answer:
        ticket = decode(value)
        return await self._pages.answer(request, ticket.query, number=ticket.page)


def told(coverage: Coverage) -> str:
    """One word for the log: how much the page told."""
    if coverage.failed:
        return "failed"
    return "partial" if coverage.stopped else "answered"
