"""Writing messages through the Web API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import cast
from bot.sandbox.slack.changes import ChangeKind
from bot.sandbox.slack.ledger import EntryKind

from .harness import Running, SteppedTime, running

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}


async def test_a_message_with_blocks_is_posted_with_ids_on_its_blocks(slack: Running, bot: AsyncWebClient) -> None:
    answer = await bot.chat_postMessage(channel=cast.ONCALL, text="hello", blocks=[SECTION])
    (seen,) = slack.cloud.workspace.messages(cast.ONCALL, cast.MEMBER)
    assert (seen.text, seen.user, seen.bot_id) == ("hello", cast.BOT_USER, cast.BOT)
    assert seen.ts == answer["ts"] == answer["message"]["ts"]
    assert seen.blocks[0]["text"] == SECTION["text"]
    assert seen.blocks[0]["block_id"]
    (change,) = slack.cloud.workspace.changes.since(0)
    assert (change.kind, change.channel, change.ts, change.user) == (
        ChangeKind.MESSAGE_POSTED,
        cast.ONCALL,
        seen.ts,
        None,
    )


@pytest.mark.parametrize("channel", ["#oncall", "oncall", cast.ONCALL])
async def test_a_channel_is_named_by_id_or_by_name(slack: Running, bot: AsyncWebClient, channel: str) -> None:
    assert (await bot.chat_postMessage(channel=channel, text="x"))["channel"] == cast.ONCALL


async def test_a_users_id_as_channel_means_the_direct_messages(slack: Running, bot: AsyncWebClient) -> None:
    first = await bot.chat_postMessage(channel=cast.MEMBER, text="one")
    second = await bot.chat_postMessage(channel=cast.MEMBER, text="two")
    assert first["channel"] == second["channel"]
    assert first["channel"].startswith("D")
    assert (await bot.chat_postMessage(channel=cast.OWNER, text="x"))["channel"] == cast.OWNER_DM


async def test_timestamps_are_unique_and_rise_even_if_time_stands_still(slack: Running, bot: AsyncWebClient) -> None:
    stamps = [(await bot.chat_postMessage(channel=cast.ONCALL, text="x"))["ts"] for _ in range(4)]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE00", "text": "x"}, "channel_not_found"),
        ({"channel": cast.PRIVATE_WITHOUT_BOT, "text": "x"}, "channel_not_found"),
        ({"channel": "#leadership", "text": "x"}, "channel_not_found"),
        ({"channel": cast.DEACTIVATED, "text": "x"}, "channel_not_found"),
        ({"channel": cast.RANDOM, "text": "x"}, "not_in_channel"),
        ({"channel": cast.ARCHIVED, "text": "x"}, "is_archived"),
        ({"channel": cast.ANNOUNCEMENTS, "text": "x"}, "restricted_action"),
        ({"channel": cast.ONCALL}, "no_text"),
        ({"channel": cast.ONCALL, "text": " \n "}, "no_text"),
        ({"channel": cast.ONCALL, "blocks": []}, "no_text"),
        ({"channel": cast.ONCALL, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": cast.ONCALL, "text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"channel": cast.ONCALL, "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": cast.ONCALL, "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": cast.ONCALL, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"channel": cast.ONCALL, "text": "x", "attachments": "x"}, "invalid_attachments"),
        ({"channel": cast.ONCALL, "text": "x", "attachments": [{"blocks": [{}]}]}, "invalid_attachments"),
        ({"channel": cast.ONCALL, "text": "x", "attachments": [{"color": "reddish"}]}, "invalid_attachments"),
        ({"channel": cast.ONCALL, "text": "x", "attachments": [{"color": 7}]}, "invalid_attachments"),
        ({"channel": cast.ONCALL, "text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
        ({"channel": cast.ONCALL, "text": "x", "metadata": "[]"}, "invalid_metadata_format"),
        ({"channel": cast.ONCALL, "text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"channel": cast.ONCALL, "text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_schema"),
        (
            {"channel": cast.ONCALL, "text": "x", "metadata": {"event_type": "t", "event_payload": {"x": "y" * 8000}}},
            "metadata_too_large",
        ),
        ({"channel": cast.ONCALL, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x"}, "invalid_arguments"),
    ],
)
async def test_what_slack_refuses_is_refused_with_its_own_code(
    slack: Running, bot: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await bot.api_call("chat.postMessage", json=arguments)
    assert refused.value.response["error"] == error
    assert slack.cloud.workspace.ledger.entries(EntryKind.POST) == []


async def test_invalid_blocks_are_explained_with_a_json_pointer(bot: AsyncWebClient) -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    with pytest.raises(SlackApiError) as refused:
        await bot.chat_postMessage(channel=cast.ONCALL, text="x", blocks=[long])
    body = refused.value.response
    assert "must be less than 3001 characters [json-pointer:/blocks/0/text/text]" in body["errors"]
    expected = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert expected in body["response_metadata"]["messages"]


async def test_blocks_that_are_too_long_together_are_refused(bot: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2700}}] * 5
    with pytest.raises(SlackApiError) as refused:
        await bot.chat_postMessage(channel=cast.ONCALL, text="x", blocks=blocks)
    assert refused.value.response["error"] == "msg_blocks_too_long"


async def test_a_workspace_may_refuse_new_kinds_of_blocks(slack: Running, bot: AsyncWebClient) -> None:
    table = {"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "h"}]] * 2}
    await bot.chat_postMessage(channel=cast.ONCALL, text="x", blocks=[table])
    slack.cloud.settings.refused_blocks = ["data_table"]
    with pytest.raises(SlackApiError) as refused:
        await bot.chat_postMessage(channel=cast.ONCALL, text="x", blocks=[table])
    assert refused.value.response["errors"] == ["unsupported type: data_table [json-pointer:/blocks/0/type]"]


async def test_blocks_and_metadata_may_come_as_json_texts_in_a_form(bot: AsyncWebClient) -> None:
    metadata = {"event_type": "digest", "event_payload": {"id": "1"}}
    answer = await bot.api_call(
        "chat.postMessage",
        data={
            "channel": cast.ONCALL,
            "text": "x",
            "blocks": json.dumps([SECTION]),
            "metadata": json.dumps(metadata),
        },
    )
    assert answer["message"]["metadata"] == metadata
    assert answer["message"]["blocks"][0]["type"] == "section"


async def test_a_reply_joins_its_thread_and_may_be_shown_in_the_channel_too(
    slack: Running, bot: AsyncWebClient
) -> None:
    root = await bot.chat_postMessage(channel=cast.ONCALL, text="root")
    await bot.chat_postMessage(channel=cast.ONCALL, text="quiet", thread_ts=root["ts"])
    await bot.chat_postMessage(channel=cast.ONCALL, text="loud", thread_ts=root["ts"], reply_broadcast=True)
    workspace = slack.cloud.workspace
    assert [seen.text for seen in workspace.messages(cast.ONCALL, cast.OWNER)] == ["root", "loud"]
    assert [seen.text for seen in workspace.thread(cast.ONCALL, root["ts"], cast.OWNER)] == ["quiet", "loud"]


async def test_a_reply_cannot_be_replied_to(bot: AsyncWebClient) -> None:
    root = await bot.chat_postMessage(channel=cast.ONCALL, text="root")
    reply = await bot.chat_postMessage(channel=cast.ONCALL, text="reply", thread_ts=root["ts"])
    with pytest.raises(SlackApiError, match="cannot_reply_to_message"):
        await bot.chat_postMessage(channel=cast.ONCALL, text="x", thread_ts=reply["ts"])


async def test_an_ephemeral_message_is_seen_by_one_person_and_is_in_no_history(
    slack: Running, bot: AsyncWebClient
) -> None:
    answer = await bot.chat_postEphemeral(channel=cast.ONCALL, user=cast.MEMBER, text="psst")
    workspace = slack.cloud.workspace
    assert [seen.ts for seen in workspace.messages(cast.ONCALL, cast.MEMBER)] == [answer["message_ts"]]
    assert workspace.messages(cast.ONCALL, cast.OWNER) == []
    assert (await bot.conversations_history(channel=cast.ONCALL))["messages"] == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        await bot.chat_update(channel=cast.ONCALL, ts=answer["message_ts"], text="x")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await bot.chat_delete(channel=cast.ONCALL, ts=answer["message_ts"])


async def test_an_ephemeral_message_needs_a_member(bot: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="user_not_in_channel"):
        await bot.chat_postEphemeral(channel=cast.SECURITY_AUDIT, user=cast.GUEST, text="psst")


async def test_an_edit_replaces_text_and_blocks_and_keeps_metadata(
    slack: Running, bot: AsyncWebClient, time: SteppedTime
) -> None:
    metadata = {"event_type": "digest", "event_payload": {"id": "1"}}
    posted = await bot.chat_postMessage(channel=cast.ONCALL, text="a", blocks=[SECTION], metadata=metadata)
    time.step(minutes=1)
    edited = await bot.chat_update(channel=cast.ONCALL, ts=posted["ts"], text="b")
    assert edited["ts"] == posted["ts"]
    (seen,) = slack.cloud.workspace.messages(cast.ONCALL, cast.OWNER)
    assert (seen.text, seen.blocks, seen.metadata) == ("b", (), metadata)
    assert seen.edited_ts is not None
    assert seen.edited_ts > posted["ts"]
    await bot.chat_update(channel=cast.ONCALL, ts=posted["ts"], text="c", metadata={})
    assert slack.cloud.workspace.messages(cast.ONCALL, cast.OWNER)[0].metadata is None


@pytest.mark.parametrize(
    ("method", "error"), [("chat.update", "cant_update_message"), ("chat.delete", "cant_delete_message")]
)
async def test_messages_of_others_are_left_alone(slack: Running, bot: AsyncWebClient, method: str, error: str) -> None:
    said = (await slack.cloud.person(cast.OWNER).type(cast.ONCALL, "mine")).message
    assert said is not None
    with pytest.raises(SlackApiError, match=error):
        await bot.api_call(method, json={"channel": cast.ONCALL, "ts": said.ts, "text": "x"})


async def test_an_edit_may_be_no_longer_than_4000_characters(bot: AsyncWebClient) -> None:
    posted = await bot.chat_postMessage(channel=cast.ONCALL, text="a")
    await bot.chat_update(channel=cast.ONCALL, ts=posted["ts"], text="x" * 4000)
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await bot.chat_update(channel=cast.ONCALL, ts=posted["ts"], text="x" * 4001)


async def test_a_message_of_an_archived_channel_cannot_be_edited(slack: Running, bot: AsyncWebClient) -> None:
    posted = await bot.chat_postMessage(channel=cast.ONCALL, text="a")
    channel = slack.cloud.workspace.channels[cast.ONCALL]
    slack.cloud.workspace.put_channel(channel.archived())
    with pytest.raises(SlackApiError, match="is_inactive"):
        await bot.chat_update(channel=cast.ONCALL, ts=posted["ts"], text="b")


async def test_a_deleted_message_is_gone_for_everybody(slack: Running, bot: AsyncWebClient) -> None:
    posted = await bot.chat_postMessage(channel=cast.ONCALL, text="a")
    await bot.chat_delete(channel=cast.ONCALL, ts=posted["ts"])
    workspace = slack.cloud.workspace
    assert workspace.messages(cast.ONCALL, cast.OWNER) == []
    assert (await bot.conversations_history(channel=cast.ONCALL))["messages"] == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        await bot.chat_delete(channel=cast.ONCALL, ts=posted["ts"])
    kept = workspace.timelines.get(cast.ONCALL, posted["ts"])
    assert kept is not None
    assert kept.is_deleted


async def test_a_message_has_a_permanent_link(bot: AsyncWebClient) -> None:
    root = await bot.chat_postMessage(channel=cast.ONCALL, text="root")
    reply = await bot.chat_postMessage(channel=cast.ONCALL, text="x", thread_ts=root["ts"])
    link = (await bot.chat_getPermalink(channel=cast.ONCALL, message_ts=reply["ts"]))["permalink"]
    assert link.endswith(
        f"/archives/{cast.ONCALL}/p{reply['ts'].replace('.', '')}?thread_ts={root['ts']}&cid={cast.ONCALL}"
    )


async def test_with_chat_write_public_any_public_channel_can_be_written_to(manifest: dict[str, Any]) -> None:
    manifest["oauth_config"]["scopes"]["bot"].append("chat:write.public")
    async with running(manifest) as slack:
        bot = AsyncWebClient(slack.cloud.credentials.bot_token, f"{slack.url}/api/", retry_handlers=[])
        assert (await bot.chat_postMessage(channel=cast.RANDOM, text="x"))["ok"]


async def test_an_app_without_a_messages_tab_cannot_write_to_people(manifest: dict[str, Any]) -> None:
    manifest["features"]["app_home"]["messages_tab_enabled"] = False
    async with running(manifest) as slack:
        bot = AsyncWebClient(slack.cloud.credentials.bot_token, f"{slack.url}/api/", retry_handlers=[])
        for channel in (cast.OWNER, cast.OWNER_DM):
            with pytest.raises(SlackApiError, match="messages_tab_disabled"):
                await bot.chat_postMessage(channel=channel, text="x")


async def test_elements_within_containers_and_accessories_get_ids(slack: Running, bot: AsyncWebClient) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    image = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x"}
    holder = {
        "type": "container",
        "title": {"type": "plain_text", "text": "t"},
        "child_blocks": [{**SECTION, "accessory": button}, {**SECTION, "accessory": image}],
    }
    await bot.chat_postMessage(channel=cast.ONCALL, text="x", blocks=[holder], attachments=[{"text": "y"}])
    (told,) = (await bot.conversations_history(channel=cast.ONCALL))["messages"]
    first, second = told["blocks"][0]["child_blocks"]
    assert first["block_id"] != second["block_id"]
    assert first["accessory"]["action_id"]
    assert second["accessory"] == image
    assert told["attachments"] == [{"text": "y"}]
    await bot.chat_update(channel=cast.ONCALL, ts=told["ts"], text="z")
    (edited,) = (await bot.conversations_history(channel=cast.ONCALL))["messages"]
    assert edited["edited"]["user"] == cast.BOT_USER


async def test_markdown_text_becomes_a_markdown_block(bot: AsyncWebClient) -> None:
    answer = await bot.chat_postMessage(channel=cast.ONCALL, markdown_text="**x**")
    assert answer["message"]["blocks"][0]["text"] == "**x**"


async def test_the_ledger_holds_posts_with_their_metadata_and_no_token(slack: Running, bot: AsyncWebClient) -> None:
    metadata = {"event_type": "digest", "event_payload": {"id": "7"}}
    await bot.chat_postMessage(channel=cast.ONCALL, text="x", metadata=metadata)
    ledger = slack.cloud.workspace.ledger
    (post,) = ledger.entries(EntryKind.POST)
    assert (post.facts["metadata"], post.facts["channel"], post.facts["via"]) == (
        metadata,
        cast.ONCALL,
        "chat.postMessage",
    )
    (call,) = ledger.entries(EntryKind.API_CALL)
    assert call.facts["args"]["metadata"] == metadata
    (answer,) = ledger.entries(EntryKind.API_ANSWER, of=call.seq)
    assert answer.facts["error"] is None
    assert slack.cloud.credentials.bot_token not in json.dumps([entry.as_json() for entry in ledger.entries()])


async def test_blocks_in_a_coloured_attachment_get_ids_and_come_back(slack: Running, bot: AsyncWebClient) -> None:
    for color in ("good", "#e01e5a", "abc"):
        await bot.chat_postMessage(channel=cast.ONCALL, text="x", attachments=[{"color": color, "blocks": [SECTION]}])
    for message in (await bot.conversations_history(channel=cast.ONCALL))["messages"]:
        (attachment,) = message["attachments"]
        assert attachment["blocks"][0]["text"] == SECTION["text"]
        assert attachment["blocks"][0]["block_id"]


async def test_blocks_that_a_workspace_refuses_are_refused_in_attachments_too(
    slack: Running, bot: AsyncWebClient
) -> None:
    slack.cloud.settings.change({"refused_blocks": ["section"]})
    with pytest.raises(SlackApiError, match="invalid_attachments") as refused:
        await bot.chat_postMessage(channel=cast.ONCALL, text="x", attachments=[{"blocks": [SECTION]}])
    assert refused.value.response["errors"] == ["unsupported type: section [json-pointer:/blocks/0/type]"]
