from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.slack.lookups import Lookups


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until somebody sets it."""

    moment: datetime = datetime(2024, 5, 6, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@dataclass(slots=True)
class Source:
    """Answers with the key in capitals, or fails; ``gate`` holds answers back until it is set."""

    fails: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, key: str) -> str:
        self.asked.append(key)
        await self.gate.wait()
        if self.fails:
            raise ConnectionError(key)
        return key.upper()


async def test_an_answer_is_remembered_for_a_while() -> None:
    source, clock = Source(), FakeClock()
    lookups = Lookups(source, clock, keep=timedelta(seconds=60))
    assert [await lookups.get("a") for _ in range(3)] == ["A"] * 3
    assert source.asked == ["a"]
    clock.moment += timedelta(seconds=60)
    assert await lookups.get("a") == "A"
    assert source.asked == ["a", "a"]


async def test_those_who_ask_at_the_same_time_share_one_look_up() -> None:
    source = Source()
    source.gate.clear()
    lookups = Lookups(source, FakeClock())
    asking = [asyncio.create_task(lookups.get("a")) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()
    source.gate.set()
    assert await asyncio.gather(*asking[1:]) == ["A"] * 4
    assert source.asked == ["a"]


async def test_a_failure_reaches_all_who_asked_and_is_forgotten() -> None:
    source = Source(fails=True)
    lookups = Lookups(source, FakeClock())
    failures = await asyncio.gather(*(lookups.get("a") for _ in range(3)), return_exceptions=True)
    assert [type(failure) for failure in failures] == [ConnectionError] * 3
    assert source.asked == ["a"]
    source.fails = False
    assert await lookups.get("a") == "A"


async def test_a_failure_that_nobody_waits_for_any_more_is_nobodys() -> None:
    source = Source(fails=True)
    source.gate.clear()
    asking = asyncio.create_task(Lookups(source, FakeClock()).get("a"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    source.gate.set()
    await asyncio.sleep(0)


async def test_no_more_is_remembered_than_there_is_room_for() -> None:
    source = Source()
    lookups = Lookups(source, FakeClock(), capacity=2)
    for key in "abc":
        await lookups.get(key)
    await lookups.get("c")
    await lookups.get("b")
    assert source.asked == ["a", "b", "c"]
    await lookups.get("a")
    assert source.asked == ["a", "b", "c", "a"]


async def test_an_answer_of_the_future_is_asked_for_again() -> None:
    source, clock = Source(), FakeClock()
    lookups = Lookups(source, clock, keep=timedelta(seconds=60))
    await lookups.get("a")
    clock.moment -= timedelta(minutes=10)  # the clock was set back: nobody knows how old the answer is
    await lookups.get("a")
    assert source.asked == ["a", "a"]
