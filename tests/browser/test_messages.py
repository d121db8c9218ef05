"""Messages on the page: drawn from their blocks, alive, and harmless."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import cast

from .conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = "</b><script>alert(1)</script><img src=x onerror=alert(2)>'\"><svg onload=alert(3)>{{1234*5678}}"


async def test_every_block_of_the_showcase_is_seen(
    open_page: Open, client: AsyncWebClient, channel: str, showcase: list[dict[str, Any]]
) -> None:
    page = await open_page()
    await client.chat_postMessage(channel=channel, text="all of them", blocks=showcase)
    message = page.get_by_test_id("message")
    for kind in {block["type"] for block in showcase}:
        await expect(message.get_by_test_id(f"block-{kind}").first).to_be_visible()
    await expect(message.get_by_role("heading", name="Organization Acme Platform")).to_be_visible()
    await expect(message.locator("a", has_text="the documentation")).to_have_attribute("target", "_blank")
    await expect(message.locator("svg.chart path.fill").first).to_be_visible()
    await expect(message.get_by_text("APP", exact=True)).to_be_visible()


async def test_a_message_appears_changes_and_goes_without_a_reload(
    open_page: Open, client: AsyncWebClient, channel: str
) -> None:
    page = await open_page()
    posted = await client.chat_postMessage(channel=channel, text="first words")
    await expect(page.get_by_test_id("timeline").get_by_text("first words")).to_be_visible()
    await expect(page.get_by_role("log")).to_have_text("Mondoo Audit: first words")
    await client.chat_update(channel=channel, ts=posted["ts"], text="other words")
    await expect(page.get_by_test_id("timeline").get_by_text("other words")).to_be_visible()
    await expect(page.get_by_test_id("timeline").get_by_text("(edited)")).to_be_visible()
    await client.chat_delete(channel=channel, ts=posted["ts"])
    await expect(page.get_by_test_id("message")).to_have_count(0)


async def test_hostile_data_stays_text(open_page: Open, client: AsyncWebClient, channel: str, sandbox: Sandbox) -> None:
    page = await open_page()
    cell = {"type": "raw_text", "text": HOSTILE}
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": HOSTILE}},
        {"type": "section", "text": {"type": "mrkdwn", "text": HOSTILE.replace("<", "&lt;").replace(">", "&gt;")}},
        {"type": "markdown", "text": HOSTILE},
        {"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE, "style": {"code": True}}]},
        ]},
        {"type": "table", "rows": [[cell], [cell]]},
    ]  # fmt: skip
    await client.chat_postMessage(channel=channel, text=HOSTILE, blocks=blocks)
    await sandbox.slack.person(cast.MEMBER).type(cast.SECURITY_AUDIT, HOSTILE)
    messages = page.get_by_test_id("message")
    await expect(messages).to_have_count(2)
    for kind in ("section", "markdown", "rich_text", "table"):
        await expect(messages.get_by_test_id(f"block-{kind}").first).to_contain_text("<script>alert(1)</script>")
    assert await page.locator(".timeline script, .timeline img, .timeline [onerror], .timeline [onload]").count() == 0
    assert "7006652" not in (await messages.first.inner_text())


async def test_an_ephemeral_message_is_there_for_one_person_who_can_dismiss_it(
    open_page: Open, client: AsyncWebClient, channel: str
) -> None:
    olivia, adam = await open_page(), await open_page(as_="adam")
    await client.chat_postEphemeral(channel=channel, user=cast.OWNER, text="for Olivia alone")
    await client.chat_postMessage(channel=channel, text="for all")
    await expect(olivia.get_by_test_id("timeline").get_by_text("for Olivia alone")).to_be_visible()
    await expect(olivia.get_by_test_id("timeline").get_by_text("Only visible to you")).to_be_visible()
    await expect(adam.get_by_test_id("timeline").get_by_text("for all")).to_be_visible()
    await expect(adam.get_by_test_id("timeline").get_by_text("for Olivia alone")).to_have_count(0)
    await olivia.get_by_test_id("message").first.hover()
    await olivia.get_by_test_id("message").first.get_by_label("More actions").click()
    await olivia.get_by_role("button", name="Dismiss message").click()
    await expect(olivia.get_by_test_id("timeline").get_by_text("for Olivia alone")).to_have_count(0)


async def test_dates_are_in_the_zone_of_whoever_acts(open_page: Open, client: AsyncWebClient, channel: str) -> None:
    page = await open_page()
    await client.chat_postMessage(channel=channel, text="<!date^1704067200^{date_num} {time}|?>")
    await expect(page.get_by_test_id("timeline").get_by_text("2024-01-01 01:00")).to_be_visible()
    await page.get_by_label("Acting as").click()
    await page.get_by_role("button", name="Mei Tanaka").click()
    await expect(page.get_by_test_id("timeline").get_by_text("2024-01-01 09:00")).to_be_visible()


async def test_the_newest_message_stays_in_sight_unless_one_reads_further_up(
    open_page: Open, client: AsyncWebClient, channel: str, sandbox: Sandbox
) -> None:
    page = await open_page()
    for number in range(30):
        await sandbox.slack.person(cast.ADMIN).type(cast.SECURITY_AUDIT, f"message {number}\nof\nmany lines")
    await expect(page.get_by_test_id("timeline").get_by_text("message 29")).to_be_in_viewport()
    await page.get_by_test_id("timeline").get_by_text("message 25").hover()
    await page.mouse.wheel(0, -1500)
    await expect(page.get_by_test_id("timeline").get_by_text("message 29")).not_to_be_in_viewport()
    await client.chat_postMessage(channel=channel, text="message 30")
    await expect(page.get_by_test_id("timeline").get_by_text("message 30")).to_be_attached()
    await expect(page.get_by_test_id("timeline").get_by_text("message 30")).not_to_be_in_viewport()
    await expect(page.locator(".scroller")).to_have_class("scroller has-news")


async def test_older_messages_are_listed_when_asked_for(open_page: Open, sandbox: Sandbox) -> None:
    for number in range(105):
        await sandbox.slack.person(cast.OWNER).type(cast.SECURITY_AUDIT, f"message {number}.")
    page = await open_page()
    await expect(page.get_by_test_id("message")).to_have_count(100)
    await page.get_by_role("button", name="Show earlier messages").click()
    await expect(page.get_by_test_id("message")).to_have_count(105)
    await expect(page.get_by_test_id("timeline").get_by_text("message 0.")).to_be_attached()


async def test_a_thread_opens_beside_the_conversation_and_can_be_answered(
    open_page: Open, client: AsyncWebClient, channel: str
) -> None:
    page = await open_page()
    root = await client.chat_postMessage(channel=channel, text="the digest")
    await client.chat_postMessage(channel=channel, text="its details", thread_ts=root["ts"])
    await page.get_by_test_id("replies").click()
    thread = page.get_by_role("complementary", name="Beside the conversation")
    await expect(thread.get_by_text("its details")).to_be_visible()
    await thread.get_by_label("Message to the thread").fill("thank you")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text("thank you")).to_be_visible()
    await expect(page.get_by_test_id("replies")).to_contain_text("2 replies")
    await thread.get_by_role("button", name="Close thread").click()
    await expect(thread).to_be_hidden()


async def test_a_message_is_shown_as_json_with_its_metadata(
    open_page: Open, client: AsyncWebClient, channel: str
) -> None:
    page = await open_page()
    metadata = {"event_type": "mondoo_audit_digest", "event_payload": {"id": "d1"}}
    await client.chat_postMessage(channel=channel, text="the digest", metadata=metadata)
    message = page.get_by_test_id("message")
    await message.hover()
    await message.get_by_label("More actions").click()
    await page.get_by_role("button", name="Show as JSON").click()
    shown = page.get_by_test_id("raw")
    await expect(shown).to_contain_text('"event_type": "mondoo_audit_digest"')
    await shown.get_by_role("button", name="Copy").click()
    await expect(shown.get_by_role("button", name="Copied")).to_be_visible()
    assert '"text": "the digest"' in await page.evaluate("navigator.clipboard.readText()")
    await page.keyboard.press("Escape")
    await expect(shown).to_have_count(0)


async def test_a_data_table_sorts_filters_and_turns_its_pages(
    open_page: Open, client: AsyncWebClient, channel: str, showcase: list[dict[str, Any]]
) -> None:
    page = await open_page()
    table = [block for block in showcase if block["type"] == "data_table"]
    await client.chat_postMessage(channel=channel, text="table", blocks=table)
    rows = page.get_by_test_id("block-data_table").locator("tbody tr:visible")
    await expect(rows).to_have_text(["09:00Jane Doe12", "10:00John Smith3", "11:00Jane Doe7"])
    await page.get_by_role("button", name="Next rows").click()
    await expect(rows.first).to_have_text("12:00Priya Raman100")
    await page.get_by_role("button", name="Events", exact=True).click()
    await expect(rows).to_have_text(["14:00Chen Wei1", "10:00John Smith3", "11:00Jane Doe7"])
    await page.get_by_role("button", name="Events", exact=True).click()
    await expect(rows.first).to_have_text("12:00Priya Raman100")
    await page.get_by_label("Filter Events by hour").fill("jane")
    await expect(rows).to_have_text(["09:00Jane Doe12", "11:00Jane Doe7"])


async def test_a_file_can_be_saved(open_page: Open, client: AsyncWebClient, channel: str) -> None:
    page = await open_page()
    await client.files_upload_v2(channel=channel, content="a,b\n1,2\n", filename="events.csv", title="Events")
    async with page.expect_download() as saving:
        await page.get_by_test_id("file").click()
    download = await saving.value
    assert download.suggested_filename == "events.csv"
    assert (await download.path()).read_text("utf-8") == "a,b\n1,2\n"
