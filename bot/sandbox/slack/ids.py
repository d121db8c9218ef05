"""The ids of the workspace: their types, their form, and where new ones come from.

Slack's ids are a letter for the kind followed by upper-case letters and digits. Ids made here are
drawn from a seed, so two runs that do the same things name them the same.
"""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime, timedelta
from typing import NewType

TeamId = NewType("TeamId", str)
UserId = NewType("UserId", str)
GroupId = NewType("GroupId", str)
ChannelId = NewType("ChannelId", str)
ViewId = NewType("ViewId", str)
FileId = NewType("FileId", str)
Ts = NewType("Ts", str)
"""A message's timestamp, `seconds.microseconds`: unique in its channel, and its id there."""

_ALPHABET = string.ascii_uppercase + string.digits
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Mint:
    """Makes ids, hashes and secrets that are unpredictable to look at and the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 — ids that repeat with the seed are the purpose

    def token(self, length: int, alphabet: str = _ALPHABET) -> str:
        """Gives `length` characters of `alphabet`."""
        return "".join(self._random.choices(alphabet, k=length))

    def channel(self, prefix: str = "C") -> ChannelId:
        """Gives a channel's id: C for a channel, D for a direct message, G for a group's."""
        return ChannelId(prefix + self.token(10))

    def view(self) -> ViewId:
        """Gives a view's id."""
        return ViewId("V" + self.token(10))

    def file(self) -> FileId:
        """Gives a file's id."""
        return FileId("F" + self.token(10))

    def hexadecimal(self, length: int) -> str:
        """Gives `length` lower-case hexadecimal digits."""
        return self.token(length, "0123456789abcdef")

    def secret(self, length: int = 24) -> str:
        """Gives letters and digits of both cases, as in the paths of response URLs."""
        return self.token(length, string.ascii_letters + string.digits)

    def decimal(self, length: int) -> str:
        """Gives a decimal number of `length` digits that does not start with zero."""
        return self.token(1, "123456789") + self.token(length - 1, string.digits)


def microseconds(moment: datetime) -> int:
    """Gives the whole microseconds since 1970 of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def ts_of(micros: int) -> Ts:
    """Gives the timestamp in Slack's notation, e.g. `1716900000.000200`."""
    return Ts(f"{micros // 1_000_000}.{micros % 1_000_000:06d}")


def micros_of(ts: str) -> int:
    """Gives the microseconds that a timestamp in Slack's notation stands for.

    Raises:
        ValueError: It is not in that notation; a bare number of seconds is.
    """
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6] or "0")
