"""The row of a scope in the hands of whoever has claimed it: taken, held, written to and let go of.

The statements are made once: what a poll costs that finds nothing new is mostly theirs.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Connection,
    RowMapping,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    not_,
    select,
    update,
)

from bot.adapters.store.present import PRESENT, Span
from bot.adapters.store.tables import Moment, runs, scopes, staged
from bot.adapters.store.watching import NAMED, parameters
from bot.domain.errors import Superseded
from bot.ports import Claim, Reading

_IS_LEASED = and_(scopes.c.leased_until.is_not(None), scopes.c.leased_at <= PRESENT, scopes.c.leased_until > PRESENT)
_UNTIL = PRESENT + bindparam("lease", type_=Span)
_BEGAN = bindparam("at", type_=Moment)

CLAIM = (
    update(scopes)
    .where(NAMED, scopes.c.fence == bindparam("seen"), not_(_IS_LEASED))
    .values(
        fence=scopes.c.fence + 1,
        leased_at=PRESENT,
        leased_until=_UNTIL,
        last_attempt=func.coalesce(_BEGAN, PRESENT, type_=Moment),
    )
    .returning(scopes)
)
"""Where nobody has it now, or had it since its fence was ``seen``; of two who try, the second finds the first's."""

HOLD = update(scopes).where(scopes.c.id == bindparam("scope")).values(leased_at=PRESENT, leased_until=_UNTIL)

_WATERMARK = bindparam("upto", type_=Moment)
_RECORD = (
    update(scopes)
    .where(scopes.c.id == bindparam("scope"))
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
)
_LOG = insert(runs).values(ended=PRESENT)
_FAIL = (
    update(scopes)
    .where(
        NAMED,
        scopes.c.fence == bindparam("seen"),
        scopes.c.leased_until.is_not(None),
    )
    .values(leased_at=None, leased_until=None, failures=scopes.c.failures + 1, reason=bindparam("why"))
    .returning(scopes.c.id, scopes.c.last_attempt)
)
_HELD = (
    select(scopes, exists().where(staged.c.scope == scopes.c.id).label("has_staged"))
    .where(NAMED)
    .with_for_update(of=scopes)
)


def held(connection: Connection, claim: Claim) -> RowMapping:
    """The locked row of a scope that the claim still holds, and whether it ``has_staged`` anything.

    Raises:
        Superseded: it does not hold it any more.
    """
    row: RowMapping | None = connection.execute(_HELD, parameters(claim.scope)).mappings().one_or_none()
    if row is None or row["fence"] != claim.fence or row["leased_until"] is None:
        raise Superseded(f"Somebody else has begun to read {claim.scope} meanwhile.")
    return row


def record(connection: Connection, scope: int, reading: Reading, new: int) -> None:
    """Write down a complete read with so many new entries, and let go of the scope."""
    deep = reading.began if reading.deep else None
    now_known = {"upto": reading.watermark, "since": reading.window.since, "deep": deep}
    connection.execute(_RECORD, {"scope": scope, "at": reading.began, "new": new, **now_known})
    connection.execute(
        _LOG,
        {
            "scope": scope,
            "began": reading.began,
            "since": reading.window.since,
            "until": reading.window.until,
            "pages": reading.pages,
            "read": reading.events,
            "new": new,
            "deep": reading.deep,
        },
    )


def fail(connection: Connection, claim: Claim, reason: str) -> bool:
    """Write down a read that failed, and let go of the scope; False where the claim does not hold it any more."""
    failed = {**parameters(claim.scope), "seen": claim.fence, "why": reason}
    row = connection.execute(_FAIL, failed).one_or_none()
    if row is not None:
        connection.execute(_LOG, {"scope": row.id, "began": row.last_attempt, "failure": reason})
    return row is not None
