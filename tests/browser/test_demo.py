"""The demo as a newcomer meets it: the real bot behind the page, typed to and clicked on in a real Chromium."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.async_api import Page, expect

from .harness import ask

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
    await expect(alert).to_contain_text("an owner of the organization", timeout=20_000)
    digest = page.get_by_test_id("message").filter(has_text="new event in")
    await expect(digest).to_contain_text("1 of 1 new entry matches", timeout=60_000)
    await expect(digest).to_contain_text("an owner of the organization")
    await expect(alert).to_have_count(1)


@pytest.mark.usefixtures("mondoo")
async def test_a_burst_is_summed_up_without_what_is_muted_and_told_whole_in_the_thread(page: Page) -> None:
    made = await ask(page, '/mondoo-audit mute action=Membership reason="a reorganization"')
    await expect(made).to_contain_text(re.compile(r"Rule \d+ mutes events"))
    unmute = await made.get_by_text("/mondoo-audit unmute").inner_text()
    await page.get_by_role("button", name="Behind the scenes").click()
    await page.get_by_label("How many events").select_option("100")
    await page.get_by_role("button", name="Let them happen").click()
    digest = page.get_by_test_id("message").filter(has_text="new events in").last
    await expect(digest).to_contain_text(re.compile(r"\d+ of 100 new entries match and are not muted"), timeout=60_000)
    await expect(digest).to_contain_text(re.compile(r"\d+ muted by rule \d+"))
    await expect(await ask(page, unmute)).to_contain_text(re.compile(r"Rule \d+ is lifted"))
    await digest.get_by_test_id("replies").click()
    await expect(page.get_by_label("Thread", exact=True)).to_contain_text("mondoo.agents.AgentManager.")
