"""The faults of a run: drawn from its seed, counted as they strike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from enum import Enum
from random import Random


class Fault(Enum):
    """What can go wrong: in words, and how probable it is each time that it could; 0 where the world decides when."""

    __hash__ = object.__hash__  # asked for at every turn

    PAGE_FAILS = ("a page of the log cannot be read", 0.03)
    PAGE_SLOW = ("a page of the log takes up to minutes", 0.02)
    PAGE_SHIFTS = ("a page repeats the end of the one before", 0.1)
    EVENT_LATE = ("an event shows in the log after minutes", 0.25)
    EVENT_VERY_LATE = ("an event shows in the log after more than the overlap", 0.08)
    EVENT_AHEAD = ("an event's time lies in the future", 0.05)
    EVENT_TWIN = ("an event is equal to another", 0.15)
    STORE_AWAY = ("the store cannot be asked", 0.004)
    STORE_ANSWER_LOST = ("the store did it, but its answer is lost", 0.004)
    POST_NOT_SENT = ("no connection to Slack is made", 0.04)
    POST_LOST = ("a post never arrives", 0.04)
    POST_LATE = ("a post arrives when its sender has given up", 0.06)
    POST_SLOW = ("a post takes seconds", 0.1)
    ANSWER_SWALLOWED = ("Slack takes a post, and its answer is lost", 0.1)
    POST_LIMITED = ("Slack asks to wait", 0.05)
    POST_BROKE = ("Slack has an error of its own", 0.06)
    POST_REFUSED = ("Slack refuses a post in every form", 0.01)
    FORM_REFUSED = ("Slack refuses newer blocks", 0.0)
    LOOK_FAILS = ("history cannot be searched now", 0.1)
    SHOWN_LATE = ("history shows a message after seconds", 0.2)
    HISTORY_CLOSED = ("history cannot be read at all", 0.0)
    PLACE_UNKNOWN = ("Slack does not say what a channel is", 0.03)
    LOG_DOWN = ("the log cannot be read for minutes", 0.0)
    CHANNEL_GONE = ("a channel cannot be posted to for a while", 0.0)
    CHANNEL_SHARED = ("a channel is shared with another organization for a while", 0.0)
    TOKEN_REVOKED = ("Slack does not take the token for a while", 0.0)
    CRASH_AT_WAYPOINT = ("a process dies at a waypoint", 0.0)
    CRASH = ("a process dies", 0.0)
    STOPPED = ("a process stands still for minutes", 0.0)
    STOPPED_SENDING = ("a process stands still when it is about to send", 0.05)
    CLOCK_STEP = ("a process's clock is set by ten minutes", 0.0)
    STORE_CLOCK_STEP = ("the database's clock is set by ten minutes", 0.0)
    SERVER_UPGRADED = ("Mondoo begins to send more fields", 0.0)
    PAUSED_BY_HAND = ("somebody pauses a subscription", 0.0)


class Weather:
    """Whether a fault strikes, each time that it could.

    A run knows only some of the faults, so that they meet in ever other company. ``fine`` ends them all.

    Args:
        rng: where chance comes from.
        only: the faults that this run knows; None to draw them.
        often: by how much they are more probable than usual.
    """

    def __init__(self, rng: Random, only: Collection[Fault] | None = None, often: float = 1.0) -> None:
        self.fine = False
        self.struck: Counter[Fault] = Counter()
        self._rng = rng
        share = rng.choice((0.2, 0.5, 0.8))
        possible = {fault for fault in Fault if rng.random() < share} if only is None else only
        self._chances = {fault: fault.value[1] * often for fault in possible}

    def allows(self, fault: Fault) -> bool:
        """Whether the fault can strike now; counted as if it did."""
        if self.fine or fault not in self._chances:
            return False
        self.struck[fault] += 1
        return True

    def strikes(self, fault: Fault) -> bool:
        """Whether the fault strikes, by its own chance."""
        chance = self._chances.get(fault)
        if self.fine or chance is None or self._rng.random() >= chance:
            return False
        self.struck[fault] += 1
        return True
