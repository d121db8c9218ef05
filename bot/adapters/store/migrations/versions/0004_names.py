"""Whom and what an event is of, as numbers in an index, so that a past is found without a search."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.rows import name_of

revision = "0004"
down_revision = "0003"

_AT_ONCE = 1_000
_READ = sa.text("SELECT id, body FROM events WHERE id > :after ORDER BY id LIMIT :most")
_NAME = sa.text("UPDATE events SET actor = :actor, resource = :resource WHERE id = :id")


def upgrade() -> None:
    """Add the columns, fill them from the events that are there, and then the indexes."""
    for table in ("events", "staged"):
        op.add_column(table, sa.Column("actor", sa.BigInteger(), nullable=True))
        op.add_column(table, sa.Column("resource", sa.BigInteger(), nullable=True))
    connection, after = op.get_bind(), -1
    while found := connection.execute(_READ, {"after": after, "most": _AT_ONCE}).all():
        after = found[-1].id
        connection.execute(_NAME, [_named(id_, *json.loads(body)) for id_, body in found])
    op.create_index("ix_events_actor", "events", ["scope", "actor", "at"], unique=False)
    op.create_index("ix_events_resource", "events", ["scope", "resource", "at"], unique=False)


def _named(id_: int, *fields: str | None) -> dict[str, int | None]:
    _, _, _, actor, resource, *_ = fields
    return {"id": id_, "actor": name_of(actor), "resource": name_of(resource)}
