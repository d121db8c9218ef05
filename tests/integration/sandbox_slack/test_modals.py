"""Modals: opening, stacking, submitting, closing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackCloud, cast
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.views import View

from .harness import Running, Stage, SteppedTime, running


def words(text: str) -> dict[str, str]:
    """Gives a plain_text object."""
    return {"type": "plain_text", "text": text}


def modal(title: str = "Search", *blocks: dict[str, Any], **more: object) -> dict[str, Any]:
    """Gives a modal, with a divider unless it is given blocks."""
    return {"type": "modal", "title": words(title), "blocks": list(blocks) or [{"type": "divider"}], **more}


def text_input(name: str, element: Mapping[str, object] | None = None, **more: object) -> dict[str, Any]:
    """Gives an input block with a text input."""
    held = {"type": "plain_text_input", "action_id": "typed", **(element or {})}
    return {"type": "input", "block_id": name, "label": words(name), "element": held, **more}


async def trigger(cloud: SlackCloud) -> str:
    """Lets somebody type a command, and gives its trigger_id."""
    await cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
    delivery = cloud.workspace.ledger.entries(EntryKind.DELIVERY)[-1]
    return str(delivery.facts["payload"]["trigger_id"])


async def refusal(bot: AsyncWebClient, method: str, **arguments: object) -> dict[str, Any]:
    """Gives the body with which a call is refused."""
    with pytest.raises(SlackApiError) as refused:
        await bot.api_call(method, json=arguments)
    body: dict[str, Any] = refused.value.response.data
    return body


def in_front(slack: Running) -> View:
    """Gives the modal in front of the member."""
    return slack.cloud.workspace.views.stack(cast.MEMBER)[-1]


async def test_a_trigger_opens_one_modal(slack: Running, bot: AsyncWebClient) -> None:
    trigger_id = await trigger(slack.cloud)
    opened = (await bot.views_open(trigger_id=trigger_id, view=modal()))["view"]
    (view,) = slack.cloud.workspace.views.stack(cast.MEMBER)
    assert (view.id, view.title, view.hash) == (opened["id"], "Search", opened["hash"])
    assert opened["root_view_id"] == view.id
    assert opened["previous_view_id"] is None
    assert (await refusal(bot, "views.open", trigger_id=trigger_id, view=modal()))["error"] == "exchanged_trigger_id"


async def test_a_trigger_lives_three_seconds(slack: Running, bot: AsyncWebClient, time: SteppedTime) -> None:
    trigger_id = await trigger(slack.cloud)
    time.step(seconds=3.1)
    assert (await refusal(bot, "views.open", trigger_id=trigger_id, view=modal()))["error"] == "expired_trigger_id"
    assert (await refusal(bot, "views.open", trigger_id="1.2.x", view=modal()))["error"] == "invalid_trigger_id"
    assert (await refusal(bot, "views.open", view=modal()))["error"] == "invalid_arguments"


async def test_a_refused_view_leaves_the_trigger_usable(slack: Running, bot: AsyncWebClient) -> None:
    trigger_id = await trigger(slack.cloud)
    body = await refusal(bot, "views.open", trigger_id=trigger_id, view=modal("x" * 25))
    assert body["error"] == "invalid_arguments"
    expected = "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    assert expected in body["response_metadata"]["messages"]
    assert (await bot.views_open(trigger_id=trigger_id, view=modal()))["ok"]


async def test_two_views_may_be_pushed_on_the_root(slack: Running, bot: AsyncWebClient) -> None:
    root = (await bot.views_open(trigger_id=await trigger(slack.cloud), view=modal("1")))["view"]
    second = (await bot.views_push(trigger_id=await trigger(slack.cloud), view=modal("2")))["view"]
    await bot.views_push(trigger_id=await trigger(slack.cloud), view=modal("3"))
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    assert [view.title for view in slack.cloud.workspace.views.stack(cast.MEMBER)] == ["1", "2", "3"]
    fourth = await refusal(bot, "views.push", trigger_id=await trigger(slack.cloud), view=modal("4"))
    assert fourth["error"] == "push_limit_reached"


async def test_nothing_is_pushed_on_nothing(slack: Running, bot: AsyncWebClient) -> None:
    body = await refusal(bot, "views.push", trigger_id=await trigger(slack.cloud), view=modal())
    assert body["error"] == "not_found"


async def test_a_view_is_updated_by_id_or_external_id_if_the_hash_fits(slack: Running, bot: AsyncWebClient) -> None:
    opened = await bot.views_open(trigger_id=await trigger(slack.cloud), view=modal("1", external_id="form"))
    view = opened["view"]
    second = await bot.views_update(view_id=view["id"], hash=view["hash"], view=modal("2", external_id="form"))
    assert second["view"]["hash"] != view["hash"]
    stale = await refusal(bot, "views.update", view_id=view["id"], hash=view["hash"], view=modal("3"))
    assert stale["error"] == "hash_conflict"
    await bot.views_update(external_id="form", view=modal("4"))
    assert in_front(slack).title == "4"
    assert (await refusal(bot, "views.update", view_id="V0NOVIEW000", view=modal()))["error"] == "not_found"
    assert (await refusal(bot, "views.update", view=modal()))["error"] == "invalid_arguments"


async def test_an_external_id_is_taken_once(slack: Running, bot: AsyncWebClient) -> None:
    await bot.views_open(trigger_id=await trigger(slack.cloud), view=modal(external_id="form"))
    body = await refusal(bot, "views.push", trigger_id=await trigger(slack.cloud), view=modal(external_id="form"))
    assert body["error"] == "duplicate_external_id"


async def test_a_home_tab_needs_the_manifest_and_a_user(bot: AsyncWebClient, manifest: dict[str, Any]) -> None:
    home = {"type": "home", "blocks": []}
    assert (await refusal(bot, "views.publish", user_id="U0NOBODY000", view=home))["error"] == "user_not_found"
    stale = await refusal(bot, "views.publish", user_id=cast.OWNER, view=home, hash="1.x")
    assert stale["error"] == "hash_conflict"
    assert (await refusal(bot, "views.publish", user_id=cast.OWNER, view=modal()))["error"] == "invalid_arguments"
    manifest["features"]["app_home"]["home_tab_enabled"] = False
    async with running(manifest) as slack:
        other = AsyncWebClient(slack.cloud.credentials.bot_token, f"{slack.url}/api/", retry_handlers=[])
        assert (await refusal(other, "views.publish", user_id=cast.OWNER, view=home))["error"] == "not_enabled"
        assert (await slack.cloud.person(cast.OWNER).open_home()).error == "not_enabled"


ANSWERS: list[tuple[dict[str, Any], list[str], str | None]] = [
    ({}, ["1"], None),
    ({"response_action": "clear"}, [], None),
    ({"response_action": "update", "view": modal("new")}, ["1", "new"], None),
    ({"response_action": "push", "view": modal("new")}, ["1", "2", "new"], None),
    ({"response_action": "errors", "errors": {"since": "no date"}}, ["1", "2"], None),
    ({"response_action": "errors", "errors": {"nowhere": "x"}}, ["1", "2"], "invalid_response_action"),
    ({"response_action": "jump"}, ["1", "2"], "invalid_response_action"),
    ({"response_action": "update", "view": modal("x" * 30)}, ["1", "2"], "invalid_arguments"),
]


@pytest.mark.parametrize(("answer", "titles", "error"), ANSWERS, ids=lambda value: str(value)[:45])
async def test_a_submission_does_what_the_app_answers(
    stage: Stage, answer: dict[str, Any], titles: list[str], error: str | None
) -> None:
    slack, app, bot = stage.slack, stage.app, stage.bot
    heard: list[dict[str, Any]] = []

    @app.command("/mondoo-audit")
    async def command(ack: AsyncAck) -> None:
        await ack()

    @app.view("search")
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        heard.append(body)
        await ack(**answer)

    async with stage.connected():
        await bot.views_open(trigger_id=await trigger(slack.cloud), view=modal("1"))
        form = modal("2", text_input("since"), submit=words("Go"), callback_id="search", private_metadata="m")
        await bot.views_push(trigger_id=await trigger(slack.cloud), view=form)
        outcome = await slack.cloud.person(cast.MEMBER).submit(in_front(slack), {"since": {"typed": "2024-05-01"}})
    assert [view.title for view in slack.cloud.workspace.views.stack(cast.MEMBER)] == titles
    assert outcome.error == error
    (body,) = heard
    assert body["view"]["state"]["values"] == {"since": {"typed": {"type": "plain_text_input", "value": "2024-05-01"}}}
    assert (body["view"]["private_metadata"], body["view"]["callback_id"]) == ("m", "search")
    wanted = answer.get("errors", {}) if error is None else {}
    assert outcome.input_errors == wanted


async def test_inputs_keep_their_initial_values_until_they_are_changed(slack: Running, bot: AsyncWebClient) -> None:
    options = [{"text": words(value), "value": value} for value in ("a", "b")]
    form = modal(
        "1",
        text_input("kept", element={"initial_value": "before"}),
        text_input("empty", optional=True),
        {
            "type": "input",
            "block_id": "menu",
            "label": words("m"),
            "element": {"type": "static_select", "action_id": "pick", "options": options, "initial_option": options[0]},
        },
        {
            "type": "input",
            "block_id": "boxes",
            "label": words("b"),
            "element": {
                "type": "checkboxes",
                "action_id": "pick",
                "options": options,
                "initial_options": [options[1]],
            },
        },
        submit=words("Go"),
    )
    await bot.views_open(trigger_id=await trigger(slack.cloud), view=form)
    await slack.cloud.person(cast.MEMBER).submit(in_front(slack), {"menu": {"pick": "b"}})
    sent = slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY)[-1].facts["payload"]["view"]
    assert sent["state"]["values"] == {
        "kept": {"typed": {"type": "plain_text_input", "value": "before"}},
        "empty": {"typed": {"type": "plain_text_input", "value": None}},
        "menu": {"pick": {"type": "static_select", "selected_option": options[1]}},
        "boxes": {"pick": {"type": "checkboxes", "selected_options": [options[1]]}},
    }


async def test_rich_texts_and_files_are_told_in_their_own_form(slack: Running, bot: AsyncWebClient) -> None:
    def held(name: str, kind: str) -> dict[str, Any]:
        return {"type": "input", "block_id": name, "label": words(name), "element": {"type": kind, "action_id": "a"}}

    form = modal("1", held("text", "rich_text_input"), held("files", "file_input"), submit=words("Go"))
    await bot.views_open(trigger_id=await trigger(slack.cloud), view=form)
    await slack.cloud.person(cast.MEMBER).submit(in_front(slack), {"text": {"a": "hi"}, "files": {"a": ["F0"]}})
    values = slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY)[-1].facts["payload"]["view"]["state"]["values"]
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}
    assert values["text"]["a"]["rich_text_value"] == {"type": "rich_text", "elements": [section]}
    assert values["files"]["a"]["files"] == [{"id": "F0"}]


async def test_the_client_itself_asks_for_what_is_missing(slack: Running, bot: AsyncWebClient) -> None:
    form = modal("1", text_input("since", element={"min_length": 3, "max_length": 5}), submit=words("Go"))
    await bot.views_open(trigger_id=await trigger(slack.cloud), view=form)
    mei = slack.cloud.person(cast.MEMBER)
    before = slack.cloud.workspace.ledger.seq
    for typed, complaint in (("", "required"), ("ab", "at least 3"), ("abcdef", "at most 5")):
        outcome = await mei.submit(in_front(slack), {"since": {"typed": typed}})
        assert complaint in outcome.input_errors["since"]
    assert slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY, before) == []
    with pytest.raises(LookupError):
        await mei.submit(in_front(slack), {"since": {"nothing": "x"}})


async def test_a_submission_that_nobody_acknowledges_leaves_the_modal_open(slack: Running, bot: AsyncWebClient) -> None:
    await bot.views_open(trigger_id=await trigger(slack.cloud), view=modal("1", submit=words("Go")))
    outcome = await slack.cloud.person(cast.MEMBER).submit(in_front(slack))
    assert outcome.error == "dispatch_failed"
    assert in_front(slack).title == "1"


@pytest.mark.parametrize(("pressed", "left"), [("close", ["1"]), ("cross", [])])
async def test_an_app_that_asked_hears_of_closing(stage: Stage, pressed: str, left: list[str]) -> None:
    slack, app, bot, clear = stage.slack, stage.app, stage.bot, pressed == "cross"
    heard: list[dict[str, Any]] = []

    @app.command("/mondoo-audit")
    async def command(ack: AsyncAck) -> None:
        await ack()

    @app.view_closed("form")
    async def closed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body)

    async with stage.connected():
        await bot.views_open(trigger_id=await trigger(slack.cloud), view=modal("1"))
        form = modal("2", notify_on_close=True, callback_id="form")
        await bot.views_push(trigger_id=await trigger(slack.cloud), view=form)
        mei = slack.cloud.person(cast.MEMBER)
        bottom = slack.cloud.workspace.views.stack(cast.MEMBER)[0]
        with pytest.raises(LookupError):
            await mei.close(bottom)
        assert (await mei.close(in_front(slack), clear=clear)).ok
    assert [view.title for view in slack.cloud.workspace.views.stack(cast.MEMBER)] == left
    assert [body["is_cleared"] for body in heard] == [clear]


async def test_an_app_that_did_not_ask_does_not_hear_of_closing(slack: Running, bot: AsyncWebClient) -> None:
    await bot.views_open(trigger_id=await trigger(slack.cloud), view=modal("1"))
    before = slack.cloud.workspace.ledger.seq
    assert (await slack.cloud.person(cast.MEMBER).close(in_front(slack))).ok
    assert slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY, before) == []


async def test_a_click_in_a_modal_tells_what_stands_in_its_inputs(slack: Running, bot: AsyncWebClient) -> None:
    button = {
        "type": "actions",
        "block_id": "row",
        "elements": [{"type": "button", "action_id": "check", "text": words("Check")}],
    }
    await bot.views_open(
        trigger_id=await trigger(slack.cloud), view=modal("1", text_input("since"), button, submit=words("Go"))
    )
    await slack.cloud.person(cast.MEMBER).click(in_front(slack), "check", filled={"since": {"typed": "today"}})
    payload = slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY)[-1].facts["payload"]
    assert payload["view"]["state"]["values"]["since"]["typed"]["value"] == "today"
    assert payload["container"] == {"type": "view", "view_id": in_front(slack).id}
    assert "response_url" not in payload
