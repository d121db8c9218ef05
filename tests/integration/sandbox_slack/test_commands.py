"""Slash commands, as a person types them and as Bolt's app receives them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.sandbox.slack import SlackCloud, Transport, cast
from bot.sandbox.slack.ids import ChannelId, UserId
from bot.sandbox.slack.ledger import EntryKind

from .harness import Running, connected, running, until


async def test_a_command_is_acknowledged_and_answered_later(
    slack: Running, app: AsyncApp, transport: Transport
) -> None:
    @app.command("/mondoo-audit")
    async def search(ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await respond(f"you asked for {command['text']}")

    workspace = slack.cloud.workspace
    async with connected(slack, app, transport):
        outcome = await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit org=x since=2024-05-01")
        await until(slack, lambda: bool(workspace.messages(cast.ONCALL, cast.MEMBER)))
    assert outcome.ok
    (answer,) = workspace.messages(cast.ONCALL, cast.MEMBER)
    assert (answer.text, answer.ephemeral_for) == ("you asked for org=x since=2024-05-01", cast.MEMBER)
    assert workspace.messages(cast.ONCALL, cast.OWNER) == []


async def test_an_acknowledgement_may_carry_the_answer(slack: Running, app: AsyncApp, transport: Transport) -> None:
    @app.command("/mondoo-audit")
    async def search(ack: AsyncAck) -> None:
        await ack("reading…")

    async with connected(slack, app, transport):
        await slack.cloud.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")
    (answer,) = slack.cloud.workspace.messages(cast.GENERAL, cast.OWNER)
    assert (answer.text, answer.user, answer.ephemeral_for) == ("reading…", cast.BOT_USER, cast.OWNER)


async def test_a_command_that_is_not_acknowledged_times_out(slack: Running, app: AsyncApp) -> None:
    @app.command("/mondoo-audit")
    async def never(ack: AsyncAck) -> None:
        pass

    slack.cloud.settings.ack_deadline_s = 0.1
    async with connected(slack, app, Transport.SOCKET):
        outcome = await slack.cloud.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit x")
    assert (outcome.ok, outcome.error) == (False, "operation_timeout")
    assert outcome.took == timedelta(seconds=0.1)
    (told,) = slack.cloud.workspace.messages(cast.GENERAL, cast.OWNER)
    assert (told.user, told.ephemeral_for) == (cast.SLACKBOT, cast.OWNER)
    assert told.text == outcome.notice == '/mondoo-audit failed with the error "operation_timeout"'
    (recorded,) = slack.cloud.workspace.ledger.entries(EntryKind.OUTCOME)
    assert (recorded.facts["fate"], recorded.facts["took_ms"]) == ("timed_out", 100.0)


async def test_an_app_may_be_deaf_in_direct_messages(manifest: dict[str, Any]) -> None:
    manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = True
    async with running(manifest) as slack:
        for text in ("hello", "/mondoo-audit"):
            outcome = await slack.cloud.person(cast.OWNER).type(cast.OWNER_DM, text)
            assert outcome.notice == "Sending messages to this app has been turned off."
        assert slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY) == []


async def test_a_command_fails_when_nobody_is_connected(cloud: SlackCloud) -> None:
    outcome = await cloud.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")
    assert outcome.error == "dispatch_failed"


@pytest.mark.parametrize("request_url", [None, "http://127.0.0.1:9/slack/events", "no address"])
async def test_a_command_fails_when_the_request_url_is_dead(cloud: SlackCloud, request_url: str | None) -> None:
    cloud.settings.change({"transport": "http", "request_url": request_url})
    outcome = await cloud.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")
    assert outcome.error == "dispatch_failed"


@pytest.mark.parametrize("typed", ["/unknown", "/mondoo-audits x", "/Mondoo-Audit"])
async def test_a_command_that_the_manifest_does_not_declare_is_not_valid(cloud: SlackCloud, typed: str) -> None:
    outcome = await cloud.person(cast.OWNER).type(cast.GENERAL, typed)
    assert outcome.error == "invalid_command"
    (told,) = cloud.workspace.messages(cast.GENERAL, cast.OWNER)
    assert told.text.startswith(f"`{typed.split(maxsplit=1)[0]}` is not a valid command.")
    assert cloud.workspace.ledger.entries(EntryKind.DELIVERY) == []


async def test_commands_need_their_scope(manifest: dict[str, Any]) -> None:
    manifest["oauth_config"]["scopes"]["bot"].remove("commands")
    async with running(manifest) as slack:
        outcome = await slack.cloud.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")
    assert outcome.error == "invalid_command"


async def test_commands_do_not_work_in_threads(cloud: SlackCloud) -> None:
    olivia = cloud.person(cast.OWNER)
    said = (await olivia.type(cast.GENERAL, "root")).message
    assert said is not None
    outcome = await olivia.type(cast.GENERAL, "/mondoo-audit", said.ts)
    assert outcome.notice == "/mondoo-audit is not supported in threads. Sorry!"


@pytest.mark.parametrize(
    ("typed", "received"),
    [
        ("actor=@mei", f"actor=<@{cast.MEMBER}|mei>"),
        ("@nobody", "@nobody"),
        ("#oncall", f"<#{cast.ONCALL}|oncall>"),
        ("#incidents", f"<#{cast.PRIVATE}|>"),
        ("@oncall", f"<!subteam^{cast.ONCALL_GROUP}|@oncall>"),
        ("@channel", "<!channel>"),
        ("see https://example.com/a?b=c", "see <https://example.com/a?b=c>"),
        ("a<b & c>d", "a&lt;b &amp; c&gt;d"),
        ("mei@example.com", "mei@example.com"),
        ("", ""),
        ("  x  ", "x"),
        ("\nx y", "x y"),
    ],
)
async def test_should_escape_names_people_and_places_by_id(cloud: SlackCloud, typed: str, received: str) -> None:
    await cloud.person(cast.OWNER).type(cast.GENERAL, f"/mondoo-audit {typed}")
    (delivery,) = cloud.workspace.ledger.entries(EntryKind.DELIVERY)
    assert delivery.facts["payload"]["text"] == received


async def test_without_should_escape_the_text_arrives_as_typed(cloud: SlackCloud) -> None:
    await cloud.person(cast.OWNER).type(cast.GENERAL, "/plain @mei <b> & #oncall")
    (delivery,) = cloud.workspace.ledger.entries(EntryKind.DELIVERY)
    assert delivery.facts["payload"]["text"] == "@mei <b> & #oncall"


@pytest.mark.parametrize(
    ("channel", "name"),
    [(cast.GENERAL, "general"), (cast.PRIVATE, "privategroup"), (cast.OWNER_DM, "directmessage")],
)
async def test_the_payload_tells_who_where_and_how_to_answer(cloud: SlackCloud, channel: ChannelId, name: str) -> None:
    await cloud.person(cast.OWNER).type(channel, "/mondoo-audit")
    (delivery,) = cloud.workspace.ledger.entries(EntryKind.DELIVERY)
    payload = delivery.facts["payload"]
    assert payload["channel_name"] == name
    assert payload["channel_id"] == channel
    assert payload["user_id"] == cast.OWNER
    assert payload["command"] == "/mondoo-audit"
    assert payload["response_url"].startswith(f"http://127.0.0.1:1/commands/{cast.TEAM}/")
    assert payload["trigger_id"].count(".") == 2
    assert "token" not in payload


async def test_a_stranger_brings_their_own_team(cloud: SlackCloud) -> None:
    await cloud.person(cast.STRANGER).type(cast.SHARED, "/mondoo-audit")
    (delivery,) = cloud.workspace.ledger.entries(EntryKind.DELIVERY)
    assert delivery.facts["payload"]["team_id"] == cast.PARTNER_TEAM


@pytest.mark.parametrize(
    ("user", "channel"),
    [
        (cast.GUEST, cast.SECURITY_AUDIT),
        (cast.OWNER, cast.ARCHIVED),
        (cast.MEMBER, cast.ANNOUNCEMENTS),
        (cast.DEACTIVATED, cast.GENERAL),
        (cast.MEMBER, cast.PRIVATE_WITHOUT_BOT),
    ],
)
async def test_one_cannot_type_where_there_is_no_composer(cloud: SlackCloud, user: UserId, channel: ChannelId) -> None:
    with pytest.raises(LookupError):
        await cloud.person(user).type(channel, "hello")


async def test_an_answer_in_channel_is_seen_by_everybody(slack: Running, app: AsyncApp, transport: Transport) -> None:
    @app.command("/mondoo-audit")
    async def search(ack: AsyncAck) -> None:
        await ack(text="for all", response_type="in_channel")

    async with connected(slack, app, transport):
        await slack.cloud.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")
    (seen,) = slack.cloud.workspace.messages(cast.GENERAL, cast.MEMBER)
    assert (seen.text, seen.ephemeral_for) == ("for all", None)


async def test_an_answer_that_slack_refuses_is_told_to_the_person(
    slack: Running, app: AsyncApp, transport: Transport
) -> None:
    @app.command("/mondoo-audit")
    async def search(ack: AsyncAck) -> None:
        await ack(blocks=[{"type": "nonsense"}])

    async with connected(slack, app, transport):
        outcome = await slack.cloud.person(cast.OWNER).type(cast.GENERAL, "/mondoo-audit")
    assert (outcome.ok, outcome.error) == (False, "invalid_blocks")
