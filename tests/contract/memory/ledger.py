"""The ledger in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.digests import Entry, ScopeHealth
from bot.domain.errors import Superseded
from bot.domain.fingerprints import Core, Known, Sighting
from bot.domain.query import Window
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Standing
from bot.ports import Claim, Clock, Reading
from bot.waypoints import Waypoint, reached

from .rows import Log, Rows


class MemoryLedger:
    """A :class:`~bot.ports.Ledger`; see :class:`~.MemoryStore`."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def watch(self, scopes: Collection[Scope], since: datetime) -> None:
        for scope in scopes:
            self._rows.watch(scope, since)

    async def health(self) -> Sequence[ScopeHealth]:
        return [log.health for log in self._rows.logs.values()]

    async def claim(self, scope: Scope, fence: int, lease: timedelta, began: datetime | None = None) -> Claim | None:
        log, now = self._rows.logs.get(scope), self._clock.now()
        if log is None or log.health.fence != fence or _is_leased(log, now):
            return None
        log.health = replace(log.health, fence=fence + 1, last_attempt=began or now)
        log.leased_at, log.leased_until = now, now + lease
        log.staged = []
        return Claim(scope, fence + 1, log.health)

    async def known(self, scope: Scope, cores: Collection[Core]) -> Known:
        known = self._rows.logs[scope].known
        return {core: Counter(known[core]) for core in cores if core in known}

    async def stage(self, claim: Claim, sightings: Sequence[Sighting], lease: timedelta) -> None:
        log = self._held(claim)
        log.staged += sightings
        log.leased_at = self._clock.now()
        log.leased_until = log.leased_at + lease
        if sightings:
            reached(Waypoint.EVENTS_STAGED)

    async def commit(self, claim: Claim, reading: Reading, sightings: Sequence[Sighting]) -> int:
        log = self._held(claim)
        reached(Waypoint.COLLECT_BEGUN)
        unknown: dict[tuple[Core, int], Sighting] = {}
        for each in (*log.staged, *sightings):
            if (each.core, each.occurrence) not in log.occurrences:
                unknown.setdefault((each.core, each.occurrence), each)
        new = list(unknown.values())
        before = log.health
        first = before.watermark is None
        remembered = [each for each in new if first and each.event.at < before.watched_since]
        told = [each for each in new if not first or each.event.at >= before.watched_since]
        numbered = enumerate(told, start=before.entries + 1)
        entries = {number: (Entry(number, each.event, reading.began), each) for number, each in numbered}
        reached(Waypoint.EVENTS_WRITTEN)
        health = replace(
            before,
            watermark=reading.watermark if before.watermark is None else max(before.watermark, reading.watermark),
            remembered_since=before.remembered_since or reading.window.since,
            entries=before.entries + len(told),
            last_read=reading.began,
            last_deep_scan=reading.began if reading.deep else before.last_deep_scan,
            failures=0,
            reason="",
        )
        reached(Waypoint.WATERMARK_MOVED)
        log.health, log.leased_until, log.staged = health, None, []
        log.entries |= entries
        log.remembered += remembered
        log.occurrences |= unknown.keys()
        for each in new:
            log.known.setdefault(each.core, Counter())[each.variant] += 1
        reached(Waypoint.COLLECT_COMMITTED)
        return health.entries

    async def fail(self, claim: Claim, reason: str) -> None:
        log = self._rows.logs[claim.scope]
        if log.health.fence == claim.fence and log.leased_until is not None:
            log.health = replace(log.health, failures=log.health.failures + 1, reason=reason)
            log.leased_until, log.staged = None, []
            reached(Waypoint.FAILURE_RECORDED)

    async def entries(self, scope: Scope, after: int, limit: int) -> Sequence[Entry]:
        log = self._rows.logs[scope]
        found: list[Entry] = []
        for number in range(after + 1, log.health.entries + 1):
            if len(found) == limit:
                break
            if number in log.entries:
                found.append(log.entries[number][0])
        return found

    async def recall(
        self, scope: Scope, window: Window, *, limit: int, by: str = "", about: str = ""
    ) -> Sequence[Entry]:
        log = self._rows.logs.get(scope)
        known = [] if log is None else [entry for entry, _ in log.entries.values()]
        found = [
            each
            for each in known
            if each.event.at in window and by in {"", each.event.actor_mrn} and about in {"", each.event.resource}
        ]
        return sorted(found, key=lambda each: (each.event.at, each.number), reverse=True)[:limit]

    async def prune(self, keep: timedelta, most: int) -> int:
        doomed: list[tuple[Log, int | None, Sighting]] = []
        for scope, log in self._rows.logs.items():
            if log.health.watermark is None:
                continue
            horizon, told = _horizon(log.health.watermark, keep), self._told(scope)
            doomed += [(log, None, each) for each in log.remembered if each.event.at < horizon]
            doomed += [
                (log, number, each)
                for number, (_, each) in log.entries.items()
                if each.event.at < horizon and (told is None or number <= told)
            ]
        del doomed[most:]
        for log, number, sighting in doomed:
            since, watermark = log.health.remembered_since, log.health.watermark
            if since is not None and watermark is not None:
                log.health = replace(log.health, remembered_since=max(since, _horizon(watermark, keep)))
            if number is None:
                log.remembered.remove(sighting)
            else:
                del log.entries[number]
            log.occurrences.remove((sighting.core, sighting.occurrence))
            log.known[sighting.core] -= Counter((sighting.variant,))
            if not log.known[sighting.core]:
                del log.known[sighting.core]
        if doomed:
            reached(Waypoint.EVENTS_PRUNED)
        return len(doomed)

    def _held(self, claim: Claim) -> Log:
        log = self._rows.logs[claim.scope]
        if log.health.fence != claim.fence or log.leased_until is None:
            raise Superseded("Somebody else has read that scope meanwhile.")
        return log

    def _told(self, scope: Scope) -> int | None:
        """The number of the last entry of which all were told who still want to be; None where nobody does."""
        wanting = (each for each in self._rows.subscriptions.values() if each.standing is not Standing.PAUSED)
        return min((each.cursors[scope] for each in wanting if scope in each.cursors), default=None)


def _horizon(watermark: datetime, keep: timedelta) -> datetime:
    return (watermark - keep).replace(microsecond=0)


def _is_leased(log: Log, now: datetime) -> bool:
    return log.leased_at is not None and log.leased_until is not None and log.leased_at <= now < log.leased_until
