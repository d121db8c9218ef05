"""Each answer of Slack's, and what it means for what was to be posted or found: status × body → what became of it."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from bot.domain.deliveries import (
    Absent,
    Deferred,
    Locked,
    Look,
    MessageTs,
    Outcome,
    Refused,
    Sent,
    Uncertain,
    Unreachable,
    Unreadable,
)

from .answering import Said, answering, messenger_of
from .deliveries import FILE, delivery, looked_for, reply

FEWER = "Slack asked for fewer messages."


def error(code: str, status: int = 200, **more: object) -> Said:
    return Said({"ok": False, "error": code, **more}, status)


def limited(retry_after: str | None) -> Said:
    return Said("", 429, headers={} if retry_after is None else {"Retry-After": retry_after})


TAKEN = Said({"ok": True, "ts": "1.000001"})
THREAD = MessageTs("1.000001")


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (TAKEN, Sent),
        (limited("7"), Deferred),
        (error("ratelimited"), Deferred),
        (error("rate_limited"), Deferred),
        (error("message_limit_exceeded"), Deferred),
        # Nobody knows what it came to.
        (error("internal_error"), Uncertain),
        (error("fatal_error"), Uncertain),
        (error("service_unavailable"), Uncertain),
        (error("request_timeout"), Uncertain),
        (error("internal_error", 500), Uncertain),
        (error("channel_not_found", 503), Uncertain),
        (Said("upstream connect error", 503, "text/plain"), Uncertain),
        (Said("<html>", 502, "text/html"), Uncertain),
        (Said("<html>", 200, "text/html"), Uncertain),
        (Said("ok", 200, "text/plain"), Uncertain),
        (Said('{"ok": tru', 200), Uncertain),
        (Said("", 200), Uncertain),
        (Said("null", 200), Uncertain),
        (Said([1], 200), Uncertain),
        (Said({"ok": True}, 200), Uncertain),
        (Said({"ok": False}, 200), Uncertain),
        (Said({"ok": False, "error": 7}, 200), Uncertain),
        (Said("denied", 403, "text/plain"), Uncertain),
        # No such place for the bot.
        (error("channel_not_found"), Unreachable),
        (error("channel_not_found", 404), Unreachable),
        (error("not_in_channel"), Unreachable),
        (error("is_archived"), Unreachable),
        (error("restricted_action"), Unreachable),
        (error("restricted_action_read_only_channel"), Unreachable),
        (error("cannot_dm_bot"), Unreachable),
        (error("channel_is_limited_access"), Unreachable),
        # Not in this form.
        (error("invalid_blocks"), Refused),
        (error("invalid_blocks_format"), Refused),
        (error("msg_too_long"), Refused),
        (error("msg_blocks_too_long"), Refused),
        (error("no_text"), Refused),
        (error("metadata_too_large"), Refused),
        (error("invalid_arguments"), Refused),
        (error("invalid_attachments"), Refused),
        (error("too_many_attachments"), Refused),
        # The token.
        (error("not_authed"), Locked),
        (error("invalid_auth"), Locked),
        (error("invalid_auth", 401), Locked),
        (error("account_inactive"), Locked),
        (error("token_revoked"), Locked),
        (error("token_expired"), Locked),
        (error("missing_scope", needed="chat:write:bot"), Locked),
        (error("ekm_access_denied"), Locked),
        # Words that nobody has heard of: a refusal, but for those that sound like trouble of Slack's own.
        (error("odd_thing"), Refused),
        (error("odd_error"), Uncertain),
        (error("odd_timeout"), Uncertain),
    ],
    ids=lambda value: f"{value.status}-{value.body}"[:60] if isinstance(value, Said) else value.__name__,
)
async def test_an_answer_to_a_message_means(said: Said, outcome: type[Outcome]) -> None:
    async with answering(chat_postMessage=said) as slack, messenger_of(slack.url) as messenger:
        assert isinstance(await messenger.post(delivery()), outcome)
        assert slack.asked == ["chat.postMessage"]


@pytest.mark.parametrize(
    ("asked", "waited_s"),
    [
        ("7", 7),
        (None, 10),
        ("soon", 10),
        ("nan", 10),
        ("-5", 10),
        ("0", 10),
        ("0.2", 1),
        ("86400", 3600),
        ("inf", 3600),
    ],
)
async def test_slack_is_given_the_rest_that_it_asks_for_within_reason(asked: str | None, waited_s: int) -> None:
    async with answering(chat_postMessage=limited(asked)) as slack, messenger_of(slack.url) as messenger:
        assert await messenger.post(delivery()) == Deferred(timedelta(seconds=waited_s), FEWER, whole_channel=True)


@pytest.mark.parametrize(
    ("said", "look"),
    [
        (Said({"ok": True, "messages": []}), Absent),
        (Said({"ok": True, "messages": ["x", {"metadata": 1}]}), Absent),
        (Said({"ok": True}), Deferred),
        (Said({"ok": True, "messages": [], "response_metadata": {"next_cursor": "same"}}), Deferred),
        (Said("<html>", 200, "text/html"), Deferred),
        (limited("3"), Deferred),
        (error("internal_error"), Deferred),
        (error("missing_scope", needed="channels:history"), Unreadable),
        (error("missing_scope"), Unreadable),
        (error("not_allowed"), Unreadable),
        (error("invalid_cursor"), Unreadable),
        (error("not_in_channel"), Unreachable),
        (error("channel_not_found"), Unreachable),
        (error("token_revoked"), Locked),
    ],
    ids=lambda value: f"{value.status}-{value.body}"[:60] if isinstance(value, Said) else value.__name__,
)
async def test_an_answer_to_a_look_means(said: Said, look: type[Look]) -> None:
    async with answering(conversations_history=said) as slack, messenger_of(slack.url) as messenger:
        assert isinstance(await messenger.find(looked_for()), look)


async def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with messenger_of(f"http://127.0.0.1:{port}/api/") as messenger:
        assert isinstance(await messenger.post(delivery()), Deferred)
        assert isinstance(await messenger.find(looked_for()), Deferred)


async def test_a_file_goes_to_slacks_own_hosts_alone() -> None:
    promise = Said({"ok": True, "upload_url": "https://files.evil.example/upload/v1/x", "file_id": "F1"})
    async with answering(files_getUploadURLExternal=promise) as slack, messenger_of(slack.url) as messenger:
        outcome = await messenger.post(reply(FILE, THREAD))
        assert isinstance(outcome, Refused)
        assert "not Slack's" in outcome.reason
        assert slack.asked == ["files.getUploadURLExternal"]


@pytest.mark.parametrize(
    ("promise", "outcome"),
    [
        (Said({"ok": True}), Deferred),
        (error("missing_scope", needed="files:write"), Refused),
        (error("file_upload_size_restricted"), Refused),
        (error("internal_error"), Deferred),
        (error("invalid_auth"), Locked),
        (limited("3"), Deferred),
    ],
    ids=lambda value: f"{value.status}-{value.body}"[:60] if isinstance(value, Said) else value.__name__,
)
async def test_an_answer_to_a_files_announcement_means(promise: Said, outcome: type[Outcome]) -> None:
    async with answering(files_getUploadURLExternal=promise) as slack, messenger_of(slack.url) as messenger:
        assert isinstance(await messenger.post(reply(FILE, THREAD)), outcome)


async def test_the_message_of_a_file_is_named_where_slack_names_it() -> None:
    async with answering() as slack, messenger_of(slack.url) as messenger:
        upload = slack.url.replace("/api/", "/upload")
        shares = {"private": {delivery().channel: [{"ts": "2.000002"}]}}
        slack.answers["files.getUploadURLExternal"] = [Said({"ok": True, "upload_url": upload, "file_id": "F1"})]
        slack.answers["files.completeUploadExternal"] = [Said({"ok": True, "files": [{"id": "F1", "shares": shares}]})]
        assert await messenger.post(reply(FILE, THREAD)) == Sent(MessageTs("2.000002"))


@pytest.mark.parametrize(
    "opened",
    [Said({"ok": True}), Said({"ok": True, "channel": {}}), error("internal_error")],
    ids=["bare", "no-id", "error"],
)
async def test_direct_messages_that_slack_does_not_name_are_asked_for_again(opened: Said) -> None:
    async with answering(conversations_open=opened) as slack, messenger_of(slack.url) as messenger:
        assert isinstance(await messenger.post(delivery(channel="U1")), Deferred)
        assert isinstance(await messenger.find(looked_for(channel="W1")), Deferred)
        assert slack.asked == ["conversations.open"] * 2
