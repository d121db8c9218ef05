"""Nobody sees a log that the policy does not give them, whoever they are and wherever they ask."""

from __future__ import annotations

import pytest

from bot.sandbox.slack import cast
from bot.sandbox.slack.ids import ChannelId, UserId

from .conftest import StartStage
from .stage import Stage, words

pytestmark = pytest.mark.scenario

COMMAND = "/mondoo-audit org=mondoo-organization-1"


async def test_by_default_owners_and_admins_are_let_in_and_no_shared_channel(stage: Stage) -> None:
    await expect(stage, cast.OWNER, cast.GENERAL, allowed=True)
    await expect(stage, cast.OWNER, cast.OWNER_DM, allowed=True)
    await expect(stage, cast.OWNER, cast.PRIVATE_WITHOUT_BOT, allowed=True)
    await expect(stage, cast.ADMIN, cast.SECURITY_AUDIT, allowed=True)
    await expect(stage, cast.MEMBER, cast.SECURITY_AUDIT, allowed=False)
    await expect(stage, cast.GUEST, cast.GENERAL, allowed=False)
    await expect(stage, cast.SINGLE_CHANNEL_GUEST, cast.ONCALL, allowed=False)
    await expect(stage, cast.STRANGER, cast.SHARED, allowed=False)
    await expect(stage, cast.OWNER, cast.SHARED, allowed=False)


async def test_people_are_let_in_by_id_guests_too(start: StartStage) -> None:
    stage = await start(ACCESS_USERS=f"{cast.MEMBER},{cast.GUEST}")
    await expect(stage, cast.MEMBER, cast.GENERAL, allowed=True)
    await expect(stage, cast.GUEST, cast.GENERAL, allowed=True)
    await expect(stage, cast.OTHER_MEMBER, cast.GENERAL, allowed=False)


async def test_the_members_of_a_user_group_are_let_in(start: StartStage) -> None:
    stage = await start(ACCESS_USER_GROUPS=cast.SECURITY_GROUP)
    await expect(stage, cast.MEMBER, cast.GENERAL, allowed=True)
    await expect(stage, cast.OTHER_MEMBER, cast.GENERAL, allowed=False)


async def test_a_channel_lets_in_members_who_ask_there_and_may_be_a_shared_one(start: StartStage) -> None:
    stage = await start(ACCESS_CHANNELS=f"{cast.SECURITY_AUDIT},{cast.SHARED},{cast.ONCALL}")
    await expect(stage, cast.MEMBER, cast.SECURITY_AUDIT, allowed=True)
    await expect(stage, cast.MEMBER, cast.GENERAL, allowed=False)
    await expect(stage, cast.GUEST, cast.ONCALL, allowed=False)
    await expect(stage, cast.OWNER, cast.SHARED, allowed=True)
    await expect(stage, cast.STRANGER, cast.SHARED, allowed=False)


async def expect(stage: Stage, user: UserId, channel: ChannelId, *, allowed: bool) -> None:
    """Ask, and see either the log or a refusal that says whom to ask, for which Mondoo was not asked."""
    stage.sandbox.mondoo.ledger.clear()
    answer = words(await stage.ask(COMMAND, user=user, channel=channel))
    assert ("Jane Doe" in answer) is allowed, (user, channel, answer)
    assert bool(stage.sandbox.mondoo.ledger.received) is allowed
    if not allowed:
        assert "Ask an owner or admin" in answer
