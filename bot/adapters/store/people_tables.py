"""The tables of what people did with the bot: what they asked for, what they had muted, what to offer them again."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from bot.adapters.store.tables import Moment, Number, Words, metadata

__all__ = ["metadata", "mutes", "preferences", "uses"]

mutes = Table(
    "mutes",
    metadata,
    Column("id", Number, primary_key=True),
    Column("terms", Text, nullable=False),
    Column("until", Moment),
    Column("by", Text, nullable=False),
    Column("made", Moment, nullable=False),
    sqlite_autoincrement=True,
)

uses = Table(
    "uses",
    metadata,
    Column("id", Number, primary_key=True),
    Column("who", Text, nullable=False),
    Column("verb", Words, nullable=False),
    Column("surface", String(16), nullable=False),
    Column("scope", Words, nullable=False, server_default=text("''")),
    Column("channel", Text, nullable=False, server_default=text("''")),
    Column("at", Moment, nullable=False),
    Column("shown", Integer, nullable=False, server_default=text("0")),
    Column("outcome", Words, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_uses_at", uses.c.at)

preferences = Table(
    "preferences",
    metadata,
    Column("who", Text, primary_key=True),
    Column("search", Text, nullable=False),
)
