"""Where the bot may not look whether Slack took a message, it says so in the one that it posts again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.slack.faults import Fault, FaultKind

from .databases import SqliteFile
from .history import OWNER_ADDED
from .nursery import open_nursery
from .world import open_world


@pytest.mark.chaos
async def test_an_unavoidable_repeat_says_that_it_is_one(tmp_path: Path) -> None:
    async with open_nursery() as nursery, open_world(nursery, SqliteFile(tmp_path / "bot.db"), tmp_path, 1) as world:
        world.may_label = True
        life = await world.start()
        faults = world.sandbox.slack.faults
        faults.add(Fault("conversations.history", FaultKind.ERROR, error="missing_scope", times=None))
        faults.add(Fault("chat.postMessage", FaultKind.RESET, is_accepted=True))
        world.history.happen(2, deed=OWNER_ADDED)
        verdict = await world.delivered()
    assert not verdict.complaints, "\n".join([*verdict.complaints, *life.said])
    assert verdict.labelled == 1
