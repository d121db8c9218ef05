"""The entries of a scope: those that follow a number, and those of a stretch of time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select

from bot.adapters.store.rows import field
from bot.adapters.store.tables import events
from bot.domain.query import Window


def following(scope: ScalarSelect[int], after: int, limit: int) -> Select[Any]:
    """The entries with numbers above ``after``, in their order."""
    later = select(events).where(events.c.scope == scope, events.c.number > after)
    return later.order_by(events.c.number).limit(limit)


def recalling(scope: ScalarSelect[int], window: Window, naming: str, limit: int) -> Select[Any]:
    """The entries of a window, the latest event first; it costs what lies in the window, by the index over time."""
    wanted = select(events).where(events.c.scope == scope, events.c.number.is_not(None))
    if window.since is not None:
        wanted = wanted.where(events.c.at >= window.since)
    if window.until is not None:
        wanted = wanted.where(events.c.at < window.until)
    if naming:
        # Quotation marks stand around whole fields alone; and unlike LIKE, this tells capitals apart in any database.
        wanted = wanted.where(func.replace(events.c.body, field(naming), "") != events.c.body)
    return wanted.order_by(events.c.at.desc(), events.c.number.desc()).limit(limit)
