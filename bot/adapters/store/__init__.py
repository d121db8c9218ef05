"""What the bot keeps: a ledger of events, the subscriptions, an outbox, what people did; in SQLite or PostgreSQL."""

from __future__ import annotations

from bot.adapters.store.store import BEFORE_LOOK, CHANNEL_PACE, Store, open_store

__all__ = ["BEFORE_LOOK", "CHANNEL_PACE", "Store", "open_store"]
