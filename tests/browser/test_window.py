"""The window: people, places, what is behind the scenes, sizes, colours, keys."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.mondoo import effects
from bot.sandbox.server import Sandbox, serve
from bot.sandbox.slack import cast

from .conftest import Open
from .harness import CUT_OFF
from .tabs import Theme

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_whoever_acts_is_chosen_above_and_kept_in_the_address(open_page: Open) -> None:
    page = await open_page()
    await page.get_by_label("Acting as Olivia Berg, owner, Europe/Berlin").click()
    await page.get_by_role("button", name="Sina Kern").click()
    await expect(page.get_by_label("Acting as Sina Kern, single-channel guest, Europe/Zurich")).to_be_visible()
    await expect(page.get_by_role("heading", name="oncall")).to_be_visible()
    await expect(page.get_by_role("button", name="general, public")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_label("Acting as Sina Kern")).to_be_visible()


async def test_the_address_follows_what_is_shown_at_once(open_page: Open) -> None:
    page = await open_page()
    seen = await page.evaluate(
        """new Promise((resolve) => {
            const look = () => document.querySelector("h1").textContent.endsWith("general") && resolve(location.search);
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
            document.querySelector("[aria-label^='general, public']").click();
        })"""
    )
    assert seen == "?as=olivia&in=general"
    await expect(page).to_have_title("general · Sandbox workspace")


@pytest.mark.parametrize(
    ("as_", "place", "words"),
    [("dora", "general", "deactivated"), ("olivia", "old-audit", "archived channel")],
)
async def test_where_nobody_can_write_the_page_says_why(open_page: Open, as_: str, place: str, words: str) -> None:
    page = await open_page(as_=as_, place=place)
    await expect(page.get_by_test_id("barred")).to_contain_text(words)
    await expect(page.get_by_test_id("composer")).to_have_count(0)


async def test_the_first_steps_put_a_command_into_the_composer_and_stay_away_once_closed(
    open_page: Open, sandbox: Sandbox
) -> None:
    page = await open_page()
    hint = page.get_by_test_id("first-steps")
    await hint.get_by_role("button", name="/mondoo-audit").click()
    await expect(page.get_by_test_id("composer")).to_have_value("/mondoo-audit org=mondoo-organization-1")
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await hint.get_by_text("with curl").click()
    await hint.get_by_role("button", name="Copy").click()
    assert await page.evaluate("navigator.clipboard.readText()") == sandbox.curl
    await hint.get_by_role("button", name="Close").click()
    await expect(hint).to_be_hidden()
    await page.reload()
    await expect(page.get_by_test_id("composer")).to_be_visible()
    await expect(hint).to_be_hidden()


async def test_mondoo_is_broken_and_mended_behind_the_scenes(open_page: Open, sandbox: Sandbox) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Behind the scenes").click()
    moods = page.get_by_test_id("moods-Mondoo")
    await moods.get_by_label("For").select_option("until told otherwise")
    await moods.get_by_role("button", name="Answers 503").click()
    await expect(page.get_by_test_id("alarm").first).to_have_text("Mondoo: answers 503")
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.post(f"{sandbox.base_url}/query", json={})).status_code == httpx.codes.SERVICE_UNAVAILABLE
    await page.get_by_test_id("state-Mondoo").get_by_role("button", name="Back to normal").click()
    await expect(page.get_by_test_id("state-Mondoo")).to_contain_text("Mondoo is well")
    assert sandbox.mondoo.faults.as_json() == []


async def test_slack_is_broken_for_one_request(open_page: Open, client: AsyncWebClient, sandbox: Sandbox) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Behind the scenes").click()
    await page.get_by_test_id("moods-Slack").get_by_role("button", name="Answers 429").click()
    await expect(page.get_by_test_id("alarm").first).to_contain_text("Slack: answers 429")
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{sandbox.base_url}/api/auth.test", json={})
    assert (answer.status_code, answer.headers["retry-after"]) == (httpx.codes.TOO_MANY_REQUESTS, "5")
    await expect(page.get_by_test_id("state-Slack")).to_contain_text("Slack is well")
    await client.auth_test()


async def test_events_happen_in_mondoo_when_asked_for(open_page: Open, sandbox: Sandbox) -> None:
    mrn = "//captain.api.mondoo.app/organizations/acme-platform"
    before = len(sandbox.mondoo.log(mrn))
    page = await open_page()
    await page.get_by_role("button", name="Behind the scenes").click()
    await page.get_by_label("How many events").select_option("25")
    await page.get_by_label("Where", exact=True).select_option(mrn)
    await page.get_by_role("button", name="Let them happen").click()
    await expect(page.get_by_text("25 events happened")).to_be_visible()
    assert len(sandbox.mondoo.log(mrn)) == before + 25


async def test_starting_over_empties_the_workspace(open_page: Open, client: AsyncWebClient, channel: str) -> None:
    page = await open_page()
    await client.chat_postMessage(channel=channel, text="soon gone")
    await expect(page.get_by_test_id("message")).to_have_count(1)
    await page.get_by_role("button", name="Behind the scenes").click()
    await page.get_by_role("button", name="Start over").click()
    await expect(page.get_by_test_id("message")).to_have_count(0)
    await expect(page.get_by_text("This is the beginning of security-audit.")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (768, "dark"), (1280, "light"), (3840, "dark")])
async def test_everything_fits_the_window(
    open_page: Open, client: AsyncWebClient, showcase: list[dict[str, Any]], width: int, theme: Theme
) -> None:
    page, channel = await open_page(width=width, theme=theme), cast.SECURITY_AUDIT
    await client.chat_postMessage(channel=channel, text="x" * 300, blocks=showcase)
    await client.chat_postMessage(channel=channel, text="x" * 300 + " https://example.com/" + "y" * 300)
    await expect(page.get_by_test_id("message")).to_have_count(2)
    await expect(page.locator("html")).to_have_attribute("data-theme", theme)
    assert await page.evaluate(CUT_OFF) == []
    await page.get_by_role("button", name="Behind the scenes").click()
    await expect(page.get_by_role("heading", name="Behind the scenes")).to_be_in_viewport()
    assert await page.evaluate(CUT_OFF) == []
    await page.get_by_label("Acting as").click()
    menu = await page.get_by_test_id("acting").locator(".menu").bounding_box()
    assert menu is not None
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= width


async def test_on_a_narrow_window_the_channels_open_over_the_conversation(open_page: Open) -> None:
    page = await open_page(width=360)
    general = page.get_by_role("button", name="general, public")
    await expect(general).to_be_hidden()
    await page.get_by_role("button", name="Channels").click()
    await expect(page.get_by_role("button", name="security-audit, public")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(general).to_be_hidden()
    await page.get_by_role("button", name="Channels").click()
    await general.click()
    await expect(page.get_by_role("heading", name="general")).to_be_visible()
    await expect(general).to_be_hidden()


async def test_dark_and_light_can_be_switched_and_stay(open_page: Open) -> None:
    page = await open_page(theme="dark")
    await page.get_by_role("button", name="Dark or light").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


async def focused(page: Page) -> str:
    name: str = await page.evaluate(
        "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim().slice(0, 40)"
    )
    return name


async def test_everything_is_reached_and_done_by_keyboard_alone(
    open_page: Open, client: AsyncWebClient, channel: str
) -> None:
    page = await open_page()
    button = {"type": "button", "action_id": "older", "text": {"type": "plain_text", "text": "Older"}}
    await client.chat_postMessage(channel=channel, text="x", blocks=[{"type": "actions", "elements": [button]}])
    await expect(page.get_by_test_id("message")).to_have_count(1)

    seen: list[str] = []
    while "Message to #security-audit" not in seen:
        await page.keyboard.press("Tab")
        seen.append(await focused(page))
    assert [seen.index(name) for name in ("Dark or light", "Behind the scenes")] == [0, 1]
    assert seen[2].startswith("Acting as Olivia Berg")
    assert seen[3:7] == ["general, public", "security-audit, public", "oncall, public", "random, public"]
    assert seen[-4:] == ["Older", "More actions", "Shortcuts", "Message to #security-audit"]

    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowUp")
    assert await focused(page) == "Show as JSON"
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("raw")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("raw")).to_have_count(0)

    await page.get_by_label("Acting as").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Acting as Adam Novak")).to_be_visible()
    await page.get_by_role("button", name="general, public").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Message to #general")).to_be_focused()


async def test_the_focus_is_visible(open_page: Open) -> None:
    page = await open_page()
    await page.keyboard.press("Tab")
    outline: str = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_an_open_menu_stays_open_while_the_bar_around_it_changes(open_page: Open, sandbox: Sandbox) -> None:
    page = await open_page()
    await page.get_by_label("Acting as").click()
    await page.get_by_role("button", name="Mei Tanaka").focus()
    sandbox.mondoo.inject(effects.Status())
    await expect(page.get_by_test_id("alarm").first).to_contain_text("Mondoo: answers 503")
    await expect(page.get_by_role("button", name="Mei Tanaka")).to_be_visible()


async def test_two_tabs_act_for_themselves(open_page: Open) -> None:
    olivia, mei = await open_page(), await open_page(as_="mei", place="oncall")
    await olivia.get_by_test_id("composer").fill("hello from Olivia")
    await olivia.keyboard.press("Enter")
    await expect(olivia.get_by_test_id("message")).to_contain_text("Olivia Berg")
    await expect(mei.get_by_test_id("message")).to_have_count(0)
    await mei.get_by_role("button", name="security-audit, public").click()
    await expect(mei.get_by_test_id("message")).to_contain_text("hello from Olivia")


async def test_one_process_runs_one_page(sandbox: Sandbox) -> None:
    assert sandbox.base_url
    with pytest.raises(RuntimeError, match="one process runs one sandbox with a page"):
        async with serve(port=0):
            pass
