"""Faults in wait: which effect strikes which requests, how often, and with what chance."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Annotated, Any

import msgspec

from bot.sandbox.mondoo.effects import Effect, Growth, Latency, Spoiling


class Fault(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
):
    """An effect and the requests it is for.

    Attributes:
        effect: What happens.
        times: For the next so many requests that fit; None: always.
        probability: The chance that it strikes a request that fits.
        region: Only this region's server.
        mrn: Only this scope's log.
        page: Only this page of a log, counted from 1.
    """

    effect: Effect
    times: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    region: str | None = None
    mrn: str | None = None
    page: Annotated[int, msgspec.Meta(ge=1)] | None = None

    def fits(self, request: Target) -> bool:
        """Whether a request is one of those that the fault is for; only a page can be spoilt."""
        return (
            (self.region is None or self.region == request.region)
            and (self.mrn is None or self.mrn == request.mrn)
            and (self.page is None or self.page == request.page)
            and (request.page is not None or not isinstance(self.effect, Spoiling))
        )


class Target(msgspec.Struct, frozen=True):
    """What a fault looks at in a request; `mrn` and `page` are None where no log was read."""

    region: str
    mrn: str | None = None
    page: int | None = None


class Faults:
    """The faults in wait, in the order in which they were laid.

    One request meets the first fault that fits and strikes, and in addition every latency that does. Growth is met when
    a page is about to be read, whatever else happens to the request.

    Args:
        seed: Of the chances.

    Attributes:
        release: Set when all the faults that are in wait now are taken away; what hangs waits for it.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rng = Random(seed)  # noqa: S311 — reproducible chaos, not a secret
        self._waiting: dict[int, Fault] = {}
        self._laid = 0
        self.release = asyncio.Event()

    def lay(self, fault: Fault) -> int:
        """Lays a fault and gives its number."""
        self._laid += 1
        self._waiting[self._laid] = fault
        return self._laid

    def clear(self, number: int | None = None) -> None:
        """Takes one fault away, or all of them; then whatever hangs is let go."""
        if number is not None:
            self._waiting.pop(number, None)
            return
        self._waiting.clear()
        self._rng.seed(self._seed)
        self.release.set()
        self.release = asyncio.Event()

    def growth(self, target: Target) -> list[Growth]:
        """Gives, and counts, the growth that strikes a page about to be read."""
        return [fault.effect for fault in self._striking(target, Growth) if isinstance(fault.effect, Growth)]

    def latency(self, target: Target) -> list[Latency]:
        """Gives, and counts, the latencies that strike a request."""
        return [fault.effect for fault in self._striking(target, Latency) if isinstance(fault.effect, Latency)]

    def strike(self, target: Target) -> Effect | None:
        """Gives, and counts, the one effect other than growth and latency that strikes a request."""
        for number, fault in list(self._waiting.items()):
            if not isinstance(fault.effect, Growth | Latency) and self._strikes(number, fault, target):
                return fault.effect
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """Gives the faults in wait for the control port; `times` is how often each has left."""
        return [{"id": number, **msgspec.to_builtins(fault)} for number, fault in self._waiting.items()]

    def _striking(self, target: Target, kind: type[Growth | Latency]) -> list[Fault]:
        return [
            fault
            for number, fault in list(self._waiting.items())
            if isinstance(fault.effect, kind) and self._strikes(number, fault, target)
        ]

    def _strikes(self, number: int, fault: Fault, target: Target) -> bool:
        if not fault.fits(target) or (fault.probability < 1 and self._rng.random() >= fault.probability):
            return False
        if fault.times is not None:
            if fault.times == 1:
                del self._waiting[number]
            else:
                self._waiting[number] = msgspec.structs.replace(fault, times=fault.times - 1)
        return True
