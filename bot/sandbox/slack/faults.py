"""Things that go wrong on purpose, once or until told otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum

import msgspec

from bot.sandbox.slack.shapes import Json


class FaultKind(StrEnum):
    """What goes wrong."""

    RATE_LIMITED = "rate_limited"
    """HTTP 429 with Retry-After."""
    STATUS = "status"
    """Another HTTP status, e.g. 503, and a body that is not JSON."""
    ERROR = "error"
    """HTTP 200 with `ok: false` and an error, e.g. `internal_error`."""
    DELAY = "delay"
    """The answer is right, but late."""
    LATE = "late"
    """The call takes effect late, after whoever made it may have given up."""
    RESET = "reset"
    """The connection is dropped without an answer."""
    HANG = "hang"
    """No answer comes, and the connection stays."""


@dataclass(slots=True)
class Fault:
    """One fault, used up by the calls it hits.

    Attributes:
        method: A Web API method, `response_url`, `upload`, or `*` for all.
        kind: What happens to the call.
        is_accepted: Whether the call takes effect all the same, so that only its answer is lost. Ignored
            by RATE_LIMITED, which never takes effect, and by DELAY and LATE, which always do.
        times: How many calls it hits; None means all until it is cleared.
        skip: How many calls pass before it starts.
        status: For STATUS.
        error: For ERROR.
        seconds: For DELAY and LATE how late, for RATE_LIMITED the value of Retry-After.
    """

    method: str
    kind: FaultKind
    is_accepted: bool = False
    times: int | None = 1
    skip: int = 0
    status: int = 503
    error: str = "internal_error"
    seconds: float = 1.0
    hits: int = 0

    @classmethod
    def from_json(cls, body: Json) -> Fault:
        """Gives the fault that a control request describes.

        Raises:
            ValueError: A field is unknown, missing or not of its kind.
        """
        if unknown := body.keys() - {each.name for each in fields(cls)}:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        return msgspec.convert(body, cls)

    def as_json(self) -> Json:
        """Gives the fault and how often it was hit."""
        return asdict(self)

    def is_spent(self) -> bool:
        """Whether it will hit no further call."""
        return self.times is not None and self.hits >= self.times


@dataclass(slots=True)
class Faults:
    """The faults in force; the one added first is used first."""

    _planned: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Puts a fault in force."""
        self._planned.append(fault)

    def clear(self) -> None:
        """Takes all faults back."""
        self._planned.clear()

    def planned(self) -> Iterable[Fault]:
        """Gives every fault added since the last clearing, spent ones too."""
        return tuple(self._planned)

    def take(self, method: str) -> Fault | None:
        """Gives the fault that hits this call, counting it, or None."""
        for fault in self._planned:
            if fault.method not in {method, "*"} or fault.is_spent():
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.hits += 1
            return fault
        return None
