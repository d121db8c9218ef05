"""Filling in modals, and looking at the app's Home tab."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import cast

from .conftest import Open
from .harness import Connected, Json, Received, actions, button, plain

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


MODAL: Json = {
    "type": "modal",
    "callback_id": "search",
    "title": plain("Search"),
    "submit": plain("Find"),
    "blocks": [
        {"type": "input", "block_id": "org", "label": plain("Organization"),
         "element": {"type": "plain_text_input", "action_id": "id"}},
        {"type": "input", "block_id": "cat", "label": plain("Categories"), "optional": True,
         "element": {"type": "checkboxes", "action_id": "c", "options": [
             {"text": plain("Members"), "value": "m"}, {"text": plain("Tokens"), "value": "t"}]}},
        {"type": "input", "block_id": "who", "label": plain("Who"), "optional": True,
         "element": {"type": "external_select", "action_id": "w", "min_query_length": 1}},
        *actions(button("deeper", "More")),
    ],
}  # fmt: skip


async def opened_modal(page: Page, app: AsyncApp) -> None:
    """Opens the modal by the command."""

    @app.command("/mondoo-audit")
    async def open_modal(ack: Any, command: Json, client: AsyncWebClient) -> None:  # noqa: ANN401 — Bolt's
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    await page.get_by_test_id("composer").fill("/mondoo-audit")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Search")).to_be_visible()


async def test_a_modal_shows_what_is_wrong_at_its_fields_and_is_then_submitted(
    open_page: Open, app: AsyncApp, connected: Connected
) -> None:
    submitted: asyncio.Queue[Json] = asyncio.Queue()

    @app.view("search")
    async def judge(ack: Any, view: Json) -> None:  # noqa: ANN401 — Bolt's
        values = view["state"]["values"]
        if values["org"]["id"]["value"] == "nowhere":
            await ack(response_action="errors", errors={"org": "There is no such organization"})
            return
        await ack()
        submitted.put_nowait(values)

    @app.options("w")
    async def offer(ack: Any, payload: Json) -> None:  # noqa: ANN401 — Bolt's
        await ack(options=[{"text": plain(f"{payload['value']} Doe"), "value": "jane"}])

    async with connected():
        page = await open_page()
        await opened_modal(page, app)
        dialog = page.get_by_role("dialog", name="Search")
        await dialog.get_by_role("button", name="Find").click()
        await expect(dialog.get_by_role("alert").filter(has_text="required")).to_be_visible()
        await dialog.get_by_label("Organization", exact=True).fill("nowhere")
        await page.keyboard.press("Enter")
        await expect(dialog.get_by_text("There is no such organization")).to_be_visible()
        await expect(dialog.get_by_label("Organization", exact=True)).to_be_focused()
        await dialog.get_by_label("Organization", exact=True).fill("acme-platform")
        await dialog.get_by_label("Tokens").check()
        await dialog.locator("summary", has_text="Select an item").click()
        await dialog.get_by_label("Search Who").press_sequentially("Jane")
        await dialog.get_by_label("Jane Doe").check()
        await dialog.get_by_role("button", name="Find").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        values = await submitted.get()
        assert values["org"]["id"]["value"] == "acme-platform"
        assert [option["value"] for option in values["cat"]["c"]["selected_options"]] == ["t"]
        assert values["who"]["w"]["selected_option"]["value"] == "jane"


async def test_a_pushed_modal_leaves_what_was_typed_below_it(
    open_page: Open, app: AsyncApp, connected: Connected
) -> None:
    @app.action("deeper")
    async def push(ack: Any, body: Json, client: AsyncWebClient) -> None:  # noqa: ANN401 — Bolt's
        await ack()
        view = {**MODAL, "title": plain("Deeper"), "blocks": [{"type": "section", "text": plain("here")}]}
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    async with connected():
        page = await open_page()
        await opened_modal(page, app)
        await page.get_by_label("Organization", exact=True).fill("acme")
        await page.get_by_role("button", name="More", exact=True).click()
        await expect(page.get_by_role("dialog", name="Deeper")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog", name="Deeper")).to_have_count(0)
        await expect(page.get_by_label("Organization", exact=True)).to_have_value("acme")
        await page.get_by_test_id("modal").get_by_role("button", name="Close").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_home_tab_shows_what_the_app_publishes_for_whoever_opens_it(
    open_page: Open, app: AsyncApp, connected: Connected
) -> None:
    received = Received()
    app.action("refresh")(received.ack)

    @app.event("app_home_opened")
    async def publish(event: Json, client: AsyncWebClient) -> None:
        blocks = [{"type": "header", "text": plain(f"Hello {event['user']}")}, *actions(button("refresh", "Refresh"))]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    async with connected():
        page = await open_page(as_="adam", place="app")
        await page.get_by_role("tab", name="Home").click()
        await expect(page.get_by_test_id("home")).to_contain_text(f"Hello {cast.ADMIN}")
        await page.get_by_role("button", name="Refresh").click()
        assert (await received.action())["action_id"] == "refresh"
