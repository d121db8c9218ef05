"""The tables, as SQLAlchemy sees them. What a database gets is in ``migrations``; a test compares the two.

Whatever somebody else wrote (events, messages) is kept as JSON in ASCII: Mondoo may send characters, such as NUL, that
PostgreSQL has no place for.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """A moment as SQLite keeps it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An instant to the microsecond, always in UTC; SQLite, which has no such type, counts microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type in this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """What the database is given."""
        if value is None or dialect.name == "postgresql":
            return value
        return microseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401 — the driver's
        """What the database gave."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            moment: datetime = value
            return moment.astimezone(UTC)
        return _EPOCH + timedelta(microseconds=value)


class Words(TypeDecorator[str]):
    """A sentence of an error; what no database can hold is replaced, since its exact bytes do not matter."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 — SQLAlchemy's own
        """The sentence without NUL and lone surrogates."""
        return None if value is None else value.encode("utf-8", "replace").decode().replace("\0", "?")


Number = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column that is called INTEGER."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

scopes = Table(
    "scopes",
    metadata,
    Column("id", Number, primary_key=True),
    Column("region", String(16), nullable=False),
    Column("mrn", Text, nullable=False),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("leased_at", Moment),
    Column("leased_until", Moment),
    Column("watched_since", Moment, nullable=False),
    Column("watermark", Moment),
    Column("entries", BigInteger, nullable=False, server_default=text("0")),
    Column("last_read", Moment),
    Column("last_attempt", Moment),
    Column("last_deep_scan", Moment),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("reason", Words, nullable=False, server_default=text("''")),
    Column("told", Boolean, nullable=False, server_default=text("false")),
    Column("gap_since", Moment),
    Column("remembered_since", Moment),
    UniqueConstraint("region", "mrn"),
)
Index("ix_scopes_last_attempt", scopes.c.last_attempt)
UNTOLD = text("(failures > 0 OR told)")
"""What every scope fulfils of whose failure or recovery there is something to tell."""
Index("ix_scopes_untold", scopes.c.id, sqlite_where=UNTOLD, postgresql_where=UNTOLD)


def _sighted() -> list[Column[Any]]:
    return [
        Column("id", Number, primary_key=True),
        Column("scope", BigInteger, nullable=False),
        Column("core", LargeBinary, nullable=False),
        Column("variant", LargeBinary, nullable=False),
        Column("occurrence", Integer, nullable=False),
        Column("at", Moment, nullable=False),
        Column("body", Text, nullable=False),
        Column("actor", BigInteger),
        Column("resource", BigInteger),
    ]


events = Table(
    "events",
    metadata,
    *_sighted(),
    Column("known_at", Moment, nullable=False),
    Column("number", BigInteger),
    UniqueConstraint("scope", "core", "occurrence"),
)
Index("ix_events_number", events.c.scope, events.c.number, unique=True)
Index("ix_events_age", events.c.scope, events.c.at)
Index("ix_events_actor", events.c.scope, events.c.actor, events.c.at)
Index("ix_events_resource", events.c.scope, events.c.resource, events.c.at)

staged = Table(
    "staged", metadata, *_sighted(), UniqueConstraint("scope", "core", "occurrence"), sqlite_autoincrement=True
)

runs = Table(
    "runs",
    metadata,
    Column("id", Number, primary_key=True),
    Column("scope", BigInteger, nullable=False),
    Column("began", Moment, nullable=False),
    Column("ended", Moment, nullable=False),
    Column("since", Moment),
    Column("until", Moment),
    Column("pages", Integer, nullable=False, server_default=text("0")),
    Column("read", BigInteger, nullable=False, server_default=text("0")),
    Column("new", BigInteger, nullable=False, server_default=text("0")),
    Column("deep", Boolean, nullable=False, server_default=text("false")),
    Column("failure", Words, nullable=False, server_default=text("''")),
)
Index("ix_runs_began", runs.c.began)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("origin", String(16), nullable=False),
    Column("terms", Text, nullable=False),
    Column("owner", Text),
    Column("created", Moment, nullable=False),
    Column("version", BigInteger, nullable=False, server_default=text("1")),
    Column("last_slot", Moment, nullable=False),
    Column("next_slot", Moment),
    Column("covered_until", Moment, nullable=False),
    Column("last_posted", Moment, nullable=False),
    Column("standing", String(16), nullable=False),
    Column("reason", Words, nullable=False, server_default=text("''")),
    Column("muted", Text, nullable=False, server_default=text("'{}'")),
    sqlite_autoincrement=True,
)
Index("ix_subscriptions_last_slot", subscriptions.c.last_slot)
Index("ix_subscriptions_next_slot", subscriptions.c.next_slot)
STOPPED = text("standing = 'stopped'")
Index("ix_subscriptions_stopped", subscriptions.c.id, sqlite_where=STOPPED, postgresql_where=STOPPED)

cursors = Table(
    "cursors",
    metadata,
    Column("subscription", Number, ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True),
    Column("scope", BigInteger, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
Index("ix_cursors_scope", cursors.c.scope)

parcels = Table(
    "parcels",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("subscription", Number, ForeignKey("subscriptions.id", ondelete="CASCADE")),
    Column("channel", Text, nullable=False),
    Column("is_digest", Boolean, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", Moment, nullable=False),
)
Index("ix_parcels_subscription", parcels.c.subscription)
Index("ix_parcels_created", parcels.c.created)

parts = Table(
    "parts",
    metadata,
    Column("position", Number, primary_key=True),
    Column("parcel", String(64), ForeignKey("parcels.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("form", Integer, nullable=False, server_default=text("0")),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("first_attempt", Moment),
    Column("last_attempt", Moment),
    Column("labelled", Boolean, nullable=False, server_default=text("false")),
    Column("reason", Words, nullable=False, server_default=text("''")),
    Column("ts", Text),
    Column("done", Moment),
    UniqueConstraint("parcel", "ordinal"),
    sqlite_autoincrement=True,
)
_OPEN = parts.c.done.is_(None)
Index("ix_parts_waiting", parts.c.lane, parts.c.position, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_parts_state", parts.c.state, parts.c.until, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_parts_since", parts.c.since, sqlite_where=_OPEN, postgresql_where=_OPEN)

channels = Table(
    "channels",
    metadata,
    Column("id", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)
