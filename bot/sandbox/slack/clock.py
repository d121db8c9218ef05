"""The workspace's clock: the machine's time, or a test's, with the possibility to jump ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    """Gives the machine's time, aware, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Tells the workspace's time; `advance` makes response URLs, triggers and rate limits age at once.

    Args:
        base: Where time comes from; aware datetimes only.
    """

    def __init__(self, base: Callable[[], datetime] = utc_now) -> None:
        self._base = base
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Gives the workspace's time in UTC."""
        return self._base().astimezone(UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Jumps ahead.

        Raises:
            ValueError: `by` is negative; timestamps of messages must not repeat.
        """
        if by < timedelta():
            msg = "the workspace's clock does not go back"
            raise ValueError(msg)
        self._ahead += by
