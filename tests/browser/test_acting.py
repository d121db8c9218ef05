"""Acting on the page: writing, commanding, pressing, picking, filling in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import cast

from .conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Json = dict[str, Any]
Connected = Callable[[], Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, text: str, **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "block_id": "row", "elements": list(elements)}]


class Received:
    """What the app was told, each to be waited for."""

    def __init__(self) -> None:
        self._payloads: asyncio.Queue[Json] = asyncio.Queue()

    async def ack(self, ack: Any, body: Json) -> None:  # noqa: ANN401 — Bolt's
        await ack()
        self._payloads.put_nowait(body)

    async def next(self) -> Json:
        async with asyncio.timeout(10):
            return await self._payloads.get()

    async def action(self) -> Json:
        found: Json = (await self.next())["actions"][0]
        return found


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
