"""Asking without a command to remember: the search window, from wherever it is opened, and what answers lead to."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from .harness import act_as, ask

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TITLE = "Search the audit log"


async def opened(page: Page) -> Locator:
    """The search window, once its fields are there."""
    window = page.get_by_role("dialog", name=TITLE)
    await expect(window.get_by_label("When", exact=True)).to_be_visible()
    return window


async def test_the_command_alone_opens_a_window_whose_answer_comes_where_it_was_typed(page: Page) -> None:
    await ask(page, "/mondoo-audit")
    window = await opened(page)
    await window.get_by_label("Audit log of", exact=True).select_option(
        label="mondoo — mondoo-organization-1 · organization · US"
    )
    await window.get_by_label("When", exact=True).select_option(label="From … until …")
    await window.get_by_label("From (Europe/Berlin)").fill("2024-01-30T00:00")
    await window.get_by_label("Until (Europe/Berlin)").fill("2023-01-01T00:00")
    await window.get_by_label("Actor", exact=True).fill("john")
    await window.get_by_role("button", name="Search").click()
    await expect(window.get_by_role("alert").filter(has_text=re.compile("after|before|end"))).to_be_visible()
    await window.get_by_label("Until (Europe/Berlin)").fill("2024-01-31T00:00")
    await window.get_by_role("button", name="Search").click()
    await expect(window).to_have_count(0)
    answer = page.get_by_test_id("message").last
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer).to_contain_text("1–1 of 1")
    await expect(answer).to_contain_text("John Smith made user")


async def test_filters_are_changed_in_the_window_and_the_answer_in_its_place(page: Page) -> None:
    answer = await ask(page, "/mondoo-audit org=mondoo-organization-1")
    await expect(answer).to_contain_text("1–10 of 36")
    await answer.get_by_role("button", name="Change filters").click()
    window = await opened(page)
    await window.get_by_label("Actor", exact=True).fill("Lena")
    await window.get_by_label("Oldest first").check()
    await window.get_by_role("button", name="Search").click()
    await expect(answer).to_contain_text("1–3 of 3")
    await expect(answer).to_contain_text("oldest first")
    await expect(page.get_by_test_id("message")).to_have_count(1)


async def test_a_search_from_the_shortcut_is_answered_in_the_messages_with_the_app(page: Page) -> None:
    await expect(await ask(page, "/mondoo-audit org=mondoo-organization-1 actor=jane")).to_contain_text("Jane Doe")
    await page.get_by_label("Shortcuts").click()
    await page.get_by_role("button", name="Search the audit log").click()
    window = await opened(page)
    await expect(window).to_contain_text("The answer comes in your messages with this app.")
    await window.get_by_label("Audit log of", exact=True).select_option(
        label="acme — acme-platform · organization · US"
    )
    await window.get_by_role("button", name="Search").click()
    await expect(window).to_contain_text("Reading the audit log of acme")
    await window.get_by_role("button", name="Close").first.click()
    await page.get_by_role("button", name="Mondoo Audit").click()
    await expect(page.get_by_test_id("message").last).to_contain_text("Audit log of acme")


async def test_an_event_is_shown_whole_from_its_menu(page: Page) -> None:
    answer = await ask(page, "/mondoo-audit org=mondoo-organization-1")
    await expect(answer).to_contain_text("1–10 of 36")
    await answer.get_by_label("More options").last.click()
    await answer.get_by_role("button", name="Details").click()
    window = page.get_by_role("dialog", name="Event")
    await expect(window).to_contain_text("IP address 198.51.100.208")
    await expect(window).to_contain_text('"timestamp": "2023-10-26T07:25:43Z"')


async def test_a_guest_is_refused_in_words_and_by_the_window(page: Page) -> None:
    await act_as(page, "Gust Peeters")
    answer = await ask(page, "/mondoo-audit org=mondoo-organization-1")
    await expect(answer).to_contain_text("Guests may see audit logs only where the settings name them by ID.")
    await ask(page, "/mondoo-audit")
    window = page.get_by_role("dialog", name=TITLE)
    await expect(window).to_contain_text("Guests may see audit logs only where the settings name them by ID.")
    await expect(window.get_by_role("button", name="Search")).to_have_count(0)
