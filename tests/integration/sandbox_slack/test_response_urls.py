"""response_urls: five uses, half an hour, and what each kind of answer does."""

from __future__ import annotations

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox.slack import cast
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.messages import Message

from .harness import Running, SteppedTime


async def commanded(slack: Running) -> str:
    """Lets the member type a command, and gives its response_url."""
    await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
    slack.cloud.workspace.delete(seen(slack)[-1], "test")  # Slackbot's word that nobody is connected
    return last_url(slack)


def last_url(slack: Running) -> str:
    """Gives the response_url delivered last."""
    delivery = slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY)[-1]
    return str(delivery.facts["payload"]["response_url"])


def seen(slack: Running) -> list[Message]:
    """Gives what the member sees in #oncall."""
    return slack.cloud.workspace.messages(cast.ONCALL, cast.MEMBER)


async def test_it_works_five_times(slack: Running, http: httpx.AsyncClient) -> None:
    url = await commanded(slack)
    for number in range(5):
        assert (await http.post(url, json={"text": f"{number}"})).status_code == 200
    sixth = await http.post(url, json={"text": "5"})
    assert (sixth.status_code, sixth.json()) == (404, {"ok": False, "error": "used_url"})
    assert [message.text for message in seen(slack)] == ["0", "1", "2", "3", "4"]
    uses = slack.cloud.workspace.ledger.entries(EntryKind.RESPONSE_URL)
    assert [use.facts["error"] for use in uses] == [None] * 5 + ["used_url"]


async def test_it_expires_after_half_an_hour(slack: Running, http: httpx.AsyncClient, time: SteppedTime) -> None:
    url = await commanded(slack)
    time.step(minutes=29, seconds=59)
    assert (await http.post(url, json={"text": "x"})).status_code == 200
    time.step(seconds=2)
    late = await http.post(url, json={"text": "x"})
    assert (late.status_code, late.json()) == (404, {"ok": False, "error": "expired_url"})


async def test_an_unknown_url_leads_nowhere(slack: Running, http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{slack.url}/commands/{cast.TEAM}/1/x", json={"text": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": [{"type": "header"}]}, "invalid_blocks"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ([], "no_text"),
    ],
)
async def test_what_chat_post_message_would_refuse_is_refused(
    slack: Running,
    http: httpx.AsyncClient,
    body: object,
    error: str,
) -> None:
    answer = await http.post(await commanded(slack), json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert seen(slack) == []


async def test_a_body_that_is_not_json_is_refused(slack: Running, http: httpx.AsyncClient) -> None:
    assert (await http.post(await commanded(slack), content=b"{")).status_code == 400


async def test_the_total_of_a_message_is_not_weighed_here(slack: Running, http: httpx.AsyncClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5
    assert (await http.post(await commanded(slack), json={"text": "x", "blocks": blocks})).status_code == 200


async def test_answers_are_ephemeral_unless_they_say_otherwise(slack: Running, http: httpx.AsyncClient) -> None:
    url = await commanded(slack)
    await http.post(url, json={"text": "for you"})
    await http.post(url, json={"text": "for all", "response_type": "in_channel"})
    others = slack.cloud.workspace.messages(cast.ONCALL, cast.OWNER)
    assert [message.text for message in seen(slack)] == ["for you", "for all"]
    assert [message.text for message in others] == ["for all"]


async def test_an_answer_replaces_and_deletes_the_apps_first_reply(slack: Running, http: httpx.AsyncClient) -> None:
    url = await commanded(slack)
    await http.post(url, json={"text": "reading…"})
    await http.post(url, json={"text": "done", "replace_original": True})
    (message,) = seen(slack)
    assert (message.text, message.ephemeral_for, message.edited_ts) == ("done", cast.MEMBER, None)
    await http.post(url, json={"delete_original": True})
    assert seen(slack) == []
    await http.post(url, json={"text": "again", "replace_original": True})
    assert [message.text for message in seen(slack)] == ["again"]


async def test_where_commands_do_not_replace_an_answer_is_a_new_message(
    slack: Running, http: httpx.AsyncClient
) -> None:
    slack.cloud.settings.commands_replace = False
    url = await commanded(slack)
    await http.post(url, json={"text": "reading…"})
    await http.post(url, json={"text": "done", "replace_original": True})
    assert [(each.text, each.ephemeral_for) for each in seen(slack)] == [
        ("reading…", cast.MEMBER),
        ("done", cast.MEMBER),
    ]


async def test_a_public_message_is_replaced_and_deleted_by_a_click(
    slack: Running, bot: AsyncWebClient, http: httpx.AsyncClient
) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    posted = await bot.chat_postMessage(
        channel=cast.ONCALL, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    mei = slack.cloud.person(cast.MEMBER)
    await mei.click(seen(slack)[0], "go")
    await http.post(last_url(slack), json={"text": "y", "replace_original": True})
    (message,) = slack.cloud.workspace.messages(cast.ONCALL, cast.OWNER)
    assert (message.ts, message.text) == (posted["ts"], "y")
    assert message.edited_ts is not None
    await http.post(last_url(slack), json={"delete_original": True})
    assert slack.cloud.workspace.messages(cast.ONCALL, cast.OWNER) == []


async def test_an_answer_to_a_click_in_a_thread_is_in_the_channel_unless_it_names_the_thread(
    slack: Running, bot: AsyncWebClient, http: httpx.AsyncClient
) -> None:
    root = (await bot.chat_postMessage(channel=cast.ONCALL, text="root"))["ts"]
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    await bot.chat_postMessage(
        channel=cast.ONCALL, text="x", thread_ts=root, blocks=[{"type": "actions", "elements": [button]}]
    )
    (reply,) = slack.cloud.workspace.thread(cast.ONCALL, root, cast.MEMBER)
    await slack.cloud.person(cast.MEMBER).click(reply, "go")
    await http.post(last_url(slack), json={"text": "lost"})
    await http.post(last_url(slack), json={"text": "answer", "thread_ts": root})
    told = slack.cloud.workspace.thread(cast.ONCALL, root, cast.MEMBER)
    assert [(message.text, message.ephemeral_for) for message in told] == [("x", None), ("answer", cast.MEMBER)]
    (history,) = (await bot.conversations_history(channel=cast.ONCALL))["messages"]
    assert history["reply_count"] == 1


async def test_it_works_where_the_bot_is_not_a_member(slack: Running, http: httpx.AsyncClient) -> None:
    await slack.cloud.person(cast.OWNER).type(cast.PRIVATE_WITHOUT_BOT, "/mondoo-audit")
    assert (await http.post(last_url(slack), json={"text": "x"})).status_code == 200


async def test_the_sdks_webhook_client_gets_along_with_it(slack: Running) -> None:
    answer = await AsyncWebhookClient(await commanded(slack)).send(text="x", response_type="ephemeral")
    assert (answer.status_code, answer.body) == (200, "ok")
