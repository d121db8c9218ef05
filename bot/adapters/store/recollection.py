"""The entries of a scope: those that follow a number, and those of a stretch of time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Select, select

from bot.adapters.store.rows import name_of
from bot.adapters.store.tables import events
from bot.domain.query import Window


def following(scope: ScalarSelect[int], after: int, limit: int) -> Select[Any]:
    """The entries with numbers above ``after``, in their order."""
    later = select(events).where(events.c.scope == scope, events.c.number > after)
    return later.order_by(events.c.number).limit(limit)


def recalling(scope: ScalarSelect[int], window: Window, limit: int, *, by: str, about: str) -> Select[Any]:
    """The entries of a window, the latest event first, each kind of them in the order of an index."""
    wanted = select(events).where(events.c.scope == scope, events.c.number.is_not(None))
    if by:
        wanted = wanted.where(events.c.actor == name_of(by))
    if about:
        wanted = wanted.where(events.c.resource == name_of(about))
    if window.since is not None:
        wanted = wanted.where(events.c.at >= window.since)
    if window.until is not None:
        wanted = wanted.where(events.c.at < window.until)
    return wanted.order_by(events.c.at.desc(), events.c.number.desc()).limit(limit)
