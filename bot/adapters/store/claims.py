"""The row of a scope in the hands of whoever has claimed it: taken, held, written to and let go of.

The statements are made once: what a poll costs that finds nothing new is mostly theirs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    Connection,
    RowMapping,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    update,
)

from bot.adapters.store import rows
from bot.adapters.store.present import PRESENT, Span
from bot.adapters.store.tables import Moment, runs, scopes, staged
from bot.adapters.store.watching import NAMED, parameters
from bot.domain.errors import Superseded
from bot.domain.scopes import Scope
from bot.ports import Claim, Reading

_T = TypeVar("_T")

_UNTIL = PRESENT + bindparam("lease", type_=Span)
_BEGAN = bindparam("at", type_=Moment)
_HAS_STAGED = exists().where(staged.c.scope == scopes.c.id).correlate(scopes)
_IS_LEASED = and_(scopes.c.leased_until.is_not(None), scopes.c.leased_at <= PRESENT, scopes.c.leased_until > PRESENT)
_IS_HELD = and_(NAMED, scopes.c.fence == bindparam("seen"), scopes.c.leased_until.is_not(None))

_CLAIM = (
    update(scopes)
    .where(NAMED, scopes.c.fence == bindparam("seen"), not_(_IS_LEASED))
    .values(
        fence=scopes.c.fence + 1,
        leased_at=PRESENT,
        leased_until=_UNTIL,
        last_attempt=func.coalesce(_BEGAN, PRESENT, type_=Moment),
    )
    .returning(scopes, _HAS_STAGED.label("has_staged"))
)
_CLEAR = delete(staged).where(staged.c.scope == bindparam("id"))
_HELD = select(scopes).where(_IS_HELD).with_for_update()
_HOLD = update(scopes).where(_IS_HELD).values(leased_at=PRESENT, leased_until=_UNTIL).returning(scopes.c.id)

_WATERMARK = bindparam("upto", type_=Moment)
_RECORD = (
    update(scopes)
    .where(_IS_HELD)
    .values(
        leased_at=None,
        leased_until=None,
        watermark=case((scopes.c.watermark > _WATERMARK, scopes.c.watermark), else_=_WATERMARK),
        remembered_since=func.coalesce(scopes.c.remembered_since, bindparam("since", type_=Moment), type_=Moment),
        entries=scopes.c.entries + bindparam("new", type_=BigInteger),
        last_read=_BEGAN,
        last_deep_scan=func.coalesce(bindparam("deep", type_=Moment), scopes.c.last_deep_scan, type_=Moment),
        failures=0,
        reason="",
    )
    .returning(scopes.c.id, scopes.c.entries)
)
_RECORD_NOTHING = _RECORD.where(~_HAS_STAGED)
_FAIL = (
    update(scopes)
    .where(_IS_HELD)
    .values(leased_at=None, leased_until=None, failures=scopes.c.failures + 1, reason=bindparam("why"))
    .returning(scopes.c.id, scopes.c.last_attempt)
)
_LOG = insert(runs).values(ended=PRESENT)


def claim(connection: Connection, scope: Scope, fence: int, lease: timedelta, began: datetime | None) -> Claim | None:
    """The scope, cleared of what an earlier claim had staged; None where somebody has it, or had it since ``fence``.

    Of two who try at once, the second waits for the first, and finds that the fence has grown.
    """
    asked = {**parameters(scope), "seen": fence, "lease": lease, "at": began}
    row = connection.execute(_CLAIM, asked).mappings().one_or_none()
    if row is None:
        return None
    if row["has_staged"]:
        connection.execute(_CLEAR, {"id": row["id"]})
    return Claim(scope, row["fence"], rows.health_of(row))


def held(connection: Connection, claim: Claim) -> RowMapping:
    """The row of a scope that the claim still holds, locked.

    Raises:
        Superseded: it does not hold it any more.
    """
    row: RowMapping | None = connection.execute(_HELD, _asked(claim)).mappings().one_or_none()
    return _ours(row, claim)


def hold(connection: Connection, claim: Claim, lease: timedelta) -> int:
    """Hold the scope for longer; gives the number of its row, which is locked.

    Raises:
        Superseded: the claim does not hold it any more.
    """
    scope: int | None = connection.execute(_HOLD, {**_asked(claim), "lease": lease}).scalar_one_or_none()
    return _ours(scope, claim)


def record(connection: Connection, claim: Claim, reading: Reading, new: int | None = None) -> int | None:
    """Write down a complete read and let go of the scope; gives the number of its last entry.

    ``new`` is how many entries were added. Without it there are none, and nothing happens (None) where something is
    staged, or where the claim has ended.
    """
    known = {"upto": reading.watermark, "since": reading.window.since, "deep": reading.began if reading.deep else None}
    changed = {**_asked(claim), **known, "at": reading.began, "new": new or 0}
    row = connection.execute(_RECORD_NOTHING if new is None else _RECORD, changed).one_or_none()
    if row is None:
        return None
    run = {
        "scope": row.id,
        "began": reading.began,
        "since": reading.window.since,
        "until": reading.window.until,
        "pages": reading.pages,
        "read": reading.events,
        "new": new or 0,
        "deep": reading.deep,
    }
    connection.execute(_LOG, run)
    last: int = row.entries
    return last


def fail(connection: Connection, claim: Claim, reason: str) -> bool:
    """Write down a read that failed, and let go of the scope; False where the claim does not hold it any more."""
    row = connection.execute(_FAIL, {**_asked(claim), "why": reason}).one_or_none()
    if row is not None:
        connection.execute(_LOG, {"scope": row.id, "began": row.last_attempt, "failure": reason})
    return row is not None


def _asked(claim: Claim) -> dict[str, object]:
    return {**parameters(claim.scope), "seen": claim.fence}


def _ours(found: _T | None, claim: Claim) -> _T:
    if found is None:
        raise Superseded(f"Somebody else has begun to read {claim.scope} meanwhile.")
    return found
