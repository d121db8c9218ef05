"""Events counted: by hour and risk, by actor, by action. However many there are, only the counts are kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import Enum

from bot.domain.events import AuditEvent, Risk, last_word
from bot.domain.narration import narrate


class By(Enum):
    """What events are told apart by. The value is a word."""

    ACTOR = "actor"
    ACTION = "action"


@dataclass(slots=True)
class Tally:
    """Counts of events."""

    zone: tzinfo
    """Whose clocks tell the hours."""
    hours: defaultdict[datetime, Counter[Risk]] = field(default_factory=lambda: defaultdict(Counter))
    """By the beginning of the hour as clocks there show it, naive."""
    actors: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    """By the last word of the action."""

    def add(self, events: Iterable[AuditEvent]) -> None:
        """Count these too."""
        for event in events:
            self.hours[self._hour(event.at)][event.risk] += 1
            self.actors[narrate(event).actor] += 1
            self.actions[last_word(event.action)] += 1

    def by(self, what: By) -> Counter[str]:
        """The counts by that."""
        return self.actors if what is By.ACTOR else self.actions

    def _hour(self, moment: datetime) -> datetime:
        try:
            there = moment.astimezone(self.zone)
        except OverflowError:  # at either end of time a zone leads beyond it
            there = moment
        return there.replace(minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
