"""Whether an HTTP request really comes from Slack, just now, and for the first time.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

TOLERANCE: Final = timedelta(minutes=5)
"""How far a request's timestamp may be from our clock, either way."""
REMEMBERED: Final = 100_000
"""How many signatures are remembered at the most: more than Slack sends in five minutes, in about 20 MB."""
_DIGITS: Final = 12


class Verdict(Enum):
    """What a request is."""

    GENUINE = "genuine"
    FORGED = "forged"
    """Not signed with our secret, or not at a time near ours."""
    REPEATED = "repeated"
    """Genuine, and seen before: somebody replays it, or sends it twice."""


class Signatures:
    """Judges requests by their signature, and remembers the genuine ones until they are too old to be accepted."""

    def __init__(self, secret: str, *, remembered: int = REMEMBERED) -> None:
        self._secret = secret.encode()
        self._room = remembered
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def judge(self, body: bytes, timestamp: str, signature: str, now: datetime) -> Verdict:
        """What a request is, by its raw body and the values of its two headers, ``""`` where they are missing."""
        if not self._is_genuine(body, timestamp, signature, now):
            return Verdict.FORGED
        self._forget(now)
        if signature in self._seen:
            return Verdict.REPEATED
        self._seen[signature] = now
        return Verdict.GENUINE

    def _is_genuine(self, body: bytes, timestamp: str, signature: str, now: datetime) -> bool:
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _DIGITS):
            return False
        if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
            return False
        digest = hmac.new(self._secret, b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={digest}".encode(), signature.encode(errors="replace"))

    def _forget(self, now: datetime) -> None:
        """Let go of what is too old to be accepted again: a request may be dated up to five minutes ahead."""
        while self._seen:
            oldest = next(iter(self._seen))
            if now - self._seen[oldest] <= 2 * TOLERANCE and len(self._seen) < self._room:
                return
            del self._seen[oldest]
