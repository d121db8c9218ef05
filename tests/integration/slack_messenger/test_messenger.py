"""Posting to the sandbox's Slack, once each, and finding what may have been posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler

from bot.adapters.slack.client import open_session, web_client
from bot.adapters.slack.messenger import ORPHAN, REPEAT, SlackMessenger
from bot.domain.deliveries import (
    Absent,
    Deferred,
    Delivery,
    Found,
    Locked,
    Message,
    MessageTs,
    Refused,
    Sent,
    Uncertain,
    Unreachable,
    Unreadable,
)
from bot.sandbox.slack import cast
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.faults import Fault, FaultKind
from bot.sandbox.slack.ids import ChannelId, Ts
from bot.sandbox.slack.ledger import Entry, EntryKind
from bot.waypoints import Waypoint

from .deliveries import FILE, FORM, MESSAGE, SystemClock, delivery, looked_for, reply

POST, SHARE = "chat.postMessage", "files.completeUploadExternal"


def posts(slack: SlackCloud) -> list[Entry]:
    return slack.workspace.ledger.entries(EntryKind.POST)


def calls(slack: SlackCloud, method: str) -> list[Entry]:
    return slack.workspace.ledger.entries(EntryKind.API_CALL, method=method)


async def post(messenger: SlackMessenger, part: Delivery) -> MessageTs:
    outcome = await messenger.post(part)
    assert isinstance(outcome, Sent), outcome
    return outcome.ts


# -- posting ------------------------------------------------------------------------------------------


async def test_a_digest_is_posted_with_nothing_but_its_id_as_metadata(
    slack: SlackCloud, messenger: SlackMessenger
) -> None:
    ts = await post(messenger, delivery())
    (call,) = calls(slack, POST)
    assert call.facts["args"] == {
        **FORM,
        "channel": cast.ONCALL,
        "metadata": {"event_type": "mondoo_audit_digest", "event_payload": {"id": "d1"}},
        "unfurl_links": False,
        "unfurl_media": False,
    }
    assert [each.facts["ts"] for each in posts(slack)] == [ts]


async def test_a_notice_is_called_one(slack: SlackCloud, messenger: SlackMessenger) -> None:
    await post(messenger, delivery(is_digest=False))
    assert posts(slack)[0].facts["metadata"]["event_type"] == "mondoo_audit_notice"


async def test_the_form_that_was_asked_for_is_sent(slack: SlackCloud, messenger: SlackMessenger) -> None:
    await post(messenger, delivery(form=1))
    assert (posts(slack)[0].facts["text"], posts(slack)[0].facts["blocks"]) == (MESSAGE.forms[1]["text"], [])


async def test_a_later_part_stands_in_the_thread(slack: SlackCloud, messenger: SlackMessenger) -> None:
    root = await post(messenger, delivery())
    await post(messenger, reply(MESSAGE, root))
    assert posts(slack)[1].facts["thread_ts"] == root


@pytest.mark.parametrize("form", [0, 1], ids=["blocks", "text"])
async def test_a_possible_repeat_says_so_first(slack: SlackCloud, messenger: SlackMessenger, form: int) -> None:
    await post(messenger, delivery(labelled=True, form=form))
    (message,) = slack.workspace.messages(ChannelId(cast.ONCALL), cast.MEMBER)
    assert message.text.startswith(REPEAT)
    assert form or next(words(list(message.blocks))) == REPEAT


async def test_a_person_is_written_to_directly(slack: SlackCloud, messenger: SlackMessenger) -> None:
    ts = await post(messenger, delivery(channel=cast.MEMBER))
    direct = slack.workspace.direct_channel(cast.MEMBER)
    assert direct is not None
    assert [each.facts["channel"] for each in posts(slack)] == [direct.id]
    assert await messenger.find(looked_for(channel=cast.MEMBER)) == Found(ts)


async def test_a_part_whose_thread_was_deleted_is_posted_to_the_channel_and_says_so(
    slack: SlackCloud, messenger: SlackMessenger
) -> None:
    root = await post(messenger, delivery())
    gone = slack.workspace.timelines.get(ChannelId(cast.ONCALL), Ts(root))
    assert gone is not None
    slack.workspace.delete(gone, "test")
    ts = await post(messenger, reply(MESSAGE, root))
    await post(messenger, reply(FILE, root))
    message, file = posts(slack)[1:]
    assert (message.facts["ts"], message.facts["thread_ts"], file.facts["thread_ts"]) == (ts, None, None)
    assert message.facts["text"].startswith(ORPHAN)
    assert file.facts["text"] == ORPHAN
    found = await messenger.find(reply(MESSAGE, root, first_attempt=datetime.now(UTC)))
    assert found == Found(ts)


# -- files --------------------------------------------------------------------------------------------


async def test_a_file_is_shared_in_the_thread(
    slack: SlackCloud, messenger: SlackMessenger, passed: list[Waypoint]
) -> None:
    root = await post(messenger, delivery())
    await post(messenger, reply(FILE, root))
    (shared,) = slack.workspace.thread(ChannelId(cast.ONCALL), Ts(root), cast.MEMBER)
    file = slack.workspace.files[shared.files[0]]
    assert (file.name, file.title, file.content) == (FILE.name, FILE.title, FILE.content.encode())
    assert passed == [Waypoint.FILE_UPLOADED]


async def test_a_file_that_may_be_a_repeat_says_so(slack: SlackCloud, messenger: SlackMessenger) -> None:
    root = await post(messenger, delivery())
    await post(messenger, reply(FILE, root, labelled=True))
    assert posts(slack)[1].facts["text"] == REPEAT


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.STATUS, FaultKind.HANG])
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
async def test_before_the_sharing_a_file_is_certainly_not_sent(
    slack: SlackCloud, messenger: SlackMessenger, passed: list[Waypoint], method: str, kind: FaultKind
) -> None:
    root = await post(messenger, delivery())
    slack.faults.add(Fault(method, kind, is_accepted=True))
    assert isinstance(await messenger.post(reply(FILE, root)), Deferred)
    assert passed == []
    assert len(posts(slack)) == 1


@pytest.mark.parametrize("is_accepted", [True, False], ids=["accepted", "lost"])
async def test_the_sharing_itself_may_leave_doubt(
    slack: SlackCloud,
    messenger: SlackMessenger,
    is_accepted: bool,  # noqa: FBT001 — a parameter
) -> None:
    root = await post(messenger, delivery())
    slack.faults.add(Fault(SHARE, FaultKind.RESET, is_accepted=is_accepted))
    assert isinstance(await messenger.post(reply(FILE, root)), Uncertain)
    look = await messenger.find(reply(FILE, root))
    assert isinstance(look, Found if is_accepted else Absent)


# -- what fails ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault(POST, FaultKind.RESET, is_accepted=True),
        Fault(POST, FaultKind.RESET),
        Fault(POST, FaultKind.STATUS, is_accepted=True, status=500),
        Fault(POST, FaultKind.STATUS, status=502),
        Fault(POST, FaultKind.ERROR, is_accepted=True, error="internal_error"),
        Fault(POST, FaultKind.HANG, is_accepted=True),
        Fault(POST, FaultKind.DELAY, seconds=4),
    ],
    ids=lambda fault: f"{fault.kind}-{'accepted' if fault.is_accepted else 'lost'}-{fault.status}",
)
async def test_an_uncertain_post_is_made_once_and_found_where_it_was_taken(
    slack: SlackCloud, messenger: SlackMessenger, fault: Fault
) -> None:
    slack.faults.add(fault)
    assert isinstance(await messenger.post(delivery()), Uncertain)
    assert len(calls(slack, POST)) == 1
    taken = posts(slack)
    assert await messenger.find(looked_for()) == (Found(MessageTs(taken[0].facts["ts"])) if taken else Absent())


async def test_a_busy_channel_is_left_alone_for_as_long_as_slack_asks(
    slack: SlackCloud, messenger: SlackMessenger
) -> None:
    slack.faults.add(Fault(POST, FaultKind.RATE_LIMITED, seconds=7))
    outcome = await messenger.post(delivery())
    assert outcome == Deferred(timedelta(seconds=7), "Slack asked for fewer messages.", whole_channel=True)
    assert isinstance(await messenger.post(delivery()), Sent)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (cast.RANDOM, "not in the channel"),
        (cast.ARCHIVED, "archived"),
        (cast.ANNOUNCEMENTS, "settings do not let"),
        (cast.PRIVATE_WITHOUT_BOT, "gone, or it is private"),
        ("C0NOWHERE00", "gone"),
        (cast.DEACTIVATED, "deactivated"),
        ("U0NOBODY000", "does not know"),
    ],
)
async def test_a_place_that_cannot_be_posted_to_is_told_with_the_reason(
    messenger: SlackMessenger, channel: str, said: str
) -> None:
    outcome = await messenger.post(delivery(channel=channel))
    assert isinstance(outcome, Unreachable)
    assert said in outcome.reason


async def test_a_workspace_that_refuses_newer_blocks_takes_the_plainer_form(
    slack: SlackCloud, messenger: SlackMessenger
) -> None:
    chart = {"type": "data_visualization", "title": "Events", "chart": {"type": "pie", "segments": []}}
    chart["chart"] = {"type": "pie", "segments": [{"label": "high", "value": 3}, {"label": "low", "value": 4}]}
    message = Message(({"text": "x", "blocks": [chart]}, FORM))
    slack.settings.change({"refused_blocks": ["data_visualization"]})
    assert isinstance(await messenger.post(delivery(message)), Refused)
    assert isinstance(await messenger.post(delivery(message, form=1)), Sent)


def without(scope: str) -> Callable[[SlackCloud], None]:
    def take(slack: SlackCloud) -> None:
        object.__setattr__(slack.manifest, "scopes", slack.manifest.scopes - {scope})

    return take


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])
async def test_a_token_that_may_not_post_stops_everything(
    slack: SlackCloud, messenger: SlackMessenger, error: str
) -> None:
    slack.faults.add(Fault(POST, FaultKind.ERROR, error=error))
    assert isinstance(await messenger.post(delivery()), Locked)


async def test_a_token_that_may_not_write_files_fails_the_file_alone_and_names_the_scope(
    slack: SlackCloud, messenger: SlackMessenger
) -> None:
    root = await post(messenger, delivery())
    without("files:write")(slack)
    outcome = await messenger.post(reply(FILE, root))
    assert isinstance(outcome, Refused)
    assert "files:write" in outcome.reason


async def test_a_token_that_may_not_open_direct_messages_cannot_reach_people(
    slack: SlackCloud, messenger: SlackMessenger
) -> None:
    without("im:write")(slack)
    outcome = await messenger.post(delivery(channel=cast.MEMBER))
    assert isinstance(outcome, Unreachable)
    assert "im:write" in outcome.reason


# -- looking ------------------------------------------------------------------------------------------


async def test_history_is_searched_to_its_end(slack: SlackCloud, messenger: SlackMessenger) -> None:
    slack.settings.change({"rate_factor": 0})
    ts = await post(messenger, delivery())
    for _ in range(201):
        await slack.person(cast.MEMBER).type(ChannelId(cast.ONCALL), "chatter")
    assert await messenger.find(looked_for()) == Found(ts)
    assert len(calls(slack, "conversations.history")) == 2
    assert await messenger.find(looked_for(part="d2")) == Absent()


async def test_what_was_posted_long_before_the_first_attempt_is_not_looked_at(messenger: SlackMessenger) -> None:
    ts = await post(messenger, delivery())
    later = datetime.now(UTC) + timedelta(hours=23)
    assert await messenger.find(looked_for(first_attempt=later)) == Found(ts)
    assert await messenger.find(looked_for(first_attempt=later + timedelta(hours=2))) == Absent()


async def test_an_id_that_somebody_else_wrote_does_not_count(slack: SlackCloud, messenger: SlackMessenger) -> None:
    await post(messenger, delivery())
    mine = next(iter(slack.workspace.timelines.all(ChannelId(cast.ONCALL))))
    slack.workspace.timelines.put(replace(mine, user=cast.MEMBER, bot_id="B0SOMEBODY"))
    assert await messenger.find(looked_for()) == Absent()


async def test_a_file_that_somebody_else_shared_by_that_name_does_not_count(
    slack: SlackCloud, messenger: SlackMessenger
) -> None:
    root = await post(messenger, delivery())
    await post(messenger, reply(FILE, root))
    (shared,) = slack.workspace.thread(ChannelId(cast.ONCALL), Ts(root), cast.MEMBER)
    slack.workspace.timelines.put(replace(shared, user=cast.MEMBER, bot_id=None))
    assert await messenger.find(reply(FILE, root)) == Absent()


async def test_history_that_may_not_be_read_is_told_with_the_scope(
    slack: SlackCloud, messenger: SlackMessenger
) -> None:
    without("channels:history")(slack)
    look = await messenger.find(looked_for())
    assert isinstance(look, Unreadable)
    assert "channels:history" in look.reason


@pytest.mark.parametrize("channel", [cast.RANDOM, "C0NOWHERE00"])
async def test_history_of_a_place_that_is_closed_waits_until_it_is_not(messenger: SlackMessenger, channel: str) -> None:
    assert isinstance(await messenger.find(looked_for(channel=channel)), Unreachable)


@pytest.mark.parametrize("method", ["auth.test", "conversations.history"])
@pytest.mark.parametrize(
    ("fault", "look"),
    [
        (
            Fault("", FaultKind.RATE_LIMITED, seconds=5),
            Deferred(timedelta(seconds=5), "Slack asked for fewer requests."),
        ),
        (Fault("", FaultKind.STATUS), Deferred(timedelta(seconds=10), "Slack answered 503.")),
        (
            Fault("", FaultKind.ERROR, error="invalid_auth"),
            Locked("Slack does not accept the bot's token (invalid_auth)."),
        ),
    ],
    ids=["limited", "status", "locked"],
)
async def test_a_look_that_fails_is_made_again_later(
    slack: SlackCloud, messenger: SlackMessenger, method: str, fault: Fault, look: object
) -> None:
    slack.faults.add(replace(fault, method=method))
    assert await messenger.find(looked_for()) == look
    assert await messenger.find(looked_for()) == Absent()


# -- what it is built from ----------------------------------------------------------------------------


async def test_a_session_without_a_gate_is_refused(slack: SlackCloud) -> None:
    async with aiohttp.ClientSession() as session:
        client = web_client("x", session)
        with pytest.raises(ValueError, match="gate"):
            SlackMessenger(client, session, SystemClock())


async def test_a_client_that_repeats_by_itself_is_refused() -> None:
    async with open_session() as session:
        client = web_client("x", session)
        client.retry_handlers.append(AsyncConnectionErrorRetryHandler())
        with pytest.raises(ValueError, match="repeats"):
            SlackMessenger(client, session, SystemClock())


async def test_nothing_is_sent_once_the_session_is_closed(slack: SlackCloud) -> None:
    url = slack.environment["SLACK_API_URL"]
    async with open_session(url) as session:
        messenger = SlackMessenger(web_client(slack.credentials.bot_token, session, url), session, SystemClock())
    assert isinstance(await messenger.post(delivery()), Deferred)
    assert posts(slack) == []
