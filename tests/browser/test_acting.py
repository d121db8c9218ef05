"""Writing and commanding."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import cast

from .conftest import Open
from .harness import Connected, Json, Received

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_message_is_sent_with_enter_and_a_line_begun_with_shift_enter(open_page: Open) -> None:
    page = await open_page()
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("first")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("second")
    await composer.press("Enter")
    await expect(page.get_by_test_id("message")).to_contain_text("first\nsecond", use_inner_text=True)
    await expect(composer).to_have_value("")
    await expect(composer).to_be_focused()


async def test_a_slash_offers_the_commands_and_their_usage(open_page: Open) -> None:
    page = await open_page()
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("/mondoo")
    options = page.get_by_role("option")
    await expect(options).to_have_count(2)
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await expect(options.first).to_contain_text("org=ID")
    await composer.press("ArrowDown")
    await expect(options.last).to_have_attribute("aria-selected", "true")
    await composer.press("Tab")
    await expect(composer).to_have_value("/mondoo-status ")
    await expect(options).to_have_count(1)
    await composer.press("Escape")
    await expect(page.get_by_role("listbox", name="Commands")).to_be_hidden()


async def test_a_command_reaches_the_app_and_its_answer_the_page(
    open_page: Open, app: AsyncApp, connected: Connected
) -> None:
    @app.command("/mondoo-audit")
    async def answer(ack: Any, command: Json, respond: Any) -> None:  # noqa: ANN401 — Bolt's
        await ack(f"reading for {command['user_name']}")
        await respond(f"You asked for {command['text']}")

    async with connected():
        page = await open_page(as_="mei")
        await expect(page.get_by_text("No bot is connected")).to_have_count(0)
        await page.get_by_test_id("composer").fill("/mondoo-audit org=acme-platform")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("timeline").get_by_text("reading for mei")).to_be_visible()
        await expect(page.get_by_test_id("timeline").get_by_text("You asked for org=acme-platform")).to_be_visible()


async def test_a_command_that_nobody_takes_fails_visibly_to_the_one_who_typed_it(open_page: Open) -> None:
    olivia, adam = await open_page(), await open_page(as_="adam")
    await olivia.get_by_test_id("composer").fill("/mondoo-audit help")
    await olivia.keyboard.press("Enter")
    await expect(olivia.get_by_test_id("message")).to_contain_text("/mondoo-audit failed with the error")
    await expect(olivia.get_by_text("Only visible to you")).to_be_visible()
    await expect(olivia.get_by_test_id("composer")).to_have_value("/mondoo-audit help")
    await expect(adam.get_by_test_id("message")).to_have_count(0)


async def test_what_was_begun_stays_with_its_conversation(open_page: Open) -> None:
    page = await open_page()
    await page.get_by_test_id("composer").fill("half a thought")
    await page.get_by_role("button", name="general, public").click()
    await expect(page.get_by_role("heading", name="general")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_value("")
    await page.get_by_role("button", name="security-audit, public").click()
    await expect(page.get_by_test_id("composer")).to_have_value("half a thought")
    await page.reload()
    await expect(page.get_by_test_id("composer")).to_have_value("half a thought")


async def test_a_shortcut_is_in_the_menu_of_a_message(
    open_page: Open, app: AsyncApp, connected: Connected, client: AsyncWebClient, channel: str
) -> None:
    received = Received()
    app.message_shortcut("around")(received.ack)
    async with connected():
        page = await open_page()
        await client.chat_postMessage(channel=channel, text="the message")
        await page.get_by_test_id("message").hover()
        await page.get_by_test_id("message").get_by_label("More actions").click()
        await page.get_by_role("button", name="Search around this").click()
        assert (await received.next())["message"]["text"] == "the message"


async def test_a_global_shortcut_is_beside_the_composer(open_page: Open, app: AsyncApp, connected: Connected) -> None:
    received = Received()
    app.global_shortcut("search")(received.ack)
    async with connected():
        page = await open_page()
        await page.get_by_label("Shortcuts").click()
        await page.get_by_role("button", name="Search Mondoo").click()
        assert (await received.next())["callback_id"] == "search"


async def test_a_channel_can_be_joined(open_page: Open, sandbox: Sandbox) -> None:
    workspace = sandbox.slack.workspace
    workspace.put_channel(workspace.channels[cast.RANDOM].without_member(cast.OWNER))
    page = await open_page(place="random")
    await page.get_by_role("button", name="Join channel").click()
    await expect(page.get_by_test_id("composer")).to_be_visible()
    assert cast.OWNER in workspace.channels[cast.RANDOM].members
