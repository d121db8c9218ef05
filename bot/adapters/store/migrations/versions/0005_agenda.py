"""What is due, by indexes. Each subscription's next slot is noted whenever the bot starts, so also after this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.tables import Moment

revision = "0005"
down_revision = "0004"

_STOPPED = sa.text("standing = 'stopped'")
_UNTOLD = sa.text("(failures > 0 OR told)")


def upgrade() -> None:
    """Add the column and the indexes."""
    op.add_column("subscriptions", sa.Column("next_slot", Moment(), nullable=True))
    op.create_index("ix_subscriptions_last_slot", "subscriptions", ["last_slot"], unique=False)
    op.create_index("ix_subscriptions_next_slot", "subscriptions", ["next_slot"], unique=False)
    op.create_index(
        "ix_subscriptions_stopped",
        "subscriptions",
        ["id"],
        unique=False,
        sqlite_where=_STOPPED,
        postgresql_where=_STOPPED,
    )
    op.create_index("ix_scopes_last_attempt", "scopes", ["last_attempt"], unique=False)
    op.create_index("ix_scopes_untold", "scopes", ["id"], unique=False, sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)
