"""What people did with the bot: uses, mute rules, what to offer them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.tables import Moment

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, and have subscriptions count what is muted."""
    op.add_column("subscriptions", sa.Column("muted", sa.Text(), server_default=sa.text("'{}'"), nullable=False))
    op.create_table(
        "mutes",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("made", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutes")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "uses",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("surface", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("channel", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uses")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_uses_at", "uses", ["at"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_preferences")),
    )
