"""Mondoo's logs, ready to be read: what the terminal and the Slack bot have in common."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from bot.adapters.mondoo.client import MondooClient, Timeouts
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.pages import Page, PageRequest, PageSource
from bot.adapters.mondoo.parallel import PARTS_AT_ONCE, Paces, ParallelAuditLog
from bot.adapters.mondoo.reader import MondooAuditLog
from bot.adapters.mondoo.retries import Patience
from bot.domain.errors import UpstreamError
from bot.domain.scopes import Scope
from bot.ports import Clock
from bot.settings import Settings
from bot.wiring.scopes import Scopes


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class MeasuredPages:
    """Pages whose askings are counted: how each ended, and how long it took."""

    def __init__(self, pages: PageSource, ended: Callable[[str, timedelta], None]) -> None:
        self._pages = pages
        self._ended = ended

    async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
        """See :class:`~bot.adapters.mondoo.pages.PageSource`."""
        began = monotonic()
        outcome = "interrupted"
        try:
            page = await self._pages.page(endpoint, scope, request)
            outcome = "read"
        except UpstreamError as error:
            outcome = error.reason
            raise
        finally:
            self._ended(outcome, timedelta(seconds=monotonic() - began))
        return page


@asynccontextmanager
async def mondoo_pages(settings: Settings, clock: Clock) -> AsyncGenerator[PageSource]:
    """Pages of Mondoo's logs, through a pool of connections that is closed at the end.

    Raises:
        SettingsError: the environment's proxy or certificates cannot be used.
    """
    timeouts = Timeouts()
    timeout = settings.mondoo.mondoo_timeout
    timeouts = replace(timeouts, answer=timeout, read=min(timeouts.read, timeout))
    patience = Patience(budget=settings.mondoo.mondoo_patience)
    async with MondooClient(clock, timeouts=timeouts, patience=patience) as client:
        yield client


def audit_log(pages: PageSource, known: Scopes, settings: Settings) -> MondooAuditLog:
    """The logs of the known scopes."""
    return MondooAuditLog(pages, known.endpoint_of, page_size=settings.mondoo.mondoo_page_size)


def whole_audit_log(
    pages: PageSource, known: Scopes, settings: Settings, paces: Paces | None = None, *, abreast: int = PARTS_AT_ONCE
) -> ParallelAuditLog:
    """The logs of the known scopes, for those who want a window whole, and soon.

    Those with the same ``paces`` bear in mind together how much a server takes; ``abreast`` bounds what is held.
    """
    size = settings.mondoo.mondoo_page_size
    return ParallelAuditLog(pages, known.endpoint_of, page_size=size, abreast=abreast, paces=paces)
