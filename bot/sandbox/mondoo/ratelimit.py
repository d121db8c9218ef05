"""How much one credential may ask for: a bucket of requests that fills up steadily."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

_MINUTE_S = 60.0


class RateLimit:
    """A token bucket for each credential; full, it holds a minute's worth of requests."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def take(self, who: str, now: datetime, per_minute: int | None) -> timedelta | None:
        """Takes one request out of a bucket.

        Returns:
            None if there was one, else the time, in whole seconds of at least one, after which there will be.
        """
        if per_minute is None:
            return None
        left, at = self._buckets.get(who, (float(per_minute), now))
        per_second = per_minute / _MINUTE_S
        left = min(float(per_minute), left + (now - at).total_seconds() * per_second)
        if left < 1:
            self._buckets[who] = (left, now)
            return timedelta(seconds=math.ceil((1 - left) / per_second))
        self._buckets[who] = (left - 1, now)
        return None

    def forget(self) -> None:
        """Fills every bucket."""
        self._buckets.clear()
