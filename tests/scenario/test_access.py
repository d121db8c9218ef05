"""Nobody sees a log that the policy does not give them, whoever they are and wherever they ask."""

from __future__ import annotations

import pytest

from bot.sandbox.slack import cast
from bot.sandbox.slack.ids import ChannelId, UserId

from .conftest import StartStage
from .stage import Stage, words

pytestmark = pytest.mark.scenario

COMMAND = "/mondoo-audit org=mondoo-organization-1"


@pytest.mark.parametrize(
    ("user", "channel", "allowed"),
    [
        (cast.OWNER, cast.GENERAL, True),
        (cast.OWNER, cast.OWNER_DM, True),
        (cast.OWNER, cast.PRIVATE_WITHOUT_BOT, True),
        (cast.ADMIN, cast.SECURITY_AUDIT, True),
        (cast.MEMBER, cast.SECURITY_AUDIT, False),
        (cast.GUEST, cast.GENERAL, False),
        (cast.SINGLE_CHANNEL_GUEST, cast.ONCALL, False),
        (cast.STRANGER, cast.SHARED, False),
        (cast.OWNER, cast.SHARED, False),
    ],
)
async def test_by_default_owners_and_admins_are_let_in_and_no_shared_channel(
    stage: Stage, user: UserId, channel: ChannelId, *, allowed: bool
) -> None:
    await expect(stage, user, channel, allowed=allowed)


@pytest.mark.parametrize(
    ("settings", "user", "channel", "allowed"),
    [
        ({"ACCESS_USERS": cast.MEMBER}, cast.MEMBER, cast.GENERAL, True),
        ({"ACCESS_USERS": cast.MEMBER}, cast.OTHER_MEMBER, cast.GENERAL, False),
        ({"ACCESS_USERS": cast.GUEST}, cast.GUEST, cast.GENERAL, True),
        ({"ACCESS_USER_GROUPS": cast.ONCALL_GROUP}, cast.OTHER_MEMBER, cast.GENERAL, True),
        ({"ACCESS_USER_GROUPS": cast.SECURITY_GROUP}, cast.OTHER_MEMBER, cast.GENERAL, False),
        ({"ACCESS_CHANNELS": cast.SECURITY_AUDIT}, cast.MEMBER, cast.SECURITY_AUDIT, True),
        ({"ACCESS_CHANNELS": cast.SECURITY_AUDIT}, cast.MEMBER, cast.GENERAL, False),
        ({"ACCESS_CHANNELS": cast.GENERAL}, cast.GUEST, cast.GENERAL, False),
        ({"ACCESS_CHANNELS": cast.SHARED}, cast.OWNER, cast.SHARED, True),
        ({"ACCESS_CHANNELS": cast.SHARED}, cast.STRANGER, cast.SHARED, False),
    ],
)
async def test_the_settings_let_in_others_by_id(
    start: StartStage, settings: dict[str, str], user: UserId, channel: ChannelId, *, allowed: bool
) -> None:
    await expect(await start(**settings), user, channel, allowed=allowed)


async def expect(stage: Stage, user: UserId, channel: ChannelId, *, allowed: bool) -> None:
    """Ask, and see either the log or a refusal that says whom to ask, for which Mondoo was not asked."""
    answer = words(await stage.ask(COMMAND, user=user, channel=channel))
    assert ("Jane Doe" in answer) is allowed, answer
    assert bool(stage.sandbox.mondoo.ledger.received) is allowed
    if not allowed:
        assert "Ask an owner or admin" in answer
