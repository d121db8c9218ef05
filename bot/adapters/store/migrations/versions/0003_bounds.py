"""From when on the events of a scope are remembered, and when a part was last attempted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.tables import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; of what was read before, the earliest read that is known tells from when on."""
    op.add_column("parts", sa.Column("last_attempt", Moment(), nullable=True))
    op.add_column("scopes", sa.Column("remembered_since", Moment(), nullable=True))
    op.execute(
        sa.text(
            "UPDATE scopes SET remembered_since = (SELECT min(runs.since) FROM runs WHERE runs.scope = scopes.id)"
            " WHERE watermark IS NOT NULL"
        )
    )
