"""The demo as newcomers and on-call people meet it: what it answers and what it tells by itself."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.async_api import Locator, Page, expect

from .harness import CUT_OFF, act_as, ask
from .tabs import Tabs

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DOCUMENTED = "/mondoo-audit org=mondoo-organization-1"


async def test_the_command_is_typed_and_its_answer_paged_through(page: Page) -> None:
    answer = await ask(page, DOCUMENTED)
    await expect(answer).to_contain_text("1–10 of 36")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer).to_contain_text("Jane Doe")
    await expect(answer).to_contain_text("mondoo.agents.AgentManager.CreateServiceAccount")
    for figures in ("11–20 of 36", "21–30 of 36", "31–36 of 36"):
        await answer.get_by_role("button", name="Older").click()
        await expect(answer).to_contain_text(figures)
    await expect(answer.get_by_role("button", name="Older")).to_have_count(0)
    await answer.get_by_role("button", name="Newer").click()
    await expect(answer).to_contain_text("21–30 of 36")


async def test_the_command_that_the_page_proposes_works(page: Page) -> None:
    await page.get_by_test_id("first-steps").get_by_text("/mondoo-audit").click()
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("message").last).to_contain_text("all read")


async def test_a_wrong_command_is_answered_with_the_right_one(page: Page) -> None:
    answer = await ask(page, "/mondoo-audit orgg=acme-platform since=7d")
    await expect(answer).to_contain_text("There is no key “orgg”")
    await expect(answer).to_contain_text("/mondoo-audit org=acme-platform since=7d")


async def test_a_broken_mondoo_is_told_as_such_and_mends(page: Page, mondoo: httpx.AsyncClient) -> None:
    fault = {"effect": {"kind": "status", "status": 401}, "times": None}
    (await mondoo.post("faults", json=fault)).raise_for_status()
    answer = await ask(page, DOCUMENTED)
    await expect(answer).to_contain_text("Mondoo does not accept the token")
    await expect(answer).not_to_contain_text(re.compile("no events", re.IGNORECASE))
    (await mondoo.delete("faults")).raise_for_status()
    await expect(await ask(page, DOCUMENTED)).to_contain_text("1–10 of 36")


async def test_both_regions_and_spaces_answer_by_alias(page: Page) -> None:
    await expect(await ask(page, "/mondoo-audit space=production last=7d risk=high")).to_contain_text("production")
    await ask(page, "/mondoo-audit help")
    await expect(page.get_by_test_id("message").last).to_contain_text("lumiere")


@pytest.mark.usefixtures("mondoo")
async def test_what_happens_in_mondoo_is_told_at_once_and_in_the_next_digest(page: Page) -> None:
    await page.get_by_role("button", name="Behind the scenes").click()
    await page.get_by_role("button", name="An owner is added").click()
    alert = page.get_by_test_id("message").filter(has_text="high-risk event in")
    await expect(alert).to_contain_text("an owner of the organization", timeout=30_000)
    digest = page.get_by_test_id("message").filter(has_text="new event in")
    await expect(digest).to_contain_text("1 of 1 new entry matches", timeout=30_000)
    await expect(digest).to_contain_text("an owner of the organization")
    await expect(alert).to_have_count(1)
    for told in (alert, digest):
        await told.get_by_role("button", name="Mute events like").click()
        window = page.get_by_role("dialog", name="Mute events like this")
        await expect(window.get_by_label("Action", exact=True)).to_have_value("SetOrganizationMembership")
        await muted_and_told_again(page, window)


async def muted_and_told_again(page: Page, window: Locator) -> None:
    """Mute what the window is filled in with, and lift the rule."""
    await window.get_by_label("Reason", exact=True).fill("a planned migration")
    await window.get_by_role("button", name="Mute", exact=True).click()
    await expect(window).to_contain_text("mutes events")
    rule = re.search(r"Rule (\d+)", await window.inner_text())
    assert rule is not None
    await page.keyboard.press("Escape")
    await expect(window).to_have_count(0)
    await expect(await ask(page, "/mondoo-audit mutes")).to_contain_text("a planned migration")
    await expect(await ask(page, f"/mondoo-audit unmute {rule[1]}")).to_contain_text(f"{rule[0]} is lifted")


@pytest.mark.usefixtures("mondoo")
async def test_a_burst_is_summed_up_without_what_is_muted_and_told_whole_in_the_thread(page: Page) -> None:
    made = await ask(page, '/mondoo-audit mute action=Membership reason="a reorganization"')
    await expect(made).to_contain_text(re.compile(r"Rule \d+ mutes events"))
    unmute = await made.get_by_text("/mondoo-audit unmute").inner_text()
    await page.get_by_role("button", name="Behind the scenes").click()
    await page.get_by_label("How many events").select_option("100")
    await page.get_by_role("button", name="Let them happen").click()
    digest = page.get_by_test_id("message").filter(has_text="new events in").last
    await expect(digest).to_contain_text(re.compile(r"\d+ of 100 new entries match and are not muted"), timeout=30_000)
    await expect(digest).to_contain_text(re.compile(r"\d+ muted by rule \d+"))
    await expect(await ask(page, unmute)).to_contain_text(re.compile(r"Rule \d+ is lifted"))
    await digest.get_by_test_id("replies").click()
    await expect(page.get_by_label("Thread", exact=True)).to_contain_text("mondoo.agents.AgentManager.")


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


async def test_a_subscription_is_made_changed_and_ended_in_the_app_home(page: Page) -> None:
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
    await home.get_by_role("button", name="Edit").click()
    window = page.get_by_role("dialog", name=re.compile(r"Subscription \d+"))
    await expect(window.get_by_label("When", exact=True)).to_have_value("mon-fri 09:00 Europe/Berlin")
    await window.get_by_label("When", exact=True).fill("never")
    await window.get_by_role("button", name="Save").click()
    await expect(window.get_by_role("alert").filter(has_text="never")).to_be_visible()
    await window.get_by_label("When", exact=True).fill("mon-fri 17:30 Europe/Berlin")
    await window.get_by_role("button", name="Save").click()
    await expect(window).to_have_count(0)
    await expect(home).to_contain_text("at 17:30 on Monday to Friday")
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
    await muted_and_told_again(page, window)


async def test_everything_fits_a_phone_in_the_dark(demo: str, page: Page, tabs: Tabs) -> None:
    assert await page.evaluate(CUT_OFF) == []
    phone = await tabs.open(demo, width=360, height=740, theme="dark")
    for command, words in (("help", "lumiere"), ("status", "production"), ("subscriptions", "digest")):
        await expect(await ask(phone, f"/mondoo-audit {command}")).to_contain_text(words)
        assert await phone.evaluate(CUT_OFF) == []
    await ask(phone, DOCUMENTED)
    answer = phone.get_by_test_id("message").filter(has=phone.get_by_role("button", name="Export…"))
    await expect(answer).to_contain_text("1–10 of 36")
    window = phone.get_by_test_id("modal")
    for name, words in (("Change filters", "Newest first"), ("Export…", "NDJSON")):
        await answer.get_by_role("button", name=name).click()
        await fits(phone, window, words)
    for name, words in (("Details", '"timestamp"'), ("Mute events like this…", "Only in mondoo")):
        await answer.get_by_label("More options").last.click()
        assert await phone.evaluate(CUT_OFF) == []
        await answer.get_by_role("button", name=name).click()
        await fits(phone, window, words)
    await answer.get_by_label("More options").last.click()
    await answer.get_by_role("button", name="What happened around it").click()
    await expect(phone.get_by_test_id("message").last).to_contain_text("30 min before and after")
    assert await phone.evaluate(CUT_OFF) == []
    for name, words in (("Table", "What happened"), ("Back to the list", "1–10"), ("Charts", "Events by actor")):
        await phone.get_by_role("button", name=name).click()
        await expect(phone.get_by_test_id("message").filter(has_text=words).first).to_be_visible()
        assert await phone.evaluate(CUT_OFF) == []
    await phone.get_by_role("button", name="Channels").click()
    await phone.get_by_role("button", name="Mondoo Audit").click()
    await phone.get_by_role("tab", name="Home").click()
    await expect(phone.get_by_test_id("home")).to_contain_text("last read")
    assert await phone.evaluate(CUT_OFF) == []
    await phone.get_by_role("button", name="New subscription").click()
    await fits(phone, window, "Whose log")


async def fits(page: Page, window: Locator, words: str) -> None:
    """Nothing of a window is cut off, and its buttons are in sight; then it is closed."""
    await expect(window).to_contain_text(words)
    assert await page.evaluate(CUT_OFF) == []
    await expect(window.get_by_role("button", name="Close").first).to_be_in_viewport(ratio=1)
    await expect(window.locator("footer button").last).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Escape")
    await expect(window).to_have_count(0)
