"""The control port, as a test of another process uses it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackCloud, Transport, cast
from bot.sandbox.slack.changes import ChangeKind

from .harness import PATIENCE, Running, connected


class Control:
    """Calls the control port and gives the JSON, or the status where there is an error."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def get(self, path: str, **query: str | int) -> Any:  # noqa: ANN401 — JSON
        return (await self._client.get(path, params=query)).raise_for_status().json()

    async def post(self, path: str, **body: object) -> Any:  # noqa: ANN401 — JSON
        return (await self._client.post(path, json=body)).raise_for_status().json()

    async def refused(self, path: str, **body: object) -> tuple[int, str]:
        answer = await self._client.post(path, json=body)
        return answer.status_code, answer.json()["error"]

    async def delete(self, path: str) -> None:
        (await self._client.delete(path)).raise_for_status()


@pytest.fixture
async def control(slack: Running) -> AsyncIterator[Control]:
    async with httpx.AsyncClient(base_url=slack.control, trust_env=False, timeout=PATIENCE.total_seconds()) as client:
        yield Control(client)


async def test_the_state_shows_people_channels_and_what_the_app_registered(control: Control) -> None:
    state = await control.get("state")
    assert {user["id"] for user in state["users"]} >= {cast.OWNER, cast.STRANGER}
    assert {channel["name"] for channel in state["channels"]} >= {"general", "incidents", "leadership"}
    assert [command["name"] for command in state["commands"]] == ["/mondoo-audit", "/plain"]
    assert state["settings"]["transport"] == "socket"


