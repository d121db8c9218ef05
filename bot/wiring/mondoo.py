"""Mondoo's logs, ready to be read: what the terminal and the Slack bot have in common."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.adapters.mondoo.client import MondooClient, Timeouts
from bot.adapters.mondoo.pages import PageSource
from bot.adapters.mondoo.reader import MondooAuditLog
from bot.adapters.mondoo.retries import Patience
from bot.ports import Clock
from bot.settings import Settings
from bot.wiring.scopes import Scopes, scopes


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Mondoo:
    """Mondoo as the settings know it."""

    scopes: Scopes
    pages: PageSource
    log: MondooAuditLog


@asynccontextmanager
async def mondoo(settings: Settings, clock: Clock) -> AsyncGenerator[Mondoo]:
    """Mondoo, with a pool of connections that is closed at the end.

    Raises:
        SettingsError: the settings contradict themselves, or the environment's proxy or certificates cannot be used.
    """
    known = scopes(settings, clock)
    timeouts = Timeouts()
    timeout = settings.mondoo.mondoo_timeout
    timeouts = replace(timeouts, answer=timeout, read=min(timeouts.read, timeout))
    patience = Patience(budget=settings.mondoo.mondoo_patience)
    async with MondooClient(clock, timeouts=timeouts, patience=patience) as client:
        yield Mondoo(
            known, client, MondooAuditLog(client, known.endpoint_of, page_size=settings.mondoo.mondoo_page_size)
        )
