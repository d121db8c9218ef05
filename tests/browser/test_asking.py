"""Asking, by command and without one to remember, and all that an answer leads to."""

from __future__ import annotations

import json
import re

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from .harness import FOCUSED, act_as, ask

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


async def test_a_log_is_named_by_its_id_and_the_window_remembers_what_was_asked(page: Page) -> None:
    await ask(page, "/mondoo-audit")
    window = await opened(page)
    await window.get_by_label("Audit log of", exact=True).select_option(label="Another one, by its ID …")
    await window.get_by_label("ID", exact=True).fill("nowhere-to-be-found")
    await window.get_by_label("Which is the ID of", exact=True).select_option(label="Space · EU")
    await window.get_by_role("button", name="Search").click()
    answer = page.get_by_test_id("message").last
    await expect(answer).to_contain_text("The bot has no credentials for space nowhere-to-be-found (EU).")
    await ask(page, "/mondoo-audit")
    await expect((await opened(page)).get_by_label("ID", exact=True)).to_have_value("nowhere-to-be-found")
    await window.get_by_label("ID", exact=True).fill("lumiere-paris")
    await window.get_by_label("When", exact=True).select_option(label="All time")
    await expect(window.get_by_label("From (Europe/Berlin)")).to_have_count(0)
    await window.get_by_label("Medium").check()
    await window.get_by_role("button", name="Search").click()
    await expect(page.get_by_test_id("message").last).to_contain_text("Audit log of paris · space · EU")
    await ask(page, "/mondoo-audit")
    await expect((await opened(page)).get_by_label("When", exact=True).locator(":checked")).to_have_text("All time")
    await expect(window.get_by_label("Audit log of", exact=True).locator(":checked")).to_contain_text("paris")
    await expect(window.get_by_label("Medium")).to_be_checked()


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


@pytest_asyncio.fixture(loop_scope="session")
async def answer(page: Page) -> Locator:
    """The first page of an answer."""
    await ask(page, "/mondoo-audit org=mondoo-organization-1")
    answer = page.get_by_test_id("message").first
    await expect(answer).to_contain_text("1–10 of 36")
    return answer


async def test_a_page_is_shown_to_everybody_once_that_is_confirmed(page: Page, answer: Locator) -> None:
    messages = page.get_by_test_id("message")
    await answer.get_by_role("button", name="Share…").click()
    sure = page.get_by_role("dialog", name="Show this page to everybody here?")
    await expect(sure).to_contain_text("with your name")
    await sure.get_by_role("button", name="Cancel").click()
    await expect(sure).to_be_hidden()
    await expect(messages).to_have_count(1)
    await answer.get_by_role("button", name="Share…").click()
    await sure.get_by_role("button", name="Share").click()
    shared = messages.filter(has_text="Shared by @Olivia Berg")
    await expect(shared).to_contain_text("Jane Doe")
    await expect(shared).not_to_contain_text("Only visible to you")
    await act_as(page, "Adam Novak")
    await shared.get_by_role("button", name="Ask again").click()
    own = messages.filter(has_text="Only visible to you")
    await expect(own).to_contain_text("1–10 of 36")
    await expect(own.get_by_role("button", name="Change filters")).to_be_visible()


async def test_an_answer_is_taken_home_as_a_file_in_each_form(page: Page, answer: Locator) -> None:
    files = page.get_by_test_id("file")
    await export(page, answer, "OCSF", "This conversation")
    await expect(files).to_contain_text("36 events of mondoo")
    await expect(page.get_by_test_id("message").filter(has=files)).not_to_contain_text("Only visible to you")
    first, *others = map(json.loads, await lines_of(page, files))
    assert len(others) == 35
    assert (first["class_uid"], first["metadata"]["version"]) == (3001, "1.5.0")
    assert first["actor"]["user"]["name"] == "Jane Doe"
    for form in ("CSV", "NDJSON"):
        await export(page, answer, form, "My messages with the bot")
    await page.get_by_role("button", name="Mondoo Audit").click()
    await expect(files).to_have_count(2)
    heads, *rows = await lines_of(page, files.filter(has_text=".csv"))
    assert len(rows) == 36
    first, *others = map(json.loads, await lines_of(page, files.filter(has_text=".ndjson")))
    assert len(others) == 35
    assert (first["action"], first["risk"]) == ("mondoo.agents.AgentManager.CreateServiceAccount", "high")
    assert set(heads.split(",")) >= {"action", "risk"}


async def export(page: Page, answer: Locator, form: str, place: str) -> None:
    """Fill in the window that makes an answer a file."""
    await answer.get_by_role("button", name="Export…").click()
    window = page.get_by_role("dialog", name="Export")
    await window.get_by_label(form).check()
    await window.get_by_label(place).check()
    await window.get_by_role("button", name="Export").click()
    await expect(window).to_have_count(0)


async def lines_of(page: Page, file: Locator) -> list[str]:
    """What is in a file that is clicked on."""
    async with page.expect_download() as downloading:
        await file.click()
    return (await (await downloading.value).path()).read_text("utf-8").splitlines()


async def test_an_answer_is_looked_at_as_a_table_and_as_charts(answer: Locator) -> None:
    await answer.get_by_role("button", name="Table").click()
    await expect(answer.get_by_role("columnheader", name="What happened")).to_be_visible()
    await expect(answer.get_by_role("row")).to_have_count(1 + 10)
    await answer.get_by_role("button", name="Back to the list").click()
    await answer.get_by_role("button", name="Charts").click()
    await expect(answer).to_contain_text("Events by actor")
    await expect(answer).to_contain_text("1–36 of 36, all read")
    await answer.get_by_role("button", name="By action").click()
    await expect(answer).to_contain_text("Events by action")
    await answer.get_by_role("button", name="Back to the list").click()
    await expect(answer).to_contain_text("1–10 of 36")


async def test_a_search_is_begun_filled_in_and_left_by_keyboard_alone(page: Page) -> None:
    composer, keys = page.get_by_test_id("composer"), page.keyboard
    await reach(composer, "Tab")
    await keys.type("/mondoo-audit")
    await keys.press("Enter")
    window = await opened(page)
    await expect(window.get_by_label("Audit log of", exact=True)).to_be_focused()
    await keys.press("Escape")
    await expect(composer).to_be_focused()
    await keys.type("/mondoo-audit org=mondoo-organization-1")
    await keys.press("Enter")
    answer = page.get_by_test_id("message")
    await expect(answer).to_contain_text("1–10 of 36")
    await reach(answer.get_by_role("button", name="Export…"))
    await keys.press("Enter")
    window = page.get_by_role("dialog", name="Export")
    await expect(window.get_by_label("CSV")).to_be_focused()
    await keys.press("ArrowDown")
    await expect(window.get_by_label("NDJSON")).to_be_checked()
    await keys.press("Escape")
    await expect(window).to_have_count(0)
    await expect(answer.get_by_role("button", name="Export…")).to_be_focused()
    await reach(answer.get_by_role("button", name="Change filters"))
    await keys.press("Enter")
    window = await opened(page)
    await expect(window.get_by_label("Audit log of", exact=True)).to_be_focused()
    await reach(window.get_by_label("Actor", exact=True), "Tab")
    await keys.type("Lena")
    await keys.press("Enter")
    await expect(answer).to_contain_text("1–3 of 3")
    assert await answer.evaluate("(one) => one.contains(document.activeElement)")


async def reach(target: Locator, key: str = "Shift+Tab") -> None:
    """Press a key until the focus is there."""
    for _ in range(40):
        if await target.evaluate(FOCUSED):
            return
        await target.page.keyboard.press(key)
    await expect(target).to_be_focused()