async def test_a_person_types_and_clicks_over_the_control_port(slack: Running, control: Control, app: AsyncApp) -> None:
    button = {"type": "button", "action_id": "older", "text": {"type": "plain_text", "text": "Older"}}
    form = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Go"},
        "callback_id": "form",
        "blocks": [
            {
                "type": "input",
                "block_id": "since",
                "label": {"type": "plain_text", "text": "Since"},
                "element": {"type": "plain_text_input", "action_id": "typed"},
            }
        ],
    }

    @app.command("/mondoo-audit")
    async def command(ack: AsyncAck) -> None:
        await ack(text="page 1", blocks=[{"type": "actions", "elements": [button]}])

    @app.action("older")
    async def older(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.view("form")
    async def submitted(ack: AsyncAck) -> None:
        await ack()

    async with connected(slack, app, Transport.SOCKET):
        start = (await control.get("state"))["seq"]
        outcome = await control.post("type", user="mei", channel="oncall", text="/mondoo-audit")
        assert outcome["ok"]
        told = await control.get("messages", channel="#oncall", user="@mei", after=start, timeout=10)
        (message,) = told["messages"]
        assert (message["text"], message["ephemeral_for"]) == ("page 1", cast.MEMBER)
        assert (await control.get("messages", channel="oncall", user="olivia"))["messages"] == []
        clicked = await control.post(
            "click", user="mei", channel="oncall", ts=message["ts"], action_id="older", block_id=None
        )
        assert clicked["ok"]
        views = await control.get("views", user="mei", after=told["seq"], timeout=10)
        assert [view["title"]["text"] for view in views["modals"]] == ["Form"]
        missing = await control.post("submit", user="mei")
        assert missing["input_errors"] == {"since": "Please complete this required field."}
        assert (await control.post("submit", user="mei", filled={"since": {"typed": "x"}}))["ok"]
        assert (await control.get("views", user="mei"))["modals"] == []
        assert (await control.refused("submit", user="mei"))[0] == 404
        await control.post("settings", ack_deadline_s=0.1)
        assert (await control.post("home", user="mei"))["ok"]
        assert not (await control.post("shortcut", user="mei", callback_id="search"))["ok"]


async def test_a_long_poll_waits_for_its_own_channel(slack: Running, control: Control, bot: AsyncWebClient) -> None:
    start = (await control.get("state"))["seq"]
    waiting = asyncio.create_task(control.get("messages", channel="oncall", after=start, timeout=15))
    await bot.chat_postMessage(channel=cast.GENERAL, text="elsewhere")
    await bot.chat_postMessage(channel=cast.ONCALL, text="here")
    assert [message["text"] for message in (await waiting)["messages"]] == ["here"]
    nothing = await control.get("messages", channel="random", after=start, timeout=0)
    assert nothing["messages"] == []


async def test_threads_changes_and_ledger_can_be_read(slack: Running, control: Control, bot: AsyncWebClient) -> None:
    root = (await bot.chat_postMessage(channel=cast.ONCALL, text="root"))["ts"]
    await bot.chat_postMessage(channel=cast.ONCALL, text="reply", thread_ts=root)
    thread = await control.get("messages", channel="oncall", thread=root, user="mei")
    assert [message["text"] for message in thread["messages"]] == ["reply"]
    everything = await control.get("messages", channel="oncall")
    assert [message["text"] for message in everything["messages"]] == ["root", "reply"]
    changes = await control.get("changes", after=1)
    assert [change["kind"] for change in changes["changes"]] == ["message_posted"]
    ledger = await control.get("ledger", kind="post")
    assert [entry["text"] for entry in ledger["entries"]] == ["root", "reply"]
    waiting = asyncio.create_task(control.get("ledger", kind="deletion", after=ledger["seq"], timeout=15))
    await bot.chat_delete(channel=cast.ONCALL, ts=root)
    assert [entry["ts"] for entry in (await waiting)["entries"]] == [root]


async def test_what_was_accepted_is_told_with_metadata_attachments_and_files(
    control: Control, bot: AsyncWebClient
) -> None:
    metadata = {"event_type": "t", "event_payload": {"id": "d1"}}
    alert = [{"color": "#e01e5a", "text": "owner added"}]
    root = (await bot.chat_postMessage(channel=cast.ONCALL, text="x", metadata=metadata, attachments=alert))["ts"]
    await bot.files_upload_v2(channel=cast.ONCALL, content="a,b", filename="d1.csv", title="All", thread_ts=root)
    await bot.chat_postMessage(channel=cast.GENERAL, text="elsewhere")
    told = await control.get("posts", channel="oncall")
    first, second = told["posts"]
    assert (first["ts"], first["thread_ts"], first["metadata"], first["attachments"]) == (root, None, metadata, alert)
    (file,) = second["files"]
    assert (second["thread_ts"], file["name"], file["title"], file["text"]) == (root, "d1.csv", "All", "a,b")
    assert [post["text"] for post in (await control.get("posts"))["posts"]] == ["x", "", "elsewhere"]
    assert (await control.get("posts", after=told["seq"], timeout=0))["posts"] == []


async def test_faults_and_settings_are_steered(slack: Running, control: Control, bot: AsyncWebClient) -> None:
    await control.post("faults", method="auth.test", kind="error", error="fatal_error")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await bot.auth_test()
    assert (await control.get("faults"))["faults"][0]["hits"] == 1
    await control.delete("faults")
    assert (await control.get("faults"))["faults"] == []
    assert (await control.post("settings", rate_factor=0, refused_blocks=["table"]))["rate_factor"] == 0
    assert (await control.get("settings"))["refused_blocks"] == ["table"]
    wrong: list[dict[str, object]] = [{"nonsense": 1}, {"ack_deadline_s": "soon"}, {"transport": "pigeon"}]
    for body in wrong:
        assert (await control.refused("settings", **body))[0] == 400
    assert slack.cloud.settings.transport is Transport.SOCKET
    wrong = [{"method": "x"}, {"method": "x", "kind": "y"}, {"method": "x", "kind": "reset", "z": 1}]
    for body in wrong:
        assert (await control.refused("faults", **body))[0] == 400


async def test_channels_are_made_archived_shared_and_left(control: Control, bot: AsyncWebClient) -> None:
    made = await control.post("channels", name="new", is_private=True, members=[cast.OWNER])
    assert (await bot.chat_postMessage(channel=made["id"], text="x"))["ok"]
    await control.post("channels/new/remove-bot")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await bot.chat_postMessage(channel=made["id"], text="x")
    await control.post("channels/new/add-bot")
    await control.post("channels/new/archive")
    with pytest.raises(SlackApiError, match="is_archived"):
        await bot.chat_postMessage(channel=made["id"], text="x")
    await control.post("channels/new/unarchive")
    await control.post("channels/new/restrict")
    with pytest.raises(SlackApiError, match="restricted_action"):
        await bot.chat_postMessage(channel=made["id"], text="x")
    await control.post("channels/new/unrestrict")
    assert (await bot.chat_postMessage(channel=made["id"], text="x"))["ok"]
    for act, is_shared in (("share", True), ("unshare", False)):
        await control.post(f"channels/oncall/{act}")
        assert (await bot.conversations_info(channel=cast.ONCALL))["channel"]["is_ext_shared"] is is_shared
    assert (await control.refused("channels", name="oncall"))[0] == 400
    assert (await control.refused("channels/oncall/burn"))[0] == 404
    assert (await control.refused("channels/nowhere/archive"))[0] == 404


async def test_time_can_jump(slack: Running, control: Control) -> None:
    before = slack.cloud.clock.now()
    await control.post("clock", advance_s=1800)
    assert (slack.cloud.clock.now() - before).total_seconds() == 1800
    assert (await control.refused("clock", advance_s=-1))[0] == 400


async def test_sockets_are_dropped_and_announced(slack: Running, control: Control, app: AsyncApp) -> None:
    async with connected(slack, app, Transport.SOCKET):
        assert (await control.post("sockets", act="warning"))["connections"] == 1
    assert (await control.post("sockets", act="drop"))["connections"] == 0
    assert (await control.refused("sockets", act="polish"))[0] == 400


async def test_a_reset_forgets_everything_and_gives_no_id_again(
    slack: Running, control: Control, bot: AsyncWebClient
) -> None:
    first = await bot.views_publish(user_id=cast.OWNER, view={"type": "home", "blocks": []})
    await control.post("faults", method="*", kind="reset")
    await control.post("reset")
    assert slack.cloud.workspace.ledger.seq == 0
    assert slack.cloud.workspace.changes.since(0)[-1].kind is ChangeKind.RESET
    again = await bot.views_publish(user_id=cast.OWNER, view={"type": "home", "blocks": []})
    assert again["view"]["id"] != first["view"]["id"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("type", {"user": "nobody", "channel": "oncall", "text": "x"}),
        ("type", {"user": "mei", "channel": "nowhere", "text": "x"}),
        ("type", {"user": "gust", "channel": "security-audit", "text": "x"}),
        ("click", {"user": "mei", "channel": "oncall", "ts": "1.0", "action_id": "x"}),
        ("click", {"user": "mei", "view": "V0", "action_id": "x"}),
        ("close", {"user": "mei"}),
    ],
)
async def test_what_is_not_there_is_not_found(control: Control, path: str, body: dict[str, str]) -> None:
    assert (await control.refused(path, **body))[0] == 404


