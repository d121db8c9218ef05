"""What on-call people press: the App Home, the time line around an event, and what is to be told no more."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from .harness import act_as, ask

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_app_home_tells_how_the_logs_are_and_what_is_subscribed_to(page: Page) -> None:
    await page.get_by_role("button", name="Mondoo Audit").click()
    await page.get_by_role("tab", name="Home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("mondoo · organization, US · last read")
    await expect(home).to_contain_text("lumiere · organization, EU · last read")
    await expect(home).to_contain_text("1 · digest of mondoo, acme, production and 5 more to #security-audit")
    await home.get_by_role("button", name="Pause").last.click()
    await home.get_by_role("button", name="Resume").click()
    await expect(home.get_by_role("button", name="Resume")).to_have_count(0)
    await expect(home.get_by_role("button", name="Pause")).to_have_count(2)


async def test_a_subscription_is_made_and_ended_in_the_app_home(page: Page) -> None:
    await page.get_by_role("button", name="Mondoo Audit").click()
    await page.get_by_role("tab", name="Home").click()
    home = page.get_by_test_id("home")
    await home.get_by_role("button", name="New subscription").click()
    window = page.get_by_role("dialog", name="New subscription")
    await window.get_by_label("Channel", exact=True).select_option(label="#oncall")
    await window.get_by_label("When", exact=True).fill("mon-fri 09:00 Europe/Berlin")
    await window.get_by_role("button", name="Subscribe").click()
    await expect(window).to_have_count(0)
    made = home.get_by_text("to #oncall")
    await expect(made).to_be_visible()
    await home.get_by_role("button", name="Unsubscribe").click()
    await page.get_by_role("dialog").get_by_role("button", name="Unsubscribe").click()
    await expect(made).to_have_count(0)


async def test_somebody_who_may_see_nothing_has_an_app_home_that_names_nothing(page: Page) -> None:
    await act_as(page, "Gust Peeters")
    await page.get_by_role("button", name="Mondoo Audit").click()
    await page.get_by_role("tab", name="Home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("This bot answers for Mondoo’s audit log.")
    await expect(home).not_to_contain_text("acme")


async def test_what_happened_around_an_event_is_on_one_time_line_of_all_logs(page: Page) -> None:
    answer = await ask(page, "/mondoo-audit org=mondoo-organization-1")
    await expect(answer).to_contain_text("1–10 of 36")
    await answer.get_by_label("More options").last.click()
    await answer.get_by_role("button", name="What happened around it").click()
    around = page.get_by_test_id("message").last
    await expect(around).to_contain_text("30 min before and after 09:25:43 on 26 October 2023")
    await expect(around).to_contain_text("2 events in 8 logs")
    await around.get_by_role("button", name="±2 h").click()
    await expect(around).to_contain_text("2 h before and after 09:25:43")
    await around.get_by_role("button", name="Later").click()
    await expect(around).not_to_contain_text("09:25:43 on 26 October")


async def test_what_happened_around_a_message_is_asked_from_its_menu(page: Page) -> None:
    await ask(page, "something is odd just now")
    said = page.get_by_test_id("message").filter(has_text="something is odd")
    await said.hover()
    await said.get_by_label("More actions").click()
    await said.get_by_role("button", name="What happened around it").click()
    around = page.get_by_test_id("message").last
    await expect(around).to_contain_text("30 min before and after")
    await expect(around).to_contain_text("in 8 logs")


async def test_events_like_one_are_muted_from_its_menu_and_told_again(page: Page) -> None:
    answer = await ask(page, "/mondoo-audit org=mondoo-organization-1")
    await expect(answer).to_contain_text("1–10 of 36")
    await answer.get_by_label("More options").last.click()
    await answer.get_by_role("button", name="Mute events like this…").click()
    window = page.get_by_role("dialog", name="Mute events like this")
    await expect(window.get_by_label("Actor", exact=True)).to_have_value("Jane Doe")
    await window.get_by_label("Reason", exact=True).fill("a planned migration")
    await window.get_by_role("button", name="Mute", exact=True).click()
    await expect(window).to_contain_text("mutes events")
    await page.keyboard.press("Escape")
    await expect(window).to_have_count(0)
    await expect(await ask(page, "/mondoo-audit mutes")).to_contain_text("a planned migration")
    number = await page.get_by_test_id("message").last.locator("b, strong").nth(1).inner_text()
    await expect(await ask(page, f"/mondoo-audit unmute {number}")).to_contain_text(f"Rule {number} is lifted")
