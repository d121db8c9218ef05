"""What is known of a scope: which events, the entries that follow a number, and those of a stretch of time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select

from bot.adapters.store import rows
from bot.adapters.store.tables import events
from bot.adapters.store.watching import SCOPE_ID, parameters
from bot.domain.digests import Entry
from bot.domain.fingerprints import Core, Known
from bot.domain.query import Window
from bot.domain.scopes import Scope

_CORES_AT_ONCE = 500
"""A statement may have only so many parameters."""
_COUNT = (
    select(events.c.core, events.c.variant, func.count())
    .where(events.c.scope == SCOPE_ID, events.c.core.in_(bindparam("cores", expanding=True)))
    .group_by(events.c.core, events.c.variant)
)
_FOLLOWING = (
    select(events)
    .where(events.c.scope == SCOPE_ID, events.c.number > bindparam("after"))
    .order_by(events.c.number)
    .limit(bindparam("most"))
)


def known(connection: Connection, scope: Scope, cores: Sequence[Core]) -> Known:
    """How many events are known of each core, by variant."""
    found: Known = {}
    for start in range(0, len(cores), _CORES_AT_ONCE):
        asked = {**parameters(scope), "cores": cores[start : start + _CORES_AT_ONCE]}
        found = {**found, **rows.known_of(connection.execute(_COUNT, asked))}
    return found


def following(connection: Connection, scope: Scope, after: int, limit: int) -> list[Entry]:
    """The entries with numbers above ``after``, in their order."""
    found = connection.execute(_FOLLOWING, {**parameters(scope), "after": after, "most": limit})
    return [rows.entry_of(scope, row) for row in found.mappings()]


def recall(  # noqa: PLR0913 — the port's
    connection: Connection, scope: Scope, window: Window, limit: int, *, by: str, about: str
) -> list[Entry]:
    """The entries of a window, the latest event first, each kind of them in the order of an index."""
    wanted = select(events).where(events.c.scope == SCOPE_ID, events.c.number.is_not(None))
    if by:
        wanted = wanted.where(events.c.actor == rows.name_of(by))
    if about:
        wanted = wanted.where(events.c.resource == rows.name_of(about))
    if window.since is not None:
        wanted = wanted.where(events.c.at >= window.since)
    if window.until is not None:
        wanted = wanted.where(events.c.at < window.until)
    latest = wanted.order_by(events.c.at.desc(), events.c.number.desc()).limit(limit)
    return [rows.entry_of(scope, row) for row in connection.execute(latest, parameters(scope)).mappings()]
