"""A store in memory: as complete as the real ones, and thousands of times faster."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.settlements import Timing
from bot.ports import Clock

from .agenda import MemoryAgenda
from .ledger import MemoryLedger
from .outbox import MemoryOutbox
from .people import MemoryMutes, MemoryPreferences, MemoryUses
from .rows import Rows
from .subscriptions import MemorySubscriptions

BEFORE_LOOK = Timing().before_look


class MemoryStore:
    """Every port that keeps something, for any number of processes that share this object.

    Each method is one transaction: it finds out all that it will write, passes the waypoints that lie inside of its
    transaction, and then writes without waiting for anybody. So where a listener raises at such a waypoint, nothing
    has happened; where one raises at a waypoint after the commit, all of it has.

    It is a store of many processes: a part that was being sent when its process died is given to another when the
    lease has ended, and not before.

    Args:
        clock: the database's clock, by which leases and waits are counted; its callers' clocks may differ.
        channel_pace: how long after a message the next one may go to the same channel.
        before_look: how long after a sender is found gone its part may be looked up.
    """

    def __init__(
        self, clock: Clock, channel_pace: timedelta = timedelta(seconds=1), before_look: timedelta = BEFORE_LOOK
    ) -> None:
        rows = Rows()
        self.ledger = MemoryLedger(rows, clock)
        self.subscriptions = MemorySubscriptions(rows, clock)
        self.outbox = MemoryOutbox(rows, clock, channel_pace, before_look)
        self.agenda = MemoryAgenda(rows)
        self.mutes = MemoryMutes()
        self.uses = MemoryUses()
        self.preferences = MemoryPreferences()
