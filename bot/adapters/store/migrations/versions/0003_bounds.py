"""From when on the events of a scope are remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.tables import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; of what was read before, the earliest read that is known tells it."""
    op.add_column("scopes", sa.Column("remembered_since", Moment(), nullable=True))
    op.execute(
        sa.text(
            "UPDATE scopes SET remembered_since = (SELECT min(runs.since) FROM runs WHERE runs.scope = scopes.id)"
            " WHERE watermark IS NOT NULL"
        )
    )
