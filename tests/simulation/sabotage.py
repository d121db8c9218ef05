"""Safeguards taken away, one at a time: what is left has to fail, or the simulation would prove nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.deliveries import Absent, Delivery, Found, Look, Outcome, Uncertain
from bot.domain.errors import UpstreamError
from bot.domain.fingerprints import Core, Known, Sighting
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.domain.settlements import Settlement
from bot.ports import AuditLog, Claim, Ledger, LogPage, Messenger, Reading
from bot.services.collect import LookBack
from tests.contract.memory.outbox import MemoryOutbox

from .mondoo import START
from .replicas import Outside
from .weather import Fault
from .world import Setting


class UncountingLedger:
    """A ledger that knows an event or does not: of true twins, one is enough for it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.watch, self.health, self.claim = ledger.watch, ledger.health, ledger.claim
        self.fail, self.entries, self.recall, self.prune = ledger.fail, ledger.entries, ledger.recall, ledger.prune

    async def known(self, scope: Scope, cores: Collection[Core]) -> Known:
        known = await self._ledger.known(scope, cores)
        return {core: Counter(dict.fromkeys(variants, 1_000)) for core, variants in known.items()}

    async def stage(self, claim: Claim, sightings: Sequence[Sighting], lease: timedelta) -> None:
        await self._ledger.stage(claim, _once(sightings), lease)

    async def commit(self, claim: Claim, reading: Reading, sightings: Sequence[Sighting]) -> int:
        return await self._ledger.commit(claim, reading, _once(sightings))


def _once(sightings: Sequence[Sighting]) -> Sequence[Sighting]:
    return [each for each in sightings if each.occurrence == 1]


class HastyLedger:
    """A ledger that moves the watermark to the present with every read, though it may not be complete."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.watch, self.health, self.claim, self.known = ledger.watch, ledger.health, ledger.claim, ledger.known
        self.stage, self.fail, self.entries, self.prune = ledger.stage, ledger.fail, ledger.entries, ledger.prune
        self.recall = ledger.recall

    async def commit(self, claim: Claim, reading: Reading, sightings: Sequence[Sighting]) -> int:
        return await self._ledger.commit(claim, replace(reading, watermark=reading.began), sightings)


class HastyLog:
    """A log whose reader takes the last page that it got for the last that there is."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        try:
            async with aclosing(self._log.read(scope, window, order)) as pages:
                async for page in pages:
                    yield page
        except UpstreamError:
            yield LogPage((), None, last=True)


class UnfencedOutbox(MemoryOutbox):
    """An outbox that lets anybody note what became of a part, also when somebody else deals with it by now."""

    async def settle(self, delivery: Delivery, settlement: Settlement) -> bool:
        lane = delivery.channel if delivery.subscription is None else delivery.subscription
        for part in self.rows.lanes.get(lane, ()):
            if part.parcel.part_id(part.ordinal) == delivery.part:
                return await super().settle(replace(delivery, fence=part.fence), settlement)
        return False


class RetryingMessenger:
    """A messenger that posts again by itself where it got no answer, as libraries do."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self.find = messenger.find

    async def post(self, delivery: Delivery) -> Outcome:
        outcome = await self._messenger.post(delivery)
        return await self._messenger.post(delivery) if isinstance(outcome, Uncertain) else outcome


class ForgetfulMessenger:
    """A messenger that never finds what was posted."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self.post = messenger.post

    async def find(self, delivery: Delivery) -> Look:
        look = await self._messenger.find(delivery)
        return Absent() if isinstance(look, Found) else look


class StandingClock:
    """A clock by which nothing ever takes long."""

    def now(self) -> datetime:
        return START


_SHORT = timedelta(minutes=1)
_SHORT_SIGHTED = LookBack(overlap=_SHORT, deep=_SHORT, deep_every=timedelta(minutes=12), most_held=10)
_BLIND = replace(_SHORT_SIGHTED, overlap=timedelta(0), deep=timedelta(0))

SHORT_SIGHTED = Setting(look_back=_SHORT_SIGHTED, punctual=True)
"""No sabotage: in a world without late events, hardly looking back is enough."""

HELD_UP = Setting(only=frozenset((Fault.STOPPED_SENDING, Fault.POST_SLOW)), often=4)
"""No sabotage: processes stand still when they are about to send, and that is all."""

SABOTAGES = {
    "overlap off": Setting(look_back=_BLIND),
    "count off": Setting(disguise=lambda outside: replace(outside, ledger=UncountingLedger(outside.ledger))),
    "fencing off": replace(HELD_UP, disguise=lambda outside: replace(outside, outbox=_unfenced(outside))),
    "hold-ups unnoticed": replace(HELD_UP, disguise=lambda outside: replace(outside, courier_clock=StandingClock())),
    "retry of a post on": Setting(
        disguise=lambda outside: replace(outside, messenger=RetryingMessenger(outside.messenger))
    ),
    "look-up off": Setting(disguise=lambda outside: replace(outside, messenger=ForgetfulMessenger(outside.messenger))),
    "watermark before the last page": replace(
        SHORT_SIGHTED,
        disguise=lambda outside: replace(outside, ledger=HastyLedger(outside.ledger), log=HastyLog(outside.log)),
    ),
}


def _unfenced(outside: Outside) -> UnfencedOutbox:
    assert isinstance(outside.outbox, MemoryOutbox)
    return UnfencedOutbox(outside.outbox.rows, outside.outbox.clock, outside.outbox.pace, outside.outbox.before_look)
