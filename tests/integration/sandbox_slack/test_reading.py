"""Reading conversations, users and messages back through the Web API."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import cast
from bot.sandbox.slack.ids import ChannelId, UserId

from .harness import Running, SteppedTime, running


async def refusal(call: Awaitable[object]) -> str:
    """Gives Slack's code for what a call is refused with."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def say(slack: Running, texts: list[str], channel: ChannelId = cast.ONCALL) -> list[str]:
    """Lets the owner say something, and gives the timestamps."""
    olivia = slack.cloud.person(cast.OWNER)
    outcomes = [await olivia.type(channel, text) for text in texts]
    return [outcome.message.ts for outcome in outcomes if outcome.message is not None]


async def test_history_is_newest_first_and_comes_in_pages(slack: Running, bot: AsyncWebClient) -> None:
    stamps = await say(slack, [f"m{number}" for number in range(7)])
    seen, pages, cursor = [], 0, ""
    while pages == 0 or cursor:
        page = await bot.conversations_history(channel=cast.ONCALL, limit=3, cursor=cursor)
        seen += [message["ts"] for message in page["messages"]]
        cursor, pages = page["response_metadata"]["next_cursor"], pages + 1
        assert page["has_more"] is bool(cursor)
    assert (seen, pages) == (stamps[::-1], 3)


async def test_messages_that_arrive_between_pages_move_nothing(slack: Running, bot: AsyncWebClient) -> None:
    stamps = await say(slack, ["a", "b", "c", "d"])
    first = await bot.conversations_history(channel=cast.ONCALL, limit=2)
    await say(slack, ["e"])
    rest = await bot.conversations_history(
        channel=cast.ONCALL, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [message["ts"] for message in rest["messages"]] == stamps[1::-1]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"oldest": 1}, [2, 3]),
        ({"oldest": 1, "inclusive": True}, [1, 2, 3]),
        ({"latest": 2}, [0, 1]),
        ({"latest": 2, "inclusive": True}, [0, 1, 2]),
        ({"oldest": 0, "latest": 3}, [1, 2]),
    ],
)
async def test_history_can_be_bounded(
    slack: Running, bot: AsyncWebClient, time: SteppedTime, bounds: dict[str, Any], expected: list[int]
) -> None:
    stamps = []
    for text in "abcd":
        stamps += await say(slack, [text])
        time.step(seconds=1)
    given = {name: value if value is True else stamps[value] for name, value in bounds.items()}
    page = await bot.api_call("conversations.history", params={"channel": cast.ONCALL, **given})
    assert [message["ts"] for message in page["messages"]] == [stamps[index] for index in reversed(expected)]


async def test_history_tells_metadata_only_when_asked(bot: AsyncWebClient) -> None:
    metadata = {"event_type": "digest", "event_payload": {"id": "1"}}
    await bot.chat_postMessage(channel=cast.ONCALL, text="x", metadata=metadata)
    (plain,) = (await bot.conversations_history(channel=cast.ONCALL))["messages"]
    assert "metadata" not in plain
    (full,) = (await bot.conversations_history(channel=cast.ONCALL, include_all_metadata=True))["messages"]
    assert full["metadata"] == metadata


