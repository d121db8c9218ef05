"""What a channel is told without being asked, by the real bot process, and what people may do about it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.sandbox.mondoo.effects import Status
from bot.sandbox.mondoo.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import cast
from bot.sandbox.slack.faults import Fault as SlackFault
from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.slack.ids import ChannelId
from bot.sandbox.slack.messages import Message
from tests.forks import Forks

from .conftest import StartStage, environment
from .stage import BotProcess, Stage, words

pytestmark = pytest.mark.scenario

ORG = "//captain.api.mondoo.app/organizations/mondoo-organization-1"
DIGEST = {
    "DIGEST_CHANNEL": cast.SECURITY_AUDIT,
    "DIGEST_SCOPES": "org:mondoo-organization-1",
    "DIGEST_SCHEDULE": "5s",
    "POLL_INTERVAL": "1s",
    "SLACK_TIMEOUT": "2s",
    "MONDOO_PATIENCE": "2s",
}


async def test_a_digest_needs_no_further_set_up_and_tells_each_event_once(start: StartStage) -> None:
    stage = await start(**DIGEST)
    await until_read(stage)
    (event,) = stage.sandbox.mondoo.happen(ORG, msg="owner added")[ORG]
    (digest,) = await posted(stage, 1)
    assert digest.metadata is not None
    assert digest.metadata["event_type"] == "mondoo_audit_digest"
    assert list(digest.metadata["event_payload"]) == ["id"]
    assert event.identity.name in words(digest)
    assert "an owner of the organization" in words(digest)
    stage.sandbox.mondoo.append(ORG, [event])  # a true twin
    assert len(await posted(stage, 2)) == 2
    await settled(stage)
    assert len(told(stage)) == 2


async def test_what_was_there_before_is_not_told(start: StartStage) -> None:
    stage = await start(**DIGEST)
    await until_read(stage)
    stage.sandbox.mondoo.happen(ORG, msg="owner added")
    (digest,) = await posted(stage, 1)
    assert "Jane Doe" not in words(digest)


async def test_an_alert_comes_at_once_in_the_colour_of_its_risk(start: StartStage) -> None:
    stage = await start(**DIGEST | {"DIGEST_SCHEDULE": "30d"})
    answer = await stage.ask("/mondoo-audit subscribe org=mondoo-organization-1 mode=alert")
    assert "Subscription 2" in words(answer)
    await until_read(stage)
    stage.sandbox.mondoo.happen(ORG, msg="viewer added")
    stage.sandbox.mondoo.happen(ORG, msg="owner added")
    (alert,) = await posted(stage, 1)
    assert [attachment["color"] for attachment in alert.attachments]
    assert "an owner of the organization" in words([dict(each) for each in alert.attachments])


async def test_everything_that_waited_is_told_after_a_kill(
    start: StartStage, sandbox: Sandbox, forks: Forks, tmp_path: Path
) -> None:
    stage = await start(**DIGEST)
    await until_read(stage)
    stage.bot.process.kill()
    await stage.bot.process.wait()
    happened = sandbox.mondoo.happen(ORG, count=30, msg="created service account")[ORG]
    bot = await BotProcess.start(forks, {**environment(sandbox, sandbox.slack.settings.transport), **DIGEST}, tmp_path)
    again = Stage(sandbox, bot)
    try:
        (digest,) = await posted(again, 1)
        await settled(again)
        thread = sandbox.slack.workspace.thread(cast.SECURITY_AUDIT, digest.ts, cast.OWNER)
        text = "\n".join(words(message) for message in thread if message.is_reply)
        assert all(event.resource.rpartition("/")[2] in text for event in happened)
        assert len(told(again)) == 1
    finally:
        await bot.stop()


async def test_a_swallowed_answer_is_looked_up_and_never_posted_again(start: StartStage, sandbox: Sandbox) -> None:
    stage = await start(**DIGEST)
    await until_read(stage)
    sandbox.slack.faults.add(SlackFault("chat.postMessage", FaultKind.RESET, is_accepted=True))
    sandbox.mondoo.happen(ORG, msg="owner added")
    await posted(stage, 1)
    await until(lambda: any(line["state"] == "sent" for line in stage.bot.entries("delivery")))
    assert stage.bot.entries("delivery")[0]["state"] == "unknown"
    assert len(told(stage)) == 1


async def test_a_source_that_cannot_be_read_is_told_once_and_once_more_on_recovery(
    start: StartStage, sandbox: Sandbox
) -> None:
    stage = await start(**DIGEST)
    await until_read(stage)
    number = sandbox.mondoo.inject(Fault(Status(503), times=None))
    down = await until_message(stage, "cannot be read")
    assert "503" in words(down)
    status = words(await stage.ask("/mondoo-audit status"))
    assert "503" in status
    sandbox.mondoo.happen(ORG, msg="owner added")
    sandbox.mondoo.faults.clear(number)
    await until_message(stage, "can be read again")
    await posted(stage, 1)
    counts = Counter("cannot be read" in words(each) for each in told(stage, digests=False))
    assert counts[True] == 1


async def test_an_archived_channel_stops_the_subscription_and_resume_delivers_what_waited(
    start: StartStage, sandbox: Sandbox
) -> None:
    stage = await start(**DIGEST | {"DIGEST_OWNER": cast.OWNER})
    await until_read(stage)
    sandbox.slack.change_channel(cast.SECURITY_AUDIT, "archive")
    (event,) = sandbox.mondoo.happen(ORG, msg="owner added")[ORG]
    direct = sandbox.slack.workspace.open_direct_channel(cast.OWNER).id
    told_owner = await until_message(stage, "archived", direct)
    assert "/mondoo-audit resume 1" in words(told_owner)
    assert "archived" in words(await stage.ask("/mondoo-audit subscriptions", channel=cast.GENERAL))
    sandbox.slack.change_channel(cast.SECURITY_AUDIT, "unarchive")
    sandbox.slack.change_channel(cast.SECURITY_AUDIT, "add-bot")
    await stage.ask("/mondoo-audit resume 1", channel=cast.GENERAL)
    (digest,) = await posted(stage, 1)
    assert event.identity.name in words(digest)


async def test_pause_keeps_what_happens_for_later(start: StartStage, sandbox: Sandbox) -> None:
    stage = await start(**DIGEST)
    await until_read(stage)
    await stage.ask("/mondoo-audit pause 1")
    sandbox.mondoo.happen(ORG, msg="owner added")
    await until_read(stage)
    assert not told(stage)
    await stage.ask("/mondoo-audit resume 1")
    assert len(await posted(stage, 1)) == 1


async def test_who_may_not_manage_is_told_so(start: StartStage) -> None:
    stage = await start(**DIGEST | {"ACCESS_USERS": cast.MEMBER})
    refused = words(await stage.ask("/mondoo-audit pause 1", user=cast.MEMBER))
    assert "Ask an owner or admin" in refused
    assert "1" in words(await stage.ask("/mondoo-audit subscriptions", user=cast.MEMBER))


async def test_an_event_is_never_shown_in_a_channel_that_became_shared(start: StartStage, sandbox: Sandbox) -> None:
    stage = await start(**DIGEST | {"DIGEST_OWNER": cast.OWNER})
    await until_read(stage)
    sandbox.slack.change_channel(cast.SECURITY_AUDIT, "share")
    sandbox.mondoo.happen(ORG, msg="owner added")
    direct = sandbox.slack.workspace.open_direct_channel(cast.OWNER).id
    await until_message(stage, "shared with another organization", direct)
    assert not told(stage)


async def test_a_token_that_is_revoked_stops_posting_but_not_collecting(start: StartStage, sandbox: Sandbox) -> None:
    stage = await start(**DIGEST)
    await until_read(stage)
    sandbox.slack.faults.add(SlackFault("chat.postMessage", FaultKind.ERROR, error="token_revoked"))
    sandbox.mondoo.happen(ORG, msg="owner added")
    await until(lambda: bool(stage.bot.entries("delivery")))
    health = (await stage.bot.get("/healthz")).json()
    assert "token_revoked" in " ".join(health["notes"])
    reads = sandbox.mondoo.ledger.received
    await until(lambda: sandbox.mondoo.ledger.received > reads)


async def test_a_second_bot_on_the_same_database_is_refused_with_words(
    start: StartStage, sandbox: Sandbox, forks: Forks, tmp_path: Path
) -> None:
    await start(**DIGEST)
    with pytest.raises(AssertionError, match="ended with") as refusal:
        await BotProcess.start(forks, {**environment(sandbox, sandbox.slack.settings.transport), **DIGEST}, tmp_path)
    assert "another process" in str(refusal.value)
    assert "Traceback" not in str(refusal.value)


def told(stage: Stage, channel: ChannelId = cast.SECURITY_AUDIT, *, digests: bool = True) -> list[Message]:
    """What the bot posted by itself in a channel, digests or everything, threads left out."""
    return [
        each
        for each in stage.sandbox.slack.workspace.messages(channel, cast.OWNER)
        if each.metadata is not None
        and not each.is_reply
        and (not digests or each.metadata["event_type"] == "mondoo_audit_digest")
    ]


async def posted(stage: Stage, count: int) -> list[Message]:
    """The digests and alerts in the channel, once there are so many."""
    await until(lambda: len(told(stage)) >= count, stage)
    return told(stage)


async def until_message(stage: Stage, phrase: str, channel: ChannelId = cast.SECURITY_AUDIT) -> Message:
    """The first message that the bot posted by itself with that phrase in it."""

    def found() -> list[Message]:
        return [each for each in told(stage, channel, digests=False) if phrase in words(each)]

    await until(lambda: bool(found()), stage)
    return found()[0]


async def until_read(stage: Stage) -> None:
    """Return once every log was read from now on, and again: then what is told of is known."""
    seen = stage.sandbox.mondoo.ledger.received
    await until(lambda: stage.sandbox.mondoo.ledger.received >= seen + 2, stage)


async def settled(stage: Stage) -> None:
    """Return after another slot has passed with a read before it."""
    await until_read(stage)
    await asyncio.sleep(6)


async def until(condition: object, stage: Stage | None = None) -> None:
    """Wait until the condition holds."""
    assert callable(condition)
    async with asyncio.timeout(30):
        while not condition():
            if stage is not None and stage.bot.process.returncode is not None:
                raise AssertionError("".join(stage.bot.log))
            await asyncio.sleep(0.05)
