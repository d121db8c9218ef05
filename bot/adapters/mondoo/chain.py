"""Pages that continue each other, and what to make of the next one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from bot.adapters.mondoo.frontier import Place
from bot.adapters.mondoo.pages import Bound
from bot.domain.events import AuditEvent


class Verdict(Enum):
    """What to make of an answer."""

    GOOD = "it continues what was read"
    ODD = "something may be missing or repeated"
    PRUNED = "events are gone, so that what was behind a cursor may now be before it"
    UNFILTERED = "the filter did not do its part"
    UNPROVEN = "it may be empty because the filter did not do its part"


@dataclass(slots=True)
class Chain:
    """Pages that continue each other by cursors."""

    bound: Bound | None
    at_frontier: bool = False
    """Whether the bound was chosen to show the frontier's second again."""
    awaiting: bool = False
    """Whether it has yet to do so."""
    cursor: str | None = None
    overlaps: bool = False
    """Whether the cursor is of an event before the frontier's second, and not the page's own end."""
    last: Place | None = None
    """Where the cursor's event stands."""
    seen: Counter[AuditEvent] = field(default_factory=Counter)
    """Events of the frontier's second up to the cursor, where that is within it."""
    total: int | None = None
    steady: bool = True
    """Whether the total has not changed since the chain came to the frontier's second."""
    idle: int = 0
    """Events shown since something was new."""