async def test_replies_are_in_their_thread_and_not_in_history(slack: Running, bot: AsyncWebClient) -> None:
    (root,) = await say(slack, ["root"])
    replies = [
        (await bot.chat_postMessage(channel=cast.ONCALL, text=f"r{number}", thread_ts=root))["ts"]
        for number in range(4)
    ]
    (told,) = (await bot.conversations_history(channel=cast.ONCALL))["messages"]
    assert (told["ts"], told["reply_count"], told["latest_reply"]) == (root, 4, replies[-1])
    first = await bot.conversations_replies(channel=cast.ONCALL, ts=root, limit=3)
    assert [message["ts"] for message in first["messages"]] == [root, *replies[:3]]
    rest = await bot.conversations_replies(
        channel=cast.ONCALL, ts=root, limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [message["ts"] for message in rest["messages"]] == [root, replies[3]]
    alone = await bot.conversations_replies(channel=cast.ONCALL, ts=replies[0])
    assert [message["ts"] for message in alone["messages"]] == [replies[0]]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": cast.RANDOM}, "not_in_channel"),
        ({"channel": cast.PRIVATE_WITHOUT_BOT}, "channel_not_found"),
        ({"channel": cast.ONCALL, "cursor": "bm9uc2Vuc2U="}, "invalid_cursor"),
        ({"channel": cast.ONCALL, "cursor": "%%%"}, "invalid_cursor"),
        ({"channel": cast.ONCALL, "limit": 1000}, "invalid_limit"),
        ({"channel": cast.ONCALL, "limit": "many"}, "invalid_limit"),
        ({"channel": cast.ONCALL, "oldest": "yesterday"}, "invalid_ts_oldest"),
        ({}, "invalid_arguments"),
    ],
)
async def test_history_refuses_what_slack_refuses(
    slack: Running, bot: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    await say(slack, ["x"])
    assert await refusal(bot.api_call("conversations.history", params=arguments)) == error


async def test_a_thread_that_is_not_there_is_not_found(bot: AsyncWebClient) -> None:
    assert await refusal(bot.conversations_replies(channel=cast.ONCALL, ts="1.000001")) == "thread_not_found"


async def test_a_commercial_app_reads_15_messages_a_minute(
    slack: Running, bot: AsyncWebClient, time: SteppedTime
) -> None:
    slack.cloud.settings.is_commercial = True
    await say(slack, [f"m{number}" for number in range(20)])
    assert len((await bot.conversations_history(channel=cast.ONCALL, limit=100))["messages"]) == 15
    with pytest.raises(SlackApiError) as refused:
        await bot.conversations_history(channel=cast.ONCALL)
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "60"
    time.step(seconds=60)
    assert (await bot.conversations_history(channel=cast.ONCALL))["ok"]


async def test_the_bot_lists_what_it_sees_of_each_kind(bot: AsyncWebClient) -> None:
    public = await bot.conversations_list()
    assert {channel["id"] for channel in public["channels"]} == {
        cast.GENERAL,
        cast.SECURITY_AUDIT,
        cast.ONCALL,
        cast.RANDOM,
        cast.ANNOUNCEMENTS,
        cast.ARCHIVED,
        cast.SHARED,
    }
    others = await bot.conversations_list(types="private_channel,im", exclude_archived=True)
    assert {channel["id"] for channel in others["channels"]} == {cast.PRIVATE, cast.OWNER_DM}
    live = await bot.conversations_list(exclude_archived=True)
    assert cast.ARCHIVED not in {channel["id"] for channel in live["channels"]}
    mine = await bot.users_conversations(types="public_channel")
    assert cast.RANDOM not in {channel["id"] for channel in mine["channels"]}
    guests = await bot.users_conversations(user=cast.SINGLE_CHANNEL_GUEST)
    assert [channel["id"] for channel in guests["channels"]] == [cast.ONCALL]


async def test_lists_come_in_pages(bot: AsyncWebClient) -> None:
    whole = [channel["id"] for channel in (await bot.conversations_list())["channels"]]
    paged: list[str] = []
    cursor = ""
    while not paged or cursor:
        page = await bot.conversations_list(limit=3, cursor=cursor)
        paged += [channel["id"] for channel in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
    assert paged == whole
    members: list[str] = []
    while not members or cursor:
        page = await bot.conversations_members(channel=cast.ONCALL, limit=2, cursor=cursor)
        members += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
    assert len(members) == len(set(members)) == 7


async def test_a_channel_tells_whether_it_is_private_archived_or_shared(bot: AsyncWebClient) -> None:
    async def told(channel: str) -> dict[str, Any]:
        found: dict[str, Any] = (await bot.conversations_info(channel=channel, include_num_members=True))["channel"]
        return found

    assert (await told(cast.PRIVATE))["is_private"]
    assert (await told(cast.ARCHIVED))["is_archived"]
    assert not (await told(cast.RANDOM))["is_member"]
    assert (await told(cast.ONCALL))["num_members"] == 7
    shared = await told(cast.SHARED)
    assert shared["is_ext_shared"]
    assert shared["connected_team_ids"] == [cast.PARTNER_TEAM]
    assert not (await told(cast.ONCALL))["is_ext_shared"]
    assert (await told(cast.OWNER_DM))["user"] == cast.OWNER
    assert await refusal(bot.conversations_info(channel=cast.PRIVATE_WITHOUT_BOT)) == "channel_not_found"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "users_list_not_supplied"),
        ({"users": "U0NOBODY000"}, "user_not_found"),
        ({"users": cast.DEACTIVATED}, "user_disabled"),
        ({"channel": cast.ONCALL}, "method_not_supported_for_channel_type"),
        ({"users": f"{cast.OWNER},{cast.ADMIN}"}, "missing_scope"),
    ],
)
async def test_direct_messages_open_only_with_one_active_user(
    bot: AsyncWebClient, arguments: dict[str, str], error: str
) -> None:
    assert await refusal(bot.api_call("conversations.open", json=arguments)) == error


