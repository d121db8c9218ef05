"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.tables import Moment

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("done IS NULL")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "channels",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    op.create_table(
        "events",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("scope", sa.BigInteger(), nullable=False),
        sa.Column("core", sa.LargeBinary(), nullable=False),
        sa.Column("variant", sa.LargeBinary(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("known_at", Moment(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("scope", "core", "occurrence", name=op.f("uq_events_scope_core_occurrence")),
    )
    op.create_index("ix_events_age", "events", ["scope", "at"], unique=False)
    op.create_index("ix_events_number", "events", ["scope", "number"], unique=True)
    op.create_table(
        "runs",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("scope", sa.BigInteger(), nullable=False),
        sa.Column("began", Moment(), nullable=False),
        sa.Column("ended", Moment(), nullable=False),
        sa.Column("since", Moment(), nullable=True),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("pages", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("read", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("new", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("deep", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("failure", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_began", "runs", ["began"], unique=False)
    op.create_table(
        "scopes",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("mrn", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_at", Moment(), nullable=True),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("watched_since", Moment(), nullable=False),
        sa.Column("watermark", Moment(), nullable=True),
        sa.Column("entries", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_read", Moment(), nullable=True),
        sa.Column("last_attempt", Moment(), nullable=True),
        sa.Column("last_deep_scan", Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("gap_since", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scopes")),
        sa.UniqueConstraint("region", "mrn", name=op.f("uq_scopes_region_mrn")),
    )
    op.create_table(
        "staged",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("scope", sa.BigInteger(), nullable=False),
        sa.Column("core", sa.LargeBinary(), nullable=False),
        sa.Column("variant", sa.LargeBinary(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged")),
        sa.UniqueConstraint("scope", "core", "occurrence", name=op.f("uq_staged_scope_core_occurrence")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("last_slot", Moment(), nullable=False),
        sa.Column("covered_until", Moment(), nullable=False),
        sa.Column("last_posted", Moment(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("key", name=op.f("uq_subscriptions_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cursors",
        sa.Column("subscription", _NUMBER, nullable=False),
        sa.Column("scope", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_cursors_subscription"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscription", "scope", name=op.f("pk_cursors")),
    )
    op.create_index("ix_cursors_scope", "cursors", ["scope"], unique=False)
    op.create_table(
        "parcels",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("subscription", _NUMBER, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("is_digest", sa.Boolean(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_parcels_subscription"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
    )
    op.create_index("ix_parcels_created", "parcels", ["created"], unique=False)
    op.create_index("ix_parcels_subscription", "parcels", ["subscription"], unique=False)
    op.create_table(
        "parts",
        sa.Column("position", _NUMBER, nullable=False),
        sa.Column("parcel", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("form", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_attempt", Moment(), nullable=True),
        sa.Column("labelled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("done", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["parcel"], ["parcels.id"], name=op.f("fk_parts_parcel"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_parts")),
        sa.UniqueConstraint("parcel", "ordinal", name=op.f("uq_parts_parcel_ordinal")),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("ix_parts_waiting", ["lane", "position"]),
        ("ix_parts_state", ["state", "until"]),
        ("ix_parts_since", ["since"]),
    ):
        op.create_index(name, "parts", columns, unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN)
