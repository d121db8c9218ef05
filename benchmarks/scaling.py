"""Scale: what is measured of the clockwork, in full or in a quick form."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import Final

from benchmarks import curves, databases, digesting, polling, writing
from benchmarks.figures import Figure

HISTORIES: Final = (1_000, 10_000, 100_000, 1_000_000)
_ROUNDS: Final = 5
_MS: Final = 1_000


async def polls(scopes: int) -> list[Figure]:
    """How long one process takes to read many scopes, and what a poll costs it that finds nothing new."""
    with databases.sqlite() as url:
        found = await polling.measure(url, scopes)
    return [
        Figure(f"{found.scopes:,} scopes by one process", found.took_s, 60, "s", "a minute", 1),
        Figure("a quiet poll: CPU", found.poll_cpu_s * _MS, 4, "ms", "the goal", 1),
        Figure("a quiet poll: requests", found.poll_requests, 1, "", "one", 1),
        Figure("looking for what is due: CPU", found.tick_cpu_s * _MS, 50, "ms", "a twentieth of each second", 1),
    ]


async def digests(histories: tuple[int, ...]) -> Figure:
    """What a digest of as many new events costs on top of a long history, beside a short one."""
    found = [await digesting.measure(history) for history in histories]
    if histories == HISTORIES:
        curves.digests(found)
    first, last = found[0], found[-1]
    name = f"a digest of {digesting.NEW} events, {last.history:,} before"
    return Figure(name, last.cpu_s * _MS, first.cpu_s * _MS, "ms", f"{first.history:,} before", 1.5)


async def writes(kind: str, *, quick: bool) -> Figure:
    """How fast new events are recorded."""
    goal = {"SQLite": 5_000, "PostgreSQL": 3_000}[kind]
    with databases.sqlite() if kind == "SQLite" else databases.postgresql() as url:
        written = await writing.measure(url, 5_000 if quick else 20_000)
    return Figure(f"new events, {kind}", written.events_per_s, goal, "/s", "the goal", 1, at_least=True)


async def replicas() -> Figure:
    """What four processes on one PostgreSQL poll, beside one: medians of rounds by turns."""
    with databases.postgresql() as url:
        found = await polling.rates(url, (1, 4) * _ROUNDS, polling.Link(), timedelta(seconds=6))
    one, four = median(found[::2]), median(found[1::2])
    return Figure("four replicas over 50 ms", four, one, "polls/s", "one", 3.5, at_least=True)
