"""A ledger under whatever is done to it, held against a model that is simple enough to be right."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.adapters.store import open_store
from bot.domain.errors import Superseded
from bot.domain.events import AuditEvent
from bot.domain.fingerprints import Sighting, core_of, grouped, sift
from bot.ports import Claim
from bot.waypoints import Waypoint, listen
from tests.contract.memory import MemoryStore

from .pieces import ACME, LEASE, NOON, AnyStore, HandSetClock, event, reading

Given = TypeVar("Given")
EVENTS = st.lists(st.builds(event, st.integers(-3, 6)), max_size=5)
"""Events around the moment from which the scope is watched; equal ones are twins."""


class Crash(BaseException):
    """The end of what was under way."""


class LedgerMachine(RuleBasedStateMachine):
    """Claims, reads of a growing log, failures, crashes, prunings and steps of the clock, in any order."""

    kind: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.closing = AsyncExitStack()
        self.clock = HandSetClock()
        self.store = self.run(self.open())
        self.claims: list[Claim] = []
        self.held: Claim | None = None
        self.log: list[AuditEvent] = []
        """What Mondoo holds."""
        self.staged: list[Sighting] = []
        self.entries: list[AuditEvent] = []
        self.known: list[AuditEvent] = []
        self.read = False
        self.failures = 0

    def run(self, doing: Coroutine[None, None, Given]) -> Given:
        return self.runner.run(doing)

    async def open(self) -> AnyStore:
        if self.kind == "memory":
            return MemoryStore(self.clock)
        directory = self.closing.enter_context(tempfile.TemporaryDirectory())
        return await self.closing.enter_async_context(open_store(f"sqlite:///{Path(directory) / 'bot.db'}", self.clock))

    @initialize()
    def watch(self) -> None:
        self.run(self.store.ledger.watch([ACME], NOON))

    @rule(events=EVENTS)
    def happen(self, events: list[AuditEvent]) -> None:
        self.log += events

    @rule()
    def claim(self) -> None:
        health = self.run(self.store.ledger.health())[0]
        claim = self.run(self.store.ledger.claim(ACME, health.fence, LEASE))
        if claim is not None:
            assert claim.fence == health.fence + 1
            self.claims.append(claim)
            self.held = claim
            self.staged = []
        else:
            assert self.held is not None

    @rule(steps=st.integers(-15, 15))
    def step(self, steps: int) -> None:
        self.clock.moment += steps * timedelta(minutes=1)

    def new(self) -> list[Sighting]:
        """What a reader of the whole log holds for new, but for what it has staged."""
        known = self.run(self.store.ledger.known(ACME, {core_of(each) for each in self.log}))
        assert sum(each.total() for each in known.values()) == len(self.known)
        return [each for each in sift(grouped(self.log), known) if each not in self.staged]

    @precondition(lambda self: self.held is not None)
    @rule(share=st.integers(0, 3))
    def stage(self, share: int) -> None:
        assert self.held is not None
        staged = self.new()[:share]
        self.run(self.store.ledger.stage(self.held, staged, LEASE))
        self.staged += staged

    @precondition(lambda self: self.held is not None)
    @rule(crash=st.sampled_from([None, Waypoint.COLLECT_BEGUN, Waypoint.EVENTS_WRITTEN, Waypoint.WATERMARK_MOVED]))
    def commit(self, crash: Waypoint | None) -> None:
        assert self.held is not None
        rest = self.new()

        def crash_there(waypoint: Waypoint) -> None:
            if waypoint is crash:
                raise Crash

        stop = listen(crash_there)
        try:
            last = self.run(self.store.ledger.commit(self.held, reading(), rest))
        except Crash:
            return
        finally:
            stop()
        found = [each.event for each in (*self.staged, *rest)]
        self.known += found
        self.entries += found if self.read else [each for each in found if each.at >= NOON]
        assert last == len(self.entries)
        self.held, self.staged, self.read, self.failures = None, [], True, 0

    @precondition(lambda self: self.held is not None)
    @rule()
    def fail(self) -> None:
        assert self.held is not None
        self.run(self.store.ledger.fail(self.held, "it broke off"))
        self.held, self.staged = None, []
        self.failures += 1

    @precondition(lambda self: self.claims and self.claims[-1] != self.claims[0])
    @rule(data=st.data())
    def come_too_late(self, data: st.DataObject) -> None:
        stale = data.draw(st.sampled_from(self.claims[:-1]))
        with pytest.raises(Superseded):
            self.run(self.store.ledger.commit(stale, reading(), sift(grouped(self.log), {})))
        with pytest.raises(Superseded):
            self.run(self.store.ledger.stage(stale, sift(grouped(self.log), {}), LEASE))
        self.run(self.store.ledger.fail(stale, "too late"))

    @invariant()
    def the_entries_are_those_of_the_model(self) -> None:
        entries = self.run(self.store.ledger.entries(ACME, 0, 1_000))
        assert [(each.number, each.event) for each in entries] == list(enumerate(self.entries, start=1))

    @invariant()
    def the_health_is_that_of_the_model(self) -> None:
        for health in self.run(self.store.ledger.health()):
            assert (health.entries, health.failures) == (len(self.entries), self.failures)
            assert (health.watermark is not None) is self.read

    def teardown(self) -> None:
        self.run(self.closing.aclose())
        self.runner.close()


class MemoryLedgerMachine(LedgerMachine):
    kind = "memory"


class SqliteLedgerMachine(LedgerMachine):
    kind = "sqlite"


TestMemoryLedger = MemoryLedgerMachine.TestCase
TestMemoryLedger.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestSqliteLedger = SqliteLedgerMachine.TestCase
TestSqliteLedger.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
