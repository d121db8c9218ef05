"""How often the app may call.

Sources: https://docs.slack.dev/apis/web-api/rate-limits, and for apps distributed commercially
https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls a minute, with `burst` at once."""

    per_minute: float
    burst: float


class Tier(Enum):
    """Slack's tiers. Slack promises at least the rate and does not say how large bursts may be."""

    TWO = Rate(20, 20)
    THREE = Rate(50, 50)
    FOUR = Rate(100, 100)
    SPECIAL = Rate(600, 600)
    POSTING = Rate(60, 5)
    """One message a second in a channel."""
    HISTORY_OF_COMMERCIAL_APPS = Rate(1, 1)


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class RateLimits:
    """Token buckets, one for each thing that is limited.

    Args:
        now_s: The time in seconds.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._buckets: dict[tuple[str, Tier], _Bucket] = {}

    def clear(self) -> None:
        """Forgets every call so far."""
        self._buckets.clear()

    def take(self, key: str, tier: Tier, factor: float) -> int | None:
        """Counts a call.

        Args:
            key: What is limited: a method, or a method and a channel.
            tier: How often that may happen.
            factor: How many times Slack's rate is allowed; 0 means no limit.

        Returns:
            None if the call is allowed, else the whole seconds after which the next one would be.
        """
        if factor <= 0:
            return None
        per_second = tier.value.per_minute / 60 * factor
        burst = max(1.0, tier.value.burst * factor)
        now = self._now_s()
        bucket = self._buckets.setdefault((key, tier), _Bucket(burst, now))
        bucket.level = min(burst, bucket.level + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.level < 1:
            return max(1, math.ceil((1 - bucket.level) / per_second))
        bucket.level -= 1
        return None