async def test_a_body_must_be_an_object(slack: Running, http: httpx.AsyncClient) -> None:
    for body in ("[]", "{", '"x"'):
        assert (await http.post(f"{slack.control}/type", content=body)).status_code == 400
    view = {"user": "mei", "view": "V0", "ts": "1", "callback_id": "explain"}
    assert (await http.post(f"{slack.control}/shortcut", json=view)).status_code == 404
    assert (await http.get(f"{slack.control}/files/F0")).status_code == 404


def test_the_environment_points_the_app_here(cloud: SlackCloud) -> None:
    assert cloud.environment == {
        "SLACK_API_URL": "http://127.0.0.1:1/api/",
        "SLACK_BOT_TOKEN": cloud.credentials.bot_token,
        "SLACK_APP_TOKEN": cloud.credentials.app_token,
        "SLACK_SIGNING_SECRET": cloud.credentials.signing_secret,
    }


async def test_a_listener_hears_changes_until_it_stops(cloud: SlackCloud) -> None:
    heard: list[int] = []
    stop = cloud.workspace.changes.listen(lambda change: heard.append(change.seq))
    await cloud.person(cast.OWNER).type(cast.ONCALL, "one")
    stop()
    stop()
    await cloud.person(cast.OWNER).type(cast.ONCALL, "two")
    assert heard == [1]
    following = cloud.workspace.changes.follow(0)
    assert [(await anext(following)).seq, (await anext(following)).seq] == [1, 2]
    await following.aclose()
