"""What stands behind the scenes: switches for Mondoo's log, for the open channel, and for everybody's moods."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.sandbox.page import deeds
from bot.sandbox.page.panes.scenes import scenes
from bot.sandbox.page.session import Session
from bot.sandbox.page.stage import Stage
from bot.sandbox.server import Sandbox, serve, stage_of
from bot.sandbox.slack import cast
from bot.sandbox.slack.renovation import ACTS

from .conftest import See


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with serve(port=0, page=False) as sandbox:
        yield sandbox


@pytest.fixture
def stage(sandbox: Sandbox) -> Stage:
    return stage_of(sandbox)


def section(stage: Stage, session: Session, key: str) -> str:
    return next(item.markup for item in scenes(stage, session) if item.key == key)


def switches(stage: Stage, session: Session, see: See) -> Iterator[deeds.ChangeChannel]:
    """The deeds behind the switches of the open channel."""
    for button in see(section(stage, session, "channel")).all("button"):
        told = deeds.deed({"do": button["data-do"], "id": button["data-id"], "act": button["data-act"]})
        assert isinstance(told, deeds.ChangeChannel)
        yield told


def test_each_switch_of_a_channel_is_turned_and_turned_back(sandbox: Sandbox, stage: Stage, see: See) -> None:
    session = Session(sandbox.slack.workspace)
    before = session.conversation
    turned = []
    for _ in range(2):
        for switch in switches(stage, session, see):
            sandbox.slack.change_channel(session.channel, switch.act)
            turned.append(switch.act)
    assert set(turned) == set(ACTS)
    after = session.conversation
    assert (after.is_archived, after.connected_team, after.posting_restricted) == (False, None, False)
    assert set(after.members) == set(before.members)


def test_direct_messages_have_no_switches(sandbox: Sandbox, stage: Stage) -> None:
    session = Session(sandbox.slack.workspace, channel=cast.OWNER_DM)
    assert section(stage, session, "channel") == ""


def test_each_thing_that_can_be_made_to_happen_does(sandbox: Sandbox, stage: Stage, see: See) -> None:
    buttons = see(section(stage, Session(sandbox.slack.workspace), "events")).all("button")
    said = [str(button["value"]) for button in buttons if button.get("name") == "msg"]
    assert said == ["owner added", "created service account", "created API token"]
    for msg in said:
        (happened,) = sandbox.mondoo.happen(None, 1, msg).values()
        assert [event.msg for event in happened] == [msg]
        assert deeds.deed(
            json.loads(json.dumps({"do": "happen", "count": "5", "mrn": "", "msg": msg}))
        ) == deeds.Happen("5", "", msg)
