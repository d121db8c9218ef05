"""Pressing and picking in messages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import cast

from .conftest import Open
from .harness import Connected, Json, Received, actions, button, plain

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_button_is_busy_until_the_app_has_heard_of_it(
    open_page: Open, app: AsyncApp, connected: Connected, client: AsyncWebClient, channel: str
) -> None:
    heard = asyncio.Event()

    @app.action("older")
    async def slow(ack: Any) -> None:  # noqa: ANN401 — Bolt's
        await heard.wait()
        await ack()

    async with connected():
        page = await open_page()
        await client.chat_postMessage(channel=channel, text="x", blocks=actions(button("older", "Older", value="10")))
        older = page.get_by_role("button", name="Older")
        await older.click()
        await expect(older).to_have_attribute("aria-busy", "true")
        heard.set()
        await expect(older).not_to_have_attribute("aria-busy", "true")


async def test_a_button_that_nobody_hears_says_so(open_page: Open, client: AsyncWebClient, channel: str) -> None:
    page = await open_page()
    await client.chat_postMessage(channel=channel, text="x", blocks=actions(button("older", "Older")))
    await page.get_by_role("button", name="Older").click()
    await expect(page.get_by_role("alert").filter(has_text="trouble connecting")).to_be_visible()


async def test_paging_keeps_the_focus_on_the_button_that_turned_the_page(
    open_page: Open, app: AsyncApp, connected: Connected, client: AsyncWebClient, channel: str
) -> None:
    @app.action("older")
    async def turn(ack: Any, action: Json, respond: Any) -> None:  # noqa: ANN401 — Bolt's
        await ack()
        number = int(action["value"]) + 1
        blocks = [
            {"type": "section", "text": plain(f"page {number}")},
            *actions(button("newer", "Newer"), button("older", "Older", value=str(number))),
        ]
        await respond(text=f"page {number}", blocks=blocks, replace_original=True)

    async with connected():
        page = await open_page()
        await client.chat_postMessage(channel=channel, text="x", blocks=actions(button("older", "Older", value="0")))
        await page.get_by_role("button", name="Older").focus()
        for number in (1, 2, 3):
            await page.keyboard.press("Enter")
            await expect(page.get_by_test_id("message").get_by_text(f"page {number}")).to_be_visible()
            await expect(page.get_by_role("button", name="Older")).to_be_focused()


async def test_a_confirmation_stands_before_the_action(
    open_page: Open, app: AsyncApp, connected: Connected, client: AsyncWebClient, channel: str
) -> None:
    received = Received()
    app.action("forget")(received.ack)
    confirm = {"title": plain("Forget it?"), "text": plain("All of it"), "confirm": plain("Yes"), "deny": plain("No")}
    async with connected():
        page = await open_page()
        blocks = actions(button("forget", "Forget", confirm=confirm, style="danger"))
        await client.chat_postMessage(channel=channel, text="x", blocks=blocks)
        for answer in ("No", "Yes"):
            await page.get_by_role("button", name="Forget").click()
            await page.get_by_role("dialog", name="Forget it?").get_by_role("button", name=answer).click()
            await expect(page.get_by_role("dialog")).to_have_count(0)
        assert (await received.action())["action_id"] == "forget"


async def test_menus_and_pickers_tell_what_was_picked(
    open_page: Open, app: AsyncApp, connected: Connected, client: AsyncWebClient, channel: str
) -> None:
    received = Received()
    for action_id in ("category", "risks", "since", "at", "more"):
        app.action(action_id)(received.ack)
    options = [{"text": plain(name), "value": name.lower()} for name in ("High", "Low")]
    blocks = actions(
        {"type": "static_select", "action_id": "category", "placeholder": plain("Any category"), "options": options},
        {"type": "multi_static_select", "action_id": "risks", "placeholder": plain("Any risk"), "options": options},
        {"type": "datepicker", "action_id": "since"},
        {"type": "datetimepicker", "action_id": "at"},
        {"type": "overflow", "action_id": "more", "options": options},
    )
    async with connected():
        page = await open_page(as_="mei")
        await client.chat_postMessage(channel=channel, text="x", blocks=blocks)
        message = page.get_by_test_id("message")
        await message.get_by_label("Any category").select_option("low")
        assert (await received.action())["selected_option"]["value"] == "low"
        await message.get_by_label("Any risk").first.click()
        await message.get_by_label("High").check()
        await message.get_by_label("Low").check()
        await page.keyboard.press("Escape")
        picked = await received.action()
        assert [option["value"] for option in picked["selected_options"]] == ["high", "low"]
        await message.get_by_label("datepicker").fill("2024-05-01")
        assert (await received.action())["selected_date"] == "2024-05-01"
        await message.get_by_label("Asia/Tokyo").fill("2024-05-01T09:00")
        assert (await received.action())["selected_date_time"] == 1714521600
        await message.get_by_label("More options").click()
        await message.get_by_role("button", name="Low").click()
        body = await received.next()
        assert body["actions"][0]["selected_option"]["value"] == "low"
        assert body["state"]["values"]["row"]["category"]["selected_option"]["value"] == "low"


async def test_what_has_gone_in_the_meantime_cannot_be_pressed(
    open_page: Open, client: AsyncWebClient, channel: str, sandbox: Sandbox
) -> None:
    page = await open_page()
    posted = await client.chat_postMessage(channel=channel, text="x", blocks=actions(button("older", "Older")))
    await expect(page.get_by_role("button", name="Older")).to_be_visible()
    message = sandbox.slack.workspace.timelines.get(cast.SECURITY_AUDIT, posted["ts"])
    assert message is not None
    await page.evaluate("document.querySelector('[data-action]').dataset.action = 'gone'")
    await page.get_by_role("button", name="Older").click()
    await expect(page.get_by_role("alert").filter(has_text="no longer there")).to_be_visible()
