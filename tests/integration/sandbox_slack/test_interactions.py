"""Clicks, menus, shortcuts and the home tab, received by Bolt's app."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackCloud, Transport, cast
from bot.sandbox.slack.inputs import Choice
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.messages import Message

from .harness import PATIENCE, Running, connected, running, until


def words(text: str) -> dict[str, str]:
    """Gives a plain_text object."""
    return {"type": "plain_text", "text": text}


def options(*values: str) -> list[dict[str, Any]]:
    """Gives options whose text is their value in capitals."""
    return [{"text": words(value.upper()), "value": value} for value in values]


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    """Gives an actions block."""
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


OLDER = {"type": "button", "action_id": "older", "text": words("Older"), "value": "page-2"}


async def post(bot: AsyncWebClient, slack: Running, *blocks: dict[str, Any]) -> Message:
    """Posts blocks to #oncall and gives the message."""
    answer = await bot.chat_postMessage(channel=cast.ONCALL, text="x", blocks=list(blocks))
    message = slack.cloud.workspace.timelines.get(cast.ONCALL, answer["ts"])
    assert message is not None
    return message


async def test_a_pressed_button_replaces_its_message(
    slack: Running, app: AsyncApp, bot: AsyncWebClient, transport: Transport
) -> None:
    heard: list[dict[str, Any]] = []

    @app.action("older")
    async def older(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        heard.append(body)
        await respond(text=f"showing {body['actions'][0]['value']}", replace_original=True)

    message = await post(bot, slack, actions(OLDER))
    workspace = slack.cloud.workspace
    async with connected(slack, app, transport):
        outcome = await slack.cloud.person(cast.MEMBER).click(message, "older")
        await until(slack, lambda: workspace.messages(cast.ONCALL, cast.OWNER)[0].text != "x")
    assert outcome.ok
    (seen,) = workspace.messages(cast.ONCALL, cast.OWNER)
    assert (seen.text, seen.ts, seen.blocks) == ("showing page-2", message.ts, ())
    (body,) = heard
    assert body["user"]["id"] == cast.MEMBER
    assert body["message"]["ts"] == body["container"]["message_ts"] == message.ts
    assert body["container"]["is_ephemeral"] is False
    assert body["actions"][0]["text"] == words("Older")
    assert body["response_url"].startswith(f"{slack.url}/actions/")


async def test_a_click_in_an_ephemeral_message_replaces_it_for_that_person(
    slack: Running, app: AsyncApp, transport: Transport
) -> None:
    heard: list[dict[str, Any]] = []

    @app.command("/mondoo-audit")
    async def search(ack: AsyncAck) -> None:
        await ack(text="page 1", blocks=[actions(OLDER)])

    @app.action("older")
    async def older(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        heard.append(body)
        await respond(text="page 2", blocks=[actions({**OLDER, "value": "page-3"})], replace_original=True)

    mei, workspace = slack.cloud.person(cast.MEMBER), slack.cloud.workspace
    async with connected(slack, app, transport):
        await mei.type(cast.ONCALL, "/mondoo-audit")
        (first,) = workspace.messages(cast.ONCALL, cast.MEMBER)
        await mei.click(first, "older")
        await until(slack, lambda: workspace.messages(cast.ONCALL, cast.MEMBER)[0].text == "page 2")
        await mei.click(first, "older")
        await until(slack, lambda: len(heard) == 2)
    (seen,) = workspace.messages(cast.ONCALL, cast.MEMBER)
    assert (seen.ts, seen.ephemeral_for) == (first.ts, cast.MEMBER)
    assert [body["actions"][0]["value"] for body in heard] == ["page-2", "page-3"]
    assert heard[0]["response_url"] != heard[1]["response_url"]
    assert heard[0]["container"]["is_ephemeral"]
    assert "message" not in heard[0]


CHOICES: list[tuple[dict[str, Any], Choice, str, object]] = [
    ({"type": "static_select", "options": options("a", "b")}, "b", "selected_option", options("b")[0]),
    (
        {
            "type": "static_select",
            "placeholder": words("p"),
            "option_groups": [{"label": words("g"), "options": options("a", "b")}],
        },
        "a",
        "selected_option",
        options("a")[0],
    ),
    ({"type": "multi_static_select", "options": options("a", "b")}, ["a", "b"], "selected_options", options("a", "b")),
    ({"type": "overflow", "options": options("a", "b")}, "b", "selected_option", options("b")[0]),
    ({"type": "radio_buttons", "options": options("a", "b")}, "a", "selected_option", options("a")[0]),
    ({"type": "checkboxes", "options": options("a", "b")}, [], "selected_options", []),
    ({"type": "users_select"}, cast.OWNER, "selected_user", cast.OWNER),
    ({"type": "multi_users_select"}, [cast.OWNER], "selected_users", [cast.OWNER]),
    ({"type": "channels_select"}, cast.ONCALL, "selected_channel", cast.ONCALL),
    ({"type": "conversations_select"}, cast.ONCALL, "selected_conversation", cast.ONCALL),
    ({"type": "datepicker"}, "2026-03-01", "selected_date", "2026-03-01"),
    ({"type": "timepicker"}, "09:30", "selected_time", "09:30"),
    ({"type": "datetimepicker"}, "1772442000", "selected_date_time", 1772442000),
]


@pytest.mark.parametrize(("element", "choice", "name", "expected"), CHOICES, ids=lambda value: str(value)[:40])
async def test_each_menu_tells_what_was_picked_under_its_own_name(
    cloud: SlackCloud, element: dict[str, Any], choice: Choice, name: str, expected: object
) -> None:
    message = Message(
        cast.ONCALL,
        cloud.workspace.timelines.next_ts(cast.ONCALL),
        cast.BOT_USER,
        "x",
        (actions({**element, "action_id": "pick"}),),
    )
    cloud.workspace.post(message, "test")
    await cloud.person(cast.MEMBER).click(message, "pick", choice)
    (delivery,) = cloud.workspace.ledger.entries(EntryKind.DELIVERY)
    payload = delivery.facts["payload"]
    assert payload["actions"][0][name] == expected
    assert payload["actions"][0]["block_id"] == "row"
    state = payload["state"]["values"]
    assert state == (
        {} if element["type"] == "overflow" else {"row": {"pick": {"type": element["type"], name: expected}}}
    )


async def test_feedback_tells_which_button_was_pressed(cloud: SlackCloud) -> None:
    feedback = {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": words("+"), "value": "good"},
        "negative_button": {"text": words("-"), "value": "bad"},
    }
    block = {"type": "context_actions", "block_id": "row", "elements": [feedback]}
    ts = cloud.workspace.timelines.next_ts(cast.ONCALL)
    message = cloud.workspace.post(Message(cast.ONCALL, ts, cast.BOT_USER, "x", (block,)), "test")
    await cloud.person(cast.MEMBER).click(message, "rate", "bad")
    (delivery,) = cloud.workspace.ledger.entries(EntryKind.DELIVERY)
    (told,) = delivery.facts["payload"]["actions"]
    assert (told["value"], told["text"]) == ("bad", words("-"))


async def test_one_cannot_click_what_is_not_there(slack: Running, bot: AsyncWebClient) -> None:
    menu = {"type": "static_select", "action_id": "menu", "options": options("a")}
    message = await post(bot, slack, actions(OLDER, menu), {**actions(OLDER), "block_id": "other"})
    mei = slack.cloud.person(cast.MEMBER)
    for action_id, choice in (("newer", None), ("older", None), ("menu", "z")):
        with pytest.raises(LookupError):
            await mei.click(message, action_id, choice)
    await bot.chat_delete(channel=cast.ONCALL, ts=message.ts)
    with pytest.raises(LookupError):
        await mei.click(message, "older", block_id="row")


async def test_a_click_that_nobody_acknowledges_shows_trouble(slack: Running, bot: AsyncWebClient) -> None:
    message = await post(bot, slack, actions(OLDER))
    outcome = await slack.cloud.person(cast.MEMBER).click(message, "older")
    assert (outcome.ok, outcome.error) == (False, "dispatch_failed")
    assert outcome.notice == "We had some trouble connecting. Try again?"


async def test_without_interactivity_nothing_is_delivered(manifest: dict[str, Any]) -> None:
    del manifest["settings"]["interactivity"]
    async with running(manifest) as slack:
        bot = AsyncWebClient(slack.cloud.credentials.bot_token, f"{slack.url}/api/", retry_handlers=[])
        message = await post(bot, slack, actions(OLDER))
        outcome = await slack.cloud.person(cast.MEMBER).click(message, "older")
        assert outcome.error == "interactivity_disabled"
        assert slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY) == []


async def test_shortcuts_reach_the_app(slack: Running, app: AsyncApp, transport: Transport) -> None:
    heard: list[dict[str, Any]] = []

    @app.shortcut("search")
    @app.shortcut("explain")
    async def shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body)

    mei = slack.cloud.person(cast.MEMBER)
    said = (await mei.type(cast.ONCALL, "what is this?")).message
    async with connected(slack, app, transport):
        assert (await mei.shortcut("search")).ok
        assert (await mei.shortcut("explain", said)).ok
    assert [body["type"] for body in heard] == ["shortcut", "message_action"]
    assert heard[1]["message"]["text"] == "what is this?"
    with pytest.raises(LookupError):
        await mei.shortcut("explain")
    with pytest.raises(LookupError):
        await mei.shortcut("unregistered")