async def test_direct_messages_are_opened_once(bot: AsyncWebClient) -> None:
    first = await bot.conversations_open(users=cast.MEMBER)
    again = await bot.conversations_open(users=cast.MEMBER, return_im=True)
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"]
    assert again["channel"]["user"] == cast.MEMBER
    known = await bot.conversations_open(channel=first["channel"]["id"])
    assert known["channel"]["id"] == first["channel"]["id"]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (cast.OWNER, {"is_owner": True, "is_admin": True, "tz": "Europe/Berlin", "tz_offset": 3600}),
        (cast.ADMIN, {"is_owner": False, "is_admin": True, "tz": "America/New_York", "tz_offset": -18000}),
        (cast.MEMBER, {"is_admin": False, "is_restricted": False, "tz": "Asia/Tokyo"}),
        (cast.OTHER_MEMBER, {"tz": "Asia/Kolkata", "tz_offset": 19800}),
        (cast.GUEST, {"is_restricted": True, "is_ultra_restricted": False}),
        (cast.SINGLE_CHANNEL_GUEST, {"is_restricted": True, "is_ultra_restricted": True}),
        (cast.STRANGER, {"is_stranger": True, "team_id": cast.PARTNER_TEAM}),
        (cast.DEACTIVATED, {"deleted": True}),
        (cast.BOT_USER, {"is_bot": True}),
    ],
)
async def test_users_are_told_with_their_role_and_zone(
    bot: AsyncWebClient, user: UserId, expected: dict[str, Any]
) -> None:
    told = (await bot.users_info(user=user))["user"]
    assert {name: told.get(name) for name in expected} == expected
    assert "email" not in told["profile"]


async def test_users_and_groups_are_listed(bot: AsyncWebClient) -> None:
    assert await refusal(bot.users_info(user="U0NOBODY000")) == "user_not_found"
    listed = {user["id"] for user in (await bot.users_list())["members"]}
    assert cast.STRANGER not in listed
    assert {cast.OWNER, cast.DEACTIVATED, cast.BOT_USER} <= listed
    groups = (await bot.usergroups_list(include_users=True))["usergroups"]
    assert {group["handle"]: group["users"] for group in groups} == {
        "oncall": [cast.MEMBER, cast.OTHER_MEMBER],
        "security": [cast.ADMIN, cast.MEMBER],
    }
    assert (await bot.usergroups_users_list(usergroup=cast.SECURITY_GROUP))["users"] == [cast.ADMIN, cast.MEMBER]
    assert await refusal(bot.usergroups_users_list(usergroup="S0NOGROUP00")) == "no_such_subteam"


async def test_email_needs_a_scope_of_its_own(manifest: dict[str, Any]) -> None:
    manifest["oauth_config"]["scopes"]["bot"].append("users:read.email")
    async with running(manifest) as slack:
        bot = AsyncWebClient(slack.cloud.credentials.bot_token, f"{slack.url}/api/", retry_handlers=[])
        told = (await bot.users_info(user=cast.MEMBER))["user"]
    assert told["profile"]["email"] == "mei@example.com"
