"""What the regions' servers have in common: clock, settings, faults, limits, and the record of requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from bot.sandbox.mondoo.faults import Faults
from bot.sandbox.mondoo.ledger import Ledger
from bot.sandbox.mondoo.ratelimit import RateLimit
from bot.sandbox.mondoo.settings import Settings

Clock = Callable[[], datetime]
"""Tells the time, aware."""


@dataclass(slots=True)
class Conditions:
    """The conditions under which requests are answered."""

    clock: Clock
    faults: Faults
    ledger: Ledger
    seed: int
    settings: Settings = field(default_factory=Settings)
    limits: RateLimit = field(default_factory=RateLimit)
    jitter: Random = field(init=False)

    def __post_init__(self) -> None:
        self.jitter = Random(self.seed)  # noqa: S311 — a delay, not a secret

    def present(self) -> datetime:
        """Gives the time to the second, as the log keeps it."""
        return self.clock().replace(microsecond=0)


def running_from(start: datetime) -> Clock:
    """Gives a clock that shows `start` now and runs on from there."""
    ahead = start - datetime.now(UTC)  # the wall's clock: a monotonic one stands still while the machine sleeps
    return lambda: datetime.now(UTC) + ahead