async def test_an_external_select_offers_what_the_app_finds(
    slack: Running, app: AsyncApp, bot: AsyncWebClient, transport: Transport
) -> None:
    heard: list[Any] = []

    @app.options("scope")
    async def find(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(options=options(f"{body['value']}-1", f"{body['value']}-2"))

    @app.action("scope")
    async def picked(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body["actions"][0]["selected_option"]["value"])

    message = await post(bot, slack, actions({"type": "external_select", "action_id": "scope"}))
    mei = slack.cloud.person(cast.MEMBER)
    async with connected(slack, app, transport):
        offered = await mei.suggest(message, "scope", "space")
        await mei.click(message, "scope", offered[1]["value"])
    assert heard == ["space-2"]


async def test_the_home_tab_is_published_when_it_is_opened(slack: Running, app: AsyncApp, transport: Transport) -> None:
    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [actions(OLDER)]}
        await client.views_publish(user_id=event["user"], view=view)

    @app.action("older")
    async def older(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await client.views_publish(user_id=body["user"]["id"], view=view, hash=body["view"]["hash"])

    mei, views = slack.cloud.person(cast.MEMBER), slack.cloud.workspace.views
    async with connected(slack, app, transport):
        assert (await mei.open_home()).ok
        await until(slack, lambda: views.home(cast.MEMBER) is not None)
        home = views.home(cast.MEMBER)
        assert home is not None
        await mei.click(home, "older")
        await until(slack, lambda: views.home(cast.MEMBER) != home)
    changed = views.home(cast.MEMBER)
    assert changed is not None
    assert (changed.id, changed.blocks[0]["type"]) == (home.id, "divider")


async def test_what_people_say_reaches_the_app_only_where_it_subscribed(
    slack: Running, app: AsyncApp, transport: Transport
) -> None:
    heard: list[tuple[str, str]] = []

    @app.event("app_mention")
    @app.event("message")
    async def said(event: dict[str, Any]) -> None:
        heard.append((event["type"], event["text"]))

    olivia, ledger = slack.cloud.person(cast.OWNER), slack.cloud.workspace.ledger
    async with connected(slack, app, transport):
        await olivia.type(cast.GENERAL, "not for the bot")
        await olivia.type(cast.RANDOM, "@mondoo_audit is not here")
        await olivia.type(cast.GENERAL, "@mondoo_audit help")
        await olivia.type(cast.OWNER_DM, "hello")
        assert await ledger.until(lambda: len(ledger.entries(EntryKind.OUTCOME)) == 2, PATIENCE)
    assert sorted(heard) == [("app_mention", f"<@{cast.BOT_USER}|mondoo_audit> help"), ("message", "hello")]
