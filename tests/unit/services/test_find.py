from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.errors import Unavailable, UserError
from bot.domain.traces import trace_of
from bot.services.find import find

from .fakes import NOON, FakeAuditLog, event, history


async def test_an_event_is_read_again_from_its_second_alone() -> None:
    wanted = event(NOON, "wanted")
    log = FakeAuditLog([wanted, event(NOON, "other"), *history(5)])
    found = await find(log, trace_of(wanted))
    assert found.event == wanted
    assert (found.coverage.matched, found.coverage.complete) == (2, True)


async def test_an_event_that_is_gone_is_said_to_be_gone() -> None:
    with pytest.raises(UserError, match="no longer holds"):
        await find(FakeAuditLog(history(5)), trace_of(event(NOON, "gone")))


async def test_an_event_that_could_not_be_read_is_not_said_to_be_gone() -> None:
    log = FakeAuditLog(history(5), fails={0: Unavailable("Mondoo answered 503.")})
    with pytest.raises(Unavailable, match=r"could not be read: Mondoo answered 503\.") as refusal:
        await find(log, trace_of(event(NOON, "wanted")))
    assert refusal.value.advice == Unavailable.advice


async def test_what_was_read_before_reading_failed_is_good() -> None:
    wanted = event(NOON, "wanted")
    twins = [replace(wanted, message=f"{n}") for n in range(3)]
    log = FakeAuditLog([*twins, wanted], page_size=2, fails={1: Unavailable("Mondoo answered 503.")})
    found = await find(log, trace_of(twins[0]), page_size=2)
    assert found.event == twins[0]
    assert found.coverage.stopped
