"""Making Mondoo and Slack misbehave for a while."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.sandbox.mondoo import Fault, MondooCloud, effects
from bot.sandbox.page.moods import MondooParty, Party, SlackParty
from bot.sandbox.slack.faults import FaultKind, Faults

from .conftest import NOON


@pytest.fixture(params=["Mondoo", "Slack"])
def party(request: pytest.FixtureRequest) -> Party:
    return MondooParty(MondooCloud(NOON)) if request.param == "Mondoo" else SlackParty(Faults())


async def test_each_mood_is_told_until_all_is_well_again(party: Party) -> None:
    for mood in party.moods:
        party.misbehave(mood.key, times=None, duration=None)
        assert party.troubles() == [mood.words]
    party.behave()
    assert party.troubles() == []


async def test_what_remains_of_a_mood_is_told(party: Party) -> None:
    party.misbehave("unavailable", times=1, duration=None)
    assert party.troubles() == ["answers 503, 1 more time"]
    party.misbehave("unavailable", times=None, duration=timedelta(seconds=30))
    assert party.troubles() == ["answers 503, 30 s more"]


async def test_a_mood_passes_by_itself(party: Party) -> None:
    party.misbehave("unavailable", times=None, duration=timedelta(0))
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(0, passed.set)
    await passed.wait()
    assert party.troubles() == []


async def test_a_mood_that_there_is_not_is_refused(party: Party) -> None:
    with pytest.raises(LookupError, match="no mood 'sulking'"):
        party.misbehave("sulking", times=None, duration=None)


async def test_troubles_made_elsewhere_are_told_too() -> None:
    mondoo = MondooCloud(NOON)
    mondoo.inject(Fault(effects.NullAuditlog(), times=2))
    assert MondooParty(mondoo).troubles() == ["null-auditlog, 2 more times"]


async def test_slack_posts_late_but_does_everything_else_at_once() -> None:
    faults = Faults()
    SlackParty(faults).misbehave("late", times=1, duration=None)
    assert faults.take("auth.test") is None
    fault = faults.take("chat.postMessage")
    assert fault is not None
    assert fault.kind is FaultKind.LATE


async def test_a_lost_answer_hits_calls_that_have_taken_effect() -> None:
    faults = Faults()
    SlackParty(faults).misbehave("swallow", times=1, duration=None)
    fault = faults.take("chat.postMessage")
    assert fault is not None
    assert (fault.kind, fault.is_accepted) == (FaultKind.RESET, True)
    assert SlackParty(faults).troubles() == []
